"""What counts as a caller lost, a conversation cut, a record wrong; and which promises that breaks."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from app.chaos.callers import MANNERS
from app.chaos.failures import CALLERS, CONVERSATIONS, FAILURES, RECORDS, SILENCE
from app.chaos.verdict import Outcome, Stored, judge, outcome_of
from app.simulator.hearing import Hearing
from app.simulator.story import CallStory, StoryLine

FINE = Outcome(
    "a", "controller-any", struck=True, concerned=True, lost="", cut=False, talked_ms=3000, silence_ms=40
)
RECORD = Stored(answered=True, talk_ms=3010, resumed=1, standing="final")
MANNER = {manner.name: manner for manner in MANNERS}
FAILURE = {failure.name: failure for failure in FAILURES}


def placed(manner: str, *events: str, over: bool = True) -> Any:
    """A call as the load keeps it, of which these things are told; "talked" after three seconds."""
    story = CallStory("a")
    for event in events:
        name, _, file = event.partition(" ")
        story.tell(StoryLine(0.0, name, {"length": "3.0", "file": file}))
    if over:
        story.finish("NORMAL_CLEARING")
    channel = SimpleNamespace(hearing=Hearing(0.0))
    return SimpleNamespace(
        story=story,
        channel=channel,
        manner=MANNER[manner],
        failure="controller-any",
        struck=True,
        during=False,
    )


@pytest.mark.parametrize(
    ("manner", "events", "lost", "cut"),
    [
        ("one key", ["talking", "callee_hangs_up", "talked"], "", False),
        ("one key", ["talking", "talked", "talking", "callee_hangs_up", "talked"], "", True),
        ("one key", ["talking", "talked", "caller_hangs_up"], "", True),
        ("one key", ["talking", "caller_hangs_up", "talked"], "", False),
        ("one key", ["limbo", "caller_hangs_up"], "nobody had the call", False),
        ("one key", ["apology"], "apology", False),
        ("one key", ["ringing", "switch_hangs_up"], "no talk", False),
        ("one key", ["ringing", "caller_hangs_up"], "gave up", False),
        ("gives up", ["playing menu.wav", "caller_hangs_up"], "", False),
        ("queue and mark", ["talking", "callee_hangs_up", "talked"], "not asked for a mark", False),
        ("queue and mark", ["talking", "callee_hangs_up", "talked", "playing mark.wav"], "", False),
    ],
)
def test_what_a_caller_saw(manner: str, events: list[str], lost: str, cut: bool) -> None:
    outcome = outcome_of(placed(manner, *events))
    assert (outcome.lost, outcome.cut) == (lost, cut)


def test_a_call_that_nobody_ends_is_lost() -> None:
    assert outcome_of(placed("one key", "talking", over=False)).lost == "never ended"


@pytest.mark.parametrize(
    ("outcome", "stored", "broken"),
    [
        (FINE, [RECORD], []),
        (replace(FINE, lost="apology"), [RECORD], [CALLERS]),
        (replace(FINE, cut=True), [RECORD], [CONVERSATIONS]),
        (FINE, [], [RECORDS]),
        (FINE, [RECORD, RECORD], [RECORDS]),
        (FINE, [replace(RECORD, talk_ms=4100)], [RECORDS]),
        (FINE, [replace(RECORD, answered=False, talk_ms=0)], [RECORDS]),
        (FINE, [replace(RECORD, standing="provisional")], [RECORDS]),
        (FINE, [replace(RECORD, standing="reconciled")], []),
        (replace(FINE, silence_ms=1000), [RECORD], [SILENCE]),
    ],
)
def test_what_breaks_a_promise(outcome: Outcome, stored: list[Stored], broken: list[str]) -> None:
    row = judge(FAILURE["controller-any"], 1, [outcome], {"a": stored})
    assert row.broken == broken


def test_what_is_not_promised_cannot_be_broken() -> None:
    row = judge(FAILURE["controllers"], 1, [replace(FINE, lost="apology", silence_ms=5000)], {"a": [RECORD]})
    assert (row.dropped, row.why, row.broken) == (1, {"apology": 1}, [])


def test_only_calls_that_saw_the_failure_count_for_silence() -> None:
    unconcerned = replace(FINE, call_id="b", struck=False, concerned=False, silence_ms=9000)
    row = judge(FAILURE["controller-any"], 1, [FINE, unconcerned], {"a": [RECORD], "b": [RECORD]})
    assert (row.in_progress, row.silence_ms) == (1, {"p50": 40, "p99": 40, "max": 40})
