"""A call's path drawn to scale: what happened when, as rows of one bar each. Pure.

A row is a step of the trail (the navigation), or a phone that rang, or a conversation; places and lengths are
thousandths of the call.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

FULL = 1000
LEAST = 6  # a bar is at least this long, so that it can be seen


class Tone(StrEnum):
    """What a bar stands for."""

    MACHINE = "machine"  # the caller hears or presses something
    RINGING = "ringing"  # a phone rings and is not answered
    ANSWERED = "answered"  # a phone rings and is answered
    TALK = "talk"  # two people talk


@dataclass(frozen=True, slots=True)
class Row:
    """`what` names the row: a step's label, a phone's name. Times are milliseconds since the call began."""

    tone: Tone
    what: str
    start_ms: int
    length_ms: int
    number: str = ""
    kind: str = ""
    exit: str = ""
    keys: str = ""
    result: str = ""
    problem: str = ""
    x: int = 0
    width: int = 0


@dataclass(frozen=True, slots=True)
class Tick:
    x: int
    seconds: int


def rows(cdr: Mapping[str, Any]) -> list[Row]:
    """The call's rows in the order in which they began."""
    total = max(1, cdr["duration_ms"])
    placed = (_placed(row, total) for row in _rows(cdr))
    return sorted(placed, key=lambda row: row.start_ms)


def ticks(duration_ms: int) -> list[Tick]:
    """Three to six marks of whole seconds under the rows."""
    seconds = max(1, duration_ms / 1000)
    step = next((s for s in (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600) if seconds / s <= 6), 7200)
    return [Tick(round(FULL * at / seconds), at) for at in range(0, int(seconds) + 1, step)]


def _rows(cdr: Mapping[str, Any]) -> Iterator[Row]:
    rung = {leg["node"] for leg in cdr["legs"]}
    for step in cdr["trail"]:
        if step["node"] not in rung:
            yield _step(step)
    for leg in cdr["legs"]:
        yield from _leg(leg)


def _step(step: Mapping[str, Any]) -> Row:
    return Row(
        Tone.MACHINE,
        step["label"],
        step["at_ms"],
        step["end_ms"] - step["at_ms"],
        kind=step["kind"],
        exit=step["exit"],
        keys=step["keys"],
        problem=step["problem"],
    )


def _leg(leg: Mapping[str, Any]) -> Iterator[Row]:
    name, number, result = leg["name"] or "", leg["number"], leg["result"]
    tone = Tone.ANSWERED if result == "answered" else Tone.RINGING
    yield Row(tone, name, leg["at_ms"], leg["ring_ms"], number=number, result=result)
    if leg["talk_ms"]:
        yield Row(Tone.TALK, name, leg["at_ms"] + leg["ring_ms"], leg["talk_ms"], number=number)


def _placed(row: Row, total_ms: int) -> Row:
    width = max(LEAST, round(FULL * row.length_ms / total_ms))
    x = min(round(FULL * row.start_ms / total_ms), FULL - LEAST)
    return replace(row, x=max(0, x), width=min(width, FULL - x))
