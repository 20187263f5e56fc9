"""What a snapshot holds of a company's assets: all that its calls may come upon, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.flow.check import check
from app.flow.compile import dump, load
from app.flow.members import Member, is_in_itself, members
from app.flow.snapshot import Assets, Group, Prompt, Queue
from app.routing import lists
from tests.flow.company import ASSETS, MONDAY_14_03, MONDAY_NIGHT, flow_of, snapshot_of

HUNT = flow_of(a={"kind": "hunt", "group": "sales"})
SCHEDULE = flow_of(a={"kind": "schedule", "hours": "office"})


def with_group(*groups: Group) -> Assets:
    return replace(ASSETS, groups=dict(ASSETS.groups) | {group.id: group for group in groups})


class TestMembers:
    def test_are_the_phones_in_order_with_weight_and_ring_time(self) -> None:
        assert members(ASSETS, ASSETS.groups["shares"]) == (Member("desk", 3), Member("sales1", 1, 10))

    def test_of_a_group_within_share_its_weight_and_take_its_ring_time(self) -> None:
        group = Group("g", "组", ("desk", "group:care"), weights={"group:care": 4}, rings_s={"group:care": 7})
        found = members(with_group(group), group)
        assert found == (Member("desk", 1), Member("care1", 2.0, 7), Member("care2", 2.0, 7))

    def test_are_none_twice(self) -> None:
        group = Group("g", "组", ("care2", "group:all"))
        phones = [member.phone for member in members(with_group(group), group)]
        assert phones == ["care2", "desk", "care1"]

    def test_of_a_group_that_contains_itself_end(self) -> None:
        one, two = Group("one", "一", ("desk", "group:two")), Group("two", "二", ("group:one", "care1"))
        assets = with_group(one, two)
        assert [member.phone for member in members(assets, one)] == ["desk", "care1"]
        assert is_in_itself(assets, one)
        assert not is_in_itself(assets, assets.groups["all"])

    def test_of_groups_out_of_their_hours_are_left_out(self) -> None:
        group = Group("g", "组", ("care1", "group:day"))
        assets = with_group(group)
        assert [m.phone for m in members(assets, group, MONDAY_14_03)] == ["care1", "desk"]
        assert [m.phone for m in members(assets, group, MONDAY_NIGHT)] == ["care1"]


class TestPrune:
    def test_phones_that_no_call_reaches_are_not_in_the_snapshot(self) -> None:
        assets = snapshot_of(HUNT).assets
        assert list(assets.phones) == ["desk", "sales1"]
        assert list(assets.groups) == ["sales"]
        assert not assets.hours
        assert "welcome" not in assets.prompts

    def test_groups_within_groups_and_hours_of_groups_are_there(self) -> None:
        assets = snapshot_of(flow_of(a={"kind": "hunt", "group": "all"})).assets
        assert set(assets.groups) == {"all", "care"}
        assert set(assets.phones) == {"desk", "care1", "care2"}
        assert set(snapshot_of(flow_of(a={"kind": "hunt", "group": "day"})).assets.hours) == {"office"}

    def test_a_switchboard_keeps_every_phone_with_an_extension(self) -> None:
        assets = snapshot_of(flow_of(a={"kind": "extension", "prompt": "extension"})).assets
        assert set(assets.phones) == {"desk", "sales1", "care1"}

    def test_a_sub_flow_is_there_with_all_that_it_needs(self) -> None:
        snapshot = snapshot_of(flow_of(a={"kind": "subflow", "flow": "service"}))
        assert set(snapshot.assets.flows) == {"service"}
        assert set(snapshot.assets.phones) == {"care1", "care2"}
        assert load(dump(snapshot)) == snapshot

    def test_an_unrelated_change_changes_nothing_in_the_snapshot(self) -> None:
        changed = replace(
            ASSETS,
            phones={**ASSETS.phones, "care1": replace(ASSETS.phones["care1"], number="13911111111")},
            prompts={**ASSETS.prompts, "new": Prompt("new", "新", "1/new.wav")},
            closures=frozenset({date(2026, 10, 1)}),
        )
        assert dump(snapshot_of(HUNT, changed)) == dump(snapshot_of(HUNT))

    def test_closures_are_there_for_schedules(self) -> None:
        closures = frozenset({date(2026, 10, 1)})
        assert snapshot_of(SCHEDULE, replace(ASSETS, closures=closures)).assets.closures == closures

    def test_the_emergency_phone_is_always_there(self) -> None:
        assets = snapshot_of(HUNT, replace(ASSETS, emergency="13600000000")).assets
        assert assets.emergency == "13600000000"
        assert assets.phones["13600000000"].number == "13600000000"

    def test_system_prompts_are_heard_but_not_written_down(self) -> None:
        assert "sys.sorry" in snapshot_of(HUNT).assets.prompts
        assert "sys.sorry" not in dump(snapshot_of(HUNT))


EVERYTHING = replace(
    ASSETS,
    lists={"rude": lists.read("rude", "骚扰", "black", {"numbers": ["13800138000"], "prefixes": ["170"]})},
    queues={"care": Queue("care", "售后队列", ("care1", "care2"), music="welcome", max_size=20)},
    closures=frozenset({date(2026, 10, 1), date(2026, 2, 17)}),
    emergency="13600000000",
)


@pytest.mark.parametrize("flow", [HUNT, SCHEDULE, flow_of(a={"kind": "hunt", "group": "all"})])
def test_a_snapshot_with_everything_survives_its_json(flow: dict[str, Any]) -> None:
    snapshot = replace(snapshot_of(flow, EVERYTHING), assets=EVERYTHING)
    assert load(dump(replace(snapshot, assets=EVERYTHING))).assets.lists == EVERYTHING.lists
    again = load(dump(snapshot)).assets
    assert (again.queues, again.closures, again.groups) == (
        EVERYTHING.queues,
        EVERYTHING.closures,
        EVERYTHING.groups,
    )
    assert again.emergency == EVERYTHING.emergency


def test_a_snapshot_of_before_lists_and_queues_can_still_be_read() -> None:
    assert not load(old_snapshot()).assets.lists


def old_snapshot() -> str:
    return (
        '{"format": 1, "did": "", "version": 1, "company_id": 1, "flow_id": "m", "timezone": "Asia/Shanghai",'
        ' "fallback": "", "document": {"spec": 1, "name": "", "start": "a", "nodes": {"a": {"kind": "hangup"}}},'
        ' "phones": [], "groups": [{"id": "g", "name": "组", "phones": ["a"]}], "prompts": [], "hours": []}'
    )


@pytest.mark.parametrize(
    ("group", "code"),
    [
        (Group("g", "组", ("desk", "group:gone")), "unknown_group"),
        (Group("g", "组", ("desk", "group:g")), "group_loop"),
    ],
)
def test_bad_groups_within_groups_are_refused(group: Group, code: str) -> None:
    document, problems = check(flow_of(a={"kind": "hunt", "group": "g"}), with_group(group))
    assert document is None
    assert [(problem.code, problem.place) for problem in problems] == [(code, "nodes.a.group")]
    assert problems[0].words.zh != problems[0].words.en
