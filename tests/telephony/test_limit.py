"""How many calls a company may have at once: what further callers hear, and what their records say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import gevent
import pytest

from app.simulator.caller import Caller
from app.simulator.phones import PhoneBehaviour
from app.simulator.story import CallStory
from tests.telephony.bench import DEADLINE_S, Bench
from tests.telephony.test_callbacks import CALLER, QUEUE, calls_back, promised, soon, until

__all__ = ["calls_back", "soon"]  # fixtures


@pytest.fixture
def limited(bench: Bench) -> Bench:
    """A company that may have one call at once."""
    bench.snapshot = replace(bench.snapshot, max_calls=1)
    return bench


def in_the_menu(bench: Bench) -> CallStory:
    """A caller who is in the menu, and stays there for a while."""
    story = bench.place(Caller("13800138000", "4008001234", keys="wait 5, press 1"))
    with gevent.Timeout(DEADLINE_S):
        next(line for line in story if line.event == "playing")
    return story


def test_a_caller_over_the_limit_hears_that_the_lines_are_busy_at_nobodys_cost(limited: Bench) -> None:
    first = in_the_menu(limited)
    second = limited.place(Caller("13900139000", "4008001234", keys="1")).wait(DEADLINE_S)
    cdr = limited.record_of(second)
    assert (cdr["ended"], cdr["result"], cdr["hangup_cause"]) == ("over_limit", "missed", "USER_BUSY")
    assert (cdr["answered_ms"], cdr["trail"], cdr["legs"], cdr["company_id"]) == (None, [], [], 1)
    assert any("lines_busy" in str(line) for line in second)
    assert limited.record_of(first.wait(DEADLINE_S))["answered_by"] == "desk"


def test_a_call_that_ended_makes_room(limited: Bench) -> None:
    assert [limited.call("1")["ended"] for _ in range(3)] == ["callee"] * 3


def test_a_call_that_was_turned_away_takes_no_place(limited: Bench) -> None:
    first = in_the_menu(limited)
    assert limited.call("1")["ended"] == "over_limit"
    first.wait(DEADLINE_S)
    limited.record_of(first)
    assert limited.call("1")["answered_by"] == "desk"


def test_without_a_limit_nobody_is_asked(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(bench.live, "may_begin", lambda *given: asked.append(given))
    assert bench.call("1")["answered_by"] == "desk"
    assert asked == []


def test_a_caller_who_is_called_back_while_the_lines_are_busy_is_called_again(
    bench: Bench, calls_back: None
) -> None:
    bench.flow(a=QUEUE)
    bench.phones.set(CALLER, PhoneBehaviour.read("answers after 1 talks 30"))
    promised(bench)
    bench.snapshot = replace(bench.snapshot, max_calls=1)
    assert bench.live.may_begin(1, "yet another call", 1)
    bench.live.ended(1, "another call")
    until(lambda: len(bench.records) == 2)
    assert bench.records[1]["ended"] == "over_limit"
    bench.live.ended(1, "yet another call")
    until(lambda: len(bench.records) == 3)
    assert bench.records[2]["answered_by"] == "desk"
