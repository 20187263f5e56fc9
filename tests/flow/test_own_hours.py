"""Phones with hours of their own, and lists whose entries end: purely from the clock of the call."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from app.flow import document
from app.flow.asset_diff import describe
from app.flow.commands import Dial, Join, RankIdle
from app.flow.compile import dump, load
from app.flow.facts import CallFacts
from app.flow.nodes.base import Call
from app.flow.outcomes import Collected, Joined
from app.flow.snapshot import Assets
from app.routing import lists
from tests.flow.company import ASSETS, MONDAY_14_03, MONDAY_NIGHT, SHANGHAI, facts, flow_of, snapshot_of

SUNDAY = datetime(2026, 11, 29, 14, 0, tzinfo=SHANGHAI)
DAY_ONLY = replace(ASSETS, phones={**ASSETS.phones, "desk": replace(ASSETS.phones["desk"], hours="office")})
CLOSED_TODAY = replace(DAY_ONLY, closures=frozenset({MONDAY_14_03.date()}))


def began(kind: dict[str, Any], at: datetime, assets: Assets = DAY_ONLY) -> Any:
    """The first command of a node in a call at that moment, or the exit that it takes without one."""
    read, problems = document.read(flow_of(a=kind))
    assert read, problems
    run = read.nodes["a"].run(Call(facts(at), snapshot_of(flow_of(a=kind), assets).assets))
    try:
        return next(run)
    except StopIteration as over:
        return over.value


SALES = {"kind": "hunt", "group": "sales"}


@pytest.mark.parametrize(
    ("node", "at", "assets", "rung"),
    [
        (SALES, MONDAY_14_03, DAY_ONLY, ("desk",)),
        (SALES, MONDAY_NIGHT, DAY_ONLY, ("sales1",)),
        (SALES, SUNDAY, DAY_ONLY, ("sales1",)),
        (SALES, MONDAY_14_03, CLOSED_TODAY, ("sales1",)),
        ({"kind": "hunt", "phones": ["desk", "care1"]}, MONDAY_NIGHT, DAY_ONLY, ("care1",)),
        ({"kind": "hunt", "group": "all"}, MONDAY_NIGHT, DAY_ONLY, ("care1",)),
    ],
)
def test_a_hunt_passes_over_who_is_out_of_hours(
    node: dict[str, Any], at: datetime, assets: Assets, rung: tuple[str, ...]
) -> None:
    command = began(node, at, assets)
    assert isinstance(command, Dial)
    assert command.phones == rung


@pytest.mark.parametrize(
    ("node", "exit"),
    [
        ({"kind": "hunt", "phones": ["desk"]}, "out_of_hours"),
        ({"kind": "hunt", "group": "day"}, "out_of_hours"),
    ],
)
def test_when_nobody_is_in_hours_the_hunt_says_so(node: dict[str, Any], exit: str) -> None:
    assert began(node, MONDAY_NIGHT) == exit


def test_strategies_order_those_in_hours_alone() -> None:
    node = {"kind": "hunt", "group": "sales", "strategy": "longest_idle"}
    command = began(node, MONDAY_NIGHT)
    assert isinstance(command, RankIdle)
    assert command.phones == ("sales1",)


@pytest.mark.parametrize(("at", "phones"), [(MONDAY_14_03, ("desk", "sales1")), (MONDAY_NIGHT, ("sales1",))])
@pytest.mark.parametrize("node", [{"kind": "queue", "group": "sales"}, {"kind": "queue", "queue": "desk"}])
def test_a_queue_offers_callers_to_those_in_hours(
    node: dict[str, Any], at: datetime, phones: tuple[str, ...]
) -> None:
    queue = replace(ASSETS.queues["care"], id="desk", phones=("desk", "sales1"))
    command = began(node, at, replace(DAY_ONLY, queues={"desk": queue}))
    assert isinstance(command, Join)
    assert command.phones == phones


def test_a_queue_with_nobody_in_hours_is_as_one_with_nobody_on_duty() -> None:
    read, _problems = document.read(flow_of(a={"kind": "queue", "phones": ["desk"]}))
    assert read
    run = read.nodes["a"].run(Call(facts(MONDAY_NIGHT), DAY_ONLY))
    joining = next(run)
    assert isinstance(joining, Join)
    assert joining.phones == ()
    with pytest.raises(StopIteration) as over:
        run.send(Joined(place=0))
    assert over.value.value == "no_agents"


def test_hours_of_a_phone_travel_with_the_snapshot_and_only_when_it_has_some() -> None:
    with_hours, without = snapshot_of(flow_of(a=SALES), DAY_ONLY), snapshot_of(flow_of(a=SALES))
    assert load(dump(with_hours)).assets.phones["desk"].hours == "office"
    assert load(dump(with_hours)).assets.hours.keys() == {"office"}
    assert load(dump(without)).assets == without.assets
    assert '"hours": "' not in dump(without).partition('"groups"')[0]


def test_a_change_of_hours_is_told_before_publishing() -> None:
    (words,) = describe(ASSETS, DAY_ONLY, flow_of(a=SALES))
    assert words.zh == "前台：接听时间有修改"


@pytest.mark.parametrize(
    "node", [SALES, {"kind": "queue", "group": "sales"}, {"kind": "extension", "prompt": "extension"}]
)
def test_coverage_looks_at_all_times_then(node: dict[str, Any]) -> None:
    for assets, by_time in ((DAY_ONLY, True), (ASSETS, False)):
        read, _problems = document.read(flow_of(a=node))
        assert read
        assert read.nodes["a"].outlook(assets).by_time is by_time


UNTIL = {"numbers": ["13800138000", "13800138001"], "until": {"numbers": {"13800138000": "2026-11-23"}}}


@pytest.mark.parametrize(
    ("day", "way"), [(MONDAY_14_03, "black"), (MONDAY_NIGHT, "black"), (SUNDAY, "other")]
)
def test_an_entry_counts_to_the_end_of_its_last_day(day: datetime, way: str) -> None:
    node = {"kind": "caller", "black": "rude", "exits": {"black": "b", "other": "b"}}
    data = flow_of(a=node, b={"kind": "hangup"})
    rude = lists.read("rude", "骚扰电话", "black", UNTIL)
    snapshot = load(dump(snapshot_of(data, replace(ASSETS, lists={"rude": rude}))))
    at: CallFacts = facts(day)
    run = snapshot.document.nodes["a"].run(Call(at, snapshot.assets))
    with pytest.raises(StopIteration) as over:
        next(run)
    assert over.value.value == way


@pytest.mark.parametrize(
    "until",
    [[], {"people": {}}, {"numbers": ["x"]}, {"numbers": {"13800138000": "soon"}}, {"numbers": {"x": 7}}],
)
def test_days_that_are_none_are_refused(until: object) -> None:
    with pytest.raises(lists.BadList):
        lists.read("a", "名单", "black", {"numbers": ["13800138000"], "until": until})


def test_a_sample_caller_is_one_who_stays_on_the_list() -> None:
    assert lists.read("a", "名单", "black", UNTIL).sample == "13800138001"
    assert lists.read("a", "名单", "black", UNTIL).until == {("numbers", "13800138000"): date(2026, 11, 23)}


def test_an_extension_out_of_hours_cannot_be_reached() -> None:
    read, _problems = document.read(flow_of(a={"kind": "extension", "prompt": "extension"}))
    assert read
    for at, expected in ((MONDAY_NIGHT, "unreachable"), (MONDAY_14_03, Dial)):
        run = read.nodes["a"].run(Call(facts(at), DAY_ONLY))
        next(run)
        try:
            found = type(run.send(Collected(digits="801")))
        except StopIteration as over:
            found = over.value
        assert found == expected
