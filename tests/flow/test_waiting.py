"""What cases do not show of queues: callers without a number, priorities, clocks, what cannot be published."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from app.flow.check import check
from app.flow.commands import Join, Leave, Play, PromiseCallback, WaitTurn
from app.flow.facts import CallFacts
from app.flow.interpreter import Walk
from app.flow.outcomes import Answered, Dialled, DialResult, Joined, Waited
from app.flow.snapshot import Group
from app.flow.waiting import MAX_ROUNDS, priority
from tests.flow.company import ASSETS, SHANGHAI, facts, flow_of, snapshot_of

QUEUE = {"kind": "queue", "group": "care"}
CROWD = [f"138001380{n:02}" for n in range(20)]


def waiting(node: dict[str, Any], facts: CallFacts) -> Any:
    """The run of a call that waits first in the queue, picked up, with music."""
    run = Walk(snapshot_of(flow_of(a=node)), facts).run()
    assert isinstance(next(run), Join)
    run.send(Joined(place=1, at_ms=10))
    assert isinstance(run.send(Answered(at_ms=20)), WaitTurn)
    return run


def test_who_has_no_number_cannot_be_called_back_and_waits_on() -> None:
    node = QUEUE | {"callback_key": "9"}
    run = waiting(node, replace(facts(), ani=""))
    assert run.send(Waited(pressed="9", at_ms=500)) == Play(("sys.no_callback",))
    run = waiting(node, facts())
    assert isinstance(run.send(Waited(pressed="9", at_ms=500)), PromiseCallback)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, 0),
        ("", 0),
        ("5", 5),
        ("9", 9),
        ("10", 9),
        ("9" * 400, 0),
        ("-1", 0),
        ("VIP", 0),
        ("²", 0),
        ("٣", 0),
    ],
)
def test_a_priority_is_a_digit_whatever_was_left(given: str | None, expected: int) -> None:
    assert priority({"priority": given} if given is not None else {}) == expected


def test_a_phone_that_never_answers_cannot_hold_a_caller_for_ever() -> None:
    run = waiting(QUEUE | {"max_wait_s": 7200}, facts())
    command = run.send(Waited(phone="care1", at_ms=30))
    rounds = 0
    while not isinstance(command, Leave):
        command = run.send(Dialled(result=DialResult.UNREACHABLE, at_ms=30))
        rounds += 1
        if isinstance(command, WaitTurn):
            command = run.send(Waited(phone="care1", at_ms=30))
    assert (command.why, rounds) == ("timeout", MAX_ROUNDS)


def test_the_hours_of_the_group_hold_when_the_node_has_none() -> None:
    assets = replace(ASSETS, groups={"care": Group("care", "售后组", ("care1",), hours="office")})
    late = facts(datetime(2026, 11, 23, 18, 30, tzinfo=SHANGHAI))
    run = Walk(snapshot_of(flow_of(a=QUEUE), assets), late).run()
    next(run)
    assert run.send(Joined(place=1, at_ms=10)) == Leave("4008001234:a", "closed")


def test_a_day_on_which_the_company_is_closed_closes_the_queue() -> None:
    assets = replace(ASSETS, closures=frozenset({facts().now.date()}))
    run = Walk(snapshot_of(flow_of(a=QUEUE | {"hours": "office"}), assets), facts()).run()
    next(run)
    assert run.send(Joined(place=1, at_ms=10)) == Leave("4008001234:a", "closed")


@pytest.mark.parametrize(
    ("node", "code"),
    [
        ({}, "no_phones"),
        ({"group": "nobody"}, "empty_queue"),
        ({"queue": "care", "phones": ["desk"]}, "two_sources"),
        ({"queue": "elsewhere"}, "unknown_queue"),
        ({"group": "care", "callback_key": "1", "exits": {"1": "13800138000"}}, "key_twice"),
        ({"group": "care", "max_wait_s": 5}, "bad_value"),
        ({"group": "care", "max_size": 0}, "bad_value"),
        ({"group": "care", "strategy": "fastest"}, "bad_value"),
        ({"phones": CROWD[:20], "group": "care", "strategy": "simultaneous"}, "too_many_phones"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_work_is_not_published(node: dict[str, Any], code: str) -> None:
    document, problems = check(flow_of(a={"kind": "queue", **node}), ASSETS)
    assert document is None
    assert code in [problem.code for problem in problems]


def test_keys_that_nobody_is_told_of_are_pointed_out() -> None:
    document, problems = check(flow_of(a=QUEUE | {"callback_key": "9"}), ASSETS)
    assert document is not None
    assert [problem.code for problem in problems] == ["keys_not_said"]
