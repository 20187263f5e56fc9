"""What each kind of node refuses or warns of: rules that could never hold, and that would be skipped in silence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.flow.check import check
from app.flow.document import read
from app.flow.fields import declared
from app.flow.nodes.password import Password
from app.flow.nodes.schedule import Schedule
from app.flow.phrases import value_words
from app.flow.snapshot import Assets, Group, Phone
from app.routing import calendar
from tests.flow.company import ASSETS, flow_of

END = {"kind": "hangup"}


def with_phone(*phones: Phone) -> Assets:
    return replace(ASSETS, phones=dict(ASSETS.phones) | {phone.id: phone for phone in phones})


def with_flows(**flows: dict[str, Any]) -> Assets:
    found = {name: read(flow_of(**nodes))[0] for name, nodes in flows.items()}
    return replace(ASSETS, flows={name: document for name, document in found.items() if document})


def menu(**fields: Any) -> dict[str, Any]:
    return {"a": {"kind": "menu", "prompt": "closed", "exits": {"1": "b"}, **fields}, "b": END}


def node(**fields: Any) -> dict[str, Any]:
    targets = dict.fromkeys(fields.get("exits", {}).values(), END)
    return {"a": fields, **targets}


CROWD = Group("crowd", "大组", tuple(f"1380013{n:04}" for n in range(21)))
CROWDED = replace(
    ASSETS,
    phones=dict(ASSETS.phones) | {phone: Phone(phone, phone) for phone in CROWD.phones},
    groups={"crowd": CROWD},
)

PROBLEMS = [
    ("a menu key with which an extension begins", menu(extensions=True, exits={"8": "b"}), ASSETS,
     [("extension_collides", "exits.8")]),
    ("a back key with which an extension begins", menu(extensions=True, back_key="8"), ASSETS,
     [("extension_collides", "exits.8")]),
    ("extensions may be dialled but nobody has one", menu(extensions=True), replace(ASSETS, phones={}),
     [("no_extensions", "extensions")]),
    ("two phones with one extension", menu(extensions=True), with_phone(Phone("x", "13900000008", "甲", "801")),
     [("extension_twice", "extensions")]),
    ("one extension begins another", menu(extensions=True), with_phone(Phone("x", "13900000008", "甲", "80")),
     [("extension_begins_another", "extensions")]),
    ("the operator's key is an extension", node(kind="extension", prompt="extension", exits={"operator": "b"}),
     with_phone(Phone("x", "13900000008", "甲", "0")), [("extension_collides", "exits.0")]),
    ("the back key is bound already", menu(back_key="1"), ASSETS, [("key_taken", "back_key")]),
    ("back and repeat are the same key", menu(back_key="*", repeat_key="*"), ASSETS,
     [("key_taken", "back_key"), ("key_taken", "repeat_key")]),
    ("more than twenty phones", node(kind="hunt", group="crowd", strategy="simultaneous"), CROWDED,
     [("too_many_phones", "group")]),
    ("a holiday exit that is never taken", node(kind="schedule", hours="office", exits={"holiday": "b"}), ASSETS,
     [("no_holidays", "exits.holiday")]),
    ("no area", node(kind="region"), ASSETS, [("no_rows", "areas")]),
    ("an area that leads nowhere", node(kind="region", areas=["华东: 浙江"], exits={"other": "b"}), ASSETS,
     [("row_leads_nowhere", "exits.area_1")]),
    ("an exit without an area", node(kind="region", areas=["华东: 浙江"], exits={"area_1": "b", "area_2": "c"}), ASSETS,
     [("exit_without_row", "exits.area_2")]),
    ("a place that is none", node(kind="region", areas=["华东: 大不列颠"]), ASSETS, [("bad_value", "areas")]),
    ("an area without places", node(kind="region", areas=["华东"]), ASSETS, [("bad_value", "areas")]),
    ("two areas of one name", node(kind="region", areas=["华东: 浙江", "华东: 上海"]), ASSETS, [("bad_value", "areas")]),
    ("too many areas", node(kind="region", areas=[f"第{n}: 浙江" for n in range(35)]), ASSETS, [("bad_value", "areas")]),
    ("shares that add up to nothing",
     node(kind="split", shares=["甲: 0", "乙: 0"], exits={"share_1": "b", "share_2": "c"}), ASSETS,
     [("no_share", "shares")]),
    ("shares that do not make a whole",
     node(kind="split", shares=["甲: 50", "乙: 30"], exits={"share_1": "b", "share_2": "c"}), ASSETS,
     [("shares_not_100", "shares")]),
    ("a share that is no number", node(kind="split", shares=["甲: half"]), ASSETS, [("bad_value", "shares")]),
    ("a share below nothing", node(kind="split", shares=["甲: -5"]), ASSETS, [("bad_value", "shares")]),
    ("a caller node without a rule", node(kind="caller"), ASSETS, [("no_rule", "black")]),
    ("a list that is gone", node(kind="caller", black="gone"), ASSETS, [("unknown_list", "black")]),
    ("a VIP list that leads nowhere", node(kind="caller", vip="gold"), ASSETS, [("row_leads_nowhere", "exits.vip")]),
    ("a VIP exit without a list", node(kind="caller", black="rude", exits={"vip": "b"}), ASSETS,
     [("exit_without_row", "exits.vip")]),
    ("a password of letters", node(kind="password", prompt="password", password="abcd"), ASSETS,
     [("bad_value", "password")]),
    ("a password of three digits", node(kind="password", prompt="password", password="123"), ASSETS,
     [("bad_value", "password")]),
    ("no password", node(kind="password", prompt="password"), ASSETS, [("missing_field", "password")]),
    ("an announcement of nothing", node(kind="announce"), ASSETS, [("nothing_to_play", "prompt")]),
    ("an amount that is none", node(kind="announce", say="money", value="much"), ASSETS, [("not_sayable", "value")]),
    ("a date that is none", node(kind="announce", say="date", value="2026-02-30"), ASSETS, [("not_sayable", "value")]),
    ("a flow that is gone", node(kind="subflow", flow="gone"), ASSETS, [("unknown_flow", "flow")]),
    ("the flow itself", node(kind="subflow", flow="this"), with_flows(this={"a": END}), [("flow_loop", "flow")]),
    ("a flow that leads back here", node(kind="subflow", flow="other"),
     with_flows(other=node(kind="subflow", flow="this"), this={"a": END}), [("flow_loop", "flow")]),
    ("a flow that leads into itself", node(kind="subflow", flow="one"),
     with_flows(one=node(kind="subflow", flow="two"), two=node(kind="subflow", flow="one")), [("flow_loop", "flow")]),
    ("a flow that cannot be published any more", node(kind="subflow", flow="other"),
     with_flows(other=node(kind="hunt", group="gone")), [("broken_flow", "flow")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("nodes", "assets", "expected"), [row[1:] for row in PROBLEMS], ids=[row[0] for row in PROBLEMS]
)
def test_it_is_told_with_its_place(
    nodes: dict[str, Any], assets: Assets, expected: list[tuple[str, str]]
) -> None:
    _, problems = check(flow_of(**nodes), assets, "this")
    assert [(p.code, p.place.removeprefix("nodes.a.")) for p in problems] == expected
    assert all(p.words.zh and p.words.en and p.words.zh != p.words.en for p in problems)


WARNINGS = {"extension_begins_another", "no_holidays", "shares_not_100"}


@pytest.mark.parametrize(
    ("nodes", "assets", "expected"), [row[1:] for row in PROBLEMS], ids=[row[0] for row in PROBLEMS]
)
def test_only_what_cannot_work_blocks_publishing(
    nodes: dict[str, Any], assets: Assets, expected: list[tuple[str, str]]
) -> None:
    document, _ = check(flow_of(**nodes), assets, "this")
    assert (document is not None) == ({code for code, _ in expected} <= WARNINGS)


def test_a_year_whose_holidays_are_not_known_is_warned_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar, "LAST_YEAR", 2020)
    found = Schedule(id="a", hours="civil", exits={"open": "b"}).problems(ASSETS)
    assert [problem.code for problem in found] == ["holidays_by_law"]
    assert not list(Schedule(id="a", hours="office", exits={"open": "b"}).problems(ASSETS))


def test_a_password_is_not_shown_where_changes_are_told() -> None:
    assert "2468" not in value_words(declared(Password)["password"], "2468", ASSETS).zh
