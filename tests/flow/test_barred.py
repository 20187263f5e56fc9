"""A flow that could ring a number which the company may not dial is not published, and is told where."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.flow import compile as compiler
from app.flow.check import check, check_alone
from app.flow.problems import Severity
from app.flow.snapshot import Assets, Group, Phone, Queue
from app.routing.dialling_rules import MAINLAND, DiallingRules
from tests.flow.company import ASSETS, flow_of, snapshot_of

HONG_KONG, BANK, PREMIUM, OTHERS = "0085291234567", "95588", "16812345678", "4009990000"
HUNT = {"kind": "hunt", "phones": ["desk"]}
OPEN = DiallingRules(freephone=True, services=True, abroad=("852",), own=frozenset({"4008001234"}))


def company(rules: DiallingRules = MAINLAND) -> Assets:
    """With a phone abroad that was bound when it was allowed, in a group within a group, a queue, and as an extension."""
    return replace(
        ASSETS,
        phones={**ASSETS.phones, "far": Phone("far", HONG_KONG, "香港办", "")},
        groups={
            **ASSETS.groups,
            "far": Group("far", "香港组", ("far",)),
            "world": Group("world", "全球", ("desk", "group:far")),
        },
        queues={**ASSETS.queues, "far": Queue("far", "香港队列", ("care1", "far"))},
        dialling=rules,
    )


PLACES: dict[str, tuple[dict[str, Any], str]] = {
    "an exit": ({"kind": "hunt", "phones": ["desk"], "exits": {"busy": HONG_KONG}}, "nodes.a.exits.busy"),
    "a typed phone": ({"kind": "hunt", "phones": ["desk", HONG_KONG]}, "nodes.a.phones"),
    "a bound phone": ({"kind": "hunt", "phones": ["far"]}, "nodes.a.phones"),
    "a group": ({"kind": "hunt", "group": "far"}, "nodes.a.group"),
    "a group in a group": ({"kind": "hunt", "group": "world"}, "nodes.a.group"),
    "a queue": ({"kind": "queue", "queue": "far"}, "nodes.a.queue"),
    "a queue of a group": ({"kind": "queue", "group": "world"}, "nodes.a.group"),
}


@pytest.mark.parametrize("name", PLACES)
def test_its_place_is_told(name: str) -> None:
    node, place = PLACES[name]
    document, problems = check(flow_of(a=node), company())
    found = [problem for problem in problems if problem.is_error]
    assert [(problem.code, problem.place) for problem in found] == [("number_not_open", place)]
    assert "请联系服务商开通" in found[0].words.zh
    assert "ask your provider" in found[0].words.en
    assert document is None
    assert not [problem for problem in check(flow_of(a=node), company(OPEN))[1] if problem.is_error]


def test_the_name_of_the_phone_is_told() -> None:
    (problem,) = check(flow_of(a={"kind": "hunt", "group": "far"}), company())[1]
    assert problem.words.zh.startswith("香港办 +85291234567 是境外号码")


def test_an_extension_that_may_not_be_dialled() -> None:
    assets = company()
    phones = {**assets.phones, "far": Phone("far", HONG_KONG, "香港办", "805")}
    switchboard = flow_of(a={"kind": "extension", "prompt": "extension"})
    problems = check(switchboard, replace(assets, phones=phones))[1]
    assert [(problem.code, problem.place) for problem in problems] == [("number_not_open", "nodes.a")]


def test_a_fallback_that_may_not_be_dialled() -> None:
    problems = check({**flow_of(a=HUNT), "fallback": BANK}, company())[1]
    assert [(problem.code, problem.place) for problem in problems] == [("number_not_open", "fallback")]
    assert not check({**flow_of(a=HUNT), "fallback": BANK}, company(OPEN))[1]


def test_a_sub_flow_that_rings_it_cannot_be_entered() -> None:
    inner = compiler.load(compiler.dump(snapshot_of(flow_of(a=HUNT)))).document
    broken = replace(inner, nodes={"a": replace(inner.nodes["a"], phones=(HONG_KONG,))})  # type: ignore[call-arg]
    assets = replace(company(), flows={"inner": broken})
    problems = check(flow_of(a={"kind": "subflow", "flow": "inner"}), assets)[1]
    assert "broken_flow" in {problem.code for problem in problems}


@pytest.mark.parametrize("number", [PREMIUM, "110", "17909001202", "0571120"])
def test_what_nobody_may_dial_is_an_error_for_everybody(number: str) -> None:
    flow = flow_of(a={"kind": "hunt", "phones": [number]})
    for problems in (check(flow, company(OPEN))[1], check_alone(flow)):
        assert [(problem.code, problem.severity) for problem in problems] == [
            ("number_never_open", Severity.ERROR)
        ]


def test_without_a_company_it_is_a_warning() -> None:
    (problem,) = check_alone(flow_of(a={"kind": "hunt", "phones": [BANK]}))
    assert (problem.code, problem.severity) == ("number_not_open", Severity.WARNING)


def test_our_own_400_number_would_be_a_loop() -> None:
    (problem,) = check(flow_of(a={"kind": "hunt", "phones": ["4008001234"]}), company(OPEN))[1]
    assert "绕回来" in problem.words.zh
    assert not check(flow_of(a={"kind": "hunt", "phones": [OTHERS]}), company(OPEN))[1]


def test_versions_hold_no_rules_and_what_is_in_force_does() -> None:
    snapshot = snapshot_of(flow_of(a={"kind": "hunt", "phones": [OTHERS]}), company(OPEN))
    assert snapshot.assets.dialling == MAINLAND
    assert "dialling" not in compiler.dump(snapshot)
    rules = replace(OPEN, per_minute=600).in_force([OTHERS])
    in_force = replace(snapshot, assets=replace(snapshot.assets, dialling=rules))
    assert compiler.load(compiler.dump(in_force)).assets.dialling == rules


def test_a_snapshot_of_before_opens_nothing() -> None:
    assert compiler.load(compiler.dump(snapshot_of())).assets.dialling == MAINLAND
