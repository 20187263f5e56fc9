"""A call's path drawn to scale: what happened when, as rows of one bar each. Pure.

A row is a step of the trail (the navigation), or a phone that rang, or a conversation. Places and lengths are
thousandths of the picture. A long conversation is drawn shortened, with a break in its bar: what people want to see
is the way to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil
from typing import Any

FULL = 1000
LEAST = 6  # a bar is at least this long, so that it can be seen
LEAST_TALK_MS = 8000  # what is left at least of a shortened conversation
STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)
MOST_TICKS = 6
END_ROOM = 120  # thousandths that the last tick's text needs


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
    is_shortened: bool = False

    @property
    def end_ms(self) -> int:
        return self.start_ms + self.length_ms


@dataclass(frozen=True, slots=True)
class Tick:
    x: int
    ms: int


@dataclass(frozen=True, slots=True)
class Timeline:
    rows: tuple[Row, ...]
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where a moment stands; the time from `cut_ms` to `resume_ms` is taken out of the picture."""

    total_ms: int
    cut_ms: int
    resume_ms: int

    @property
    def shown_ms(self) -> int:
        return max(1, self.total_ms - (self.resume_ms - self.cut_ms))

    def x(self, ms: int) -> int:
        hidden = min(max(0, ms - self.cut_ms), self.resume_ms - self.cut_ms)
        return min(FULL, round(FULL * (ms - hidden) / self.shown_ms))


def timeline(cdr: Mapping[str, Any]) -> Timeline:
    """The call's rows in the order in which they began, with marks of whole seconds under them."""
    rows = sorted(_rows(cdr), key=lambda row: row.start_ms)
    scale = _scale(rows, cdr["duration_ms"])
    return Timeline(tuple(_placed(row, scale) for row in rows), tuple(_ticks(scale)))


def _scale(rows: list[Row], total_ms: int) -> _Scale:
    """As it is, unless the longest conversation is longer than all the rest."""
    talk = max((row for row in rows if row.tone is Tone.TALK), key=lambda row: row.length_ms, default=None)
    left_ms = max(LEAST_TALK_MS, total_ms - talk.length_ms) if talk else 0
    if talk is None or talk.length_ms <= left_ms * 2:
        return _Scale(total_ms, total_ms, total_ms)
    middle = talk.start_ms + left_ms // 2
    return _Scale(total_ms, middle, middle + talk.length_ms - left_ms)


def _ticks(scale: _Scale) -> Iterator[Tick]:
    """Round seconds up to the cut, and the end of the call when something was cut out."""
    wanted_s = scale.shown_ms / 1000 / MOST_TICKS
    step = next((s for s in STEPS_S if s >= wanted_s), 3600 * ceil(wanted_s / 3600)) * 1000
    is_cut = scale.resume_ms > scale.cut_ms
    for ms in range(0, min(scale.cut_ms, scale.total_ms) + 1, step):
        if not is_cut or scale.x(ms) < FULL - END_ROOM:
            yield Tick(scale.x(ms), ms)
    if is_cut:
        yield Tick(FULL, scale.total_ms)


def _rows(cdr: Mapping[str, Any]) -> Iterator[Row]:
    rung = {leg["node"] for leg in cdr["legs"]}
    yield from (_step(step) for step in cdr["trail"] if step["node"] not in rung)
    for leg in cdr["legs"]:
        yield from _leg(leg)


def _step(step: Mapping[str, Any]) -> Row:
    return Row(
        Tone.MACHINE,
        step["label"],
        step["at_ms"],
        max(0, step["end_ms"] - step["at_ms"]),
        kind=step["kind"],
        exit=step["exit"],
        keys=step.get("keys", ""),
        problem=step.get("problem", ""),
    )


def _leg(leg: Mapping[str, Any]) -> Iterator[Row]:
    name, number, result = leg["name"] or "", leg["number"], leg["result"]
    tone = Tone.ANSWERED if result == "answered" else Tone.RINGING
    yield Row(tone, name, leg["at_ms"], leg["ring_ms"], number=number, result=result)
    if leg["talk_ms"]:
        yield Row(Tone.TALK, name, leg["at_ms"] + leg["ring_ms"], leg["talk_ms"], number=number)


def _placed(row: Row, scale: _Scale) -> Row:
    x = min(scale.x(row.start_ms), FULL - LEAST)
    width = max(LEAST, scale.x(row.end_ms) - x)
    is_shortened = row.start_ms < scale.cut_ms < scale.resume_ms < row.end_ms
    return replace(row, x=x, width=min(width, FULL - x), is_shortened=is_shortened)
