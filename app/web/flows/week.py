"""The week as a heat table: how many phones ring at each hour of each kind of day. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from app.flow.coverage.cover import Coverage
from app.flow.coverage.days import Day
from app.flow.coverage.periods import clock
from app.flow.coverage.ways import Choice, Way

MINUTES = 60
HOURS = range(24)
MANY = 4  # phones


@dataclass(frozen=True, slots=True)
class Cell:
    """Hours of a day in which nothing changes, or one hour in which something does.

    minute   when it begins; the calls of this minute are what a click on it shows
    most     phones that ring, fewest to most of the hour
    level    "none", "part" when at some minutes nobody rings, or under some keys that ring somebody at other times, else
             by the number of phones
    """

    minute: int
    hours: int
    least: int
    most: int
    level: str

    @property
    def span(self) -> str:
        return f"{clock(self.minute)}–{clock(self.minute + self.hours * MINUTES)}"

    @property
    def count(self) -> str:
        return str(self.most) if self.least == self.most else f"{self.least}–{self.most}"


def week(coverage: Coverage, caller: int) -> list[tuple[Day, list[Cell]]]:
    """The cells of each kind of day for one class of callers."""
    deserted = without_answer(coverage, caller)
    return [(day, list(_cells(coverage, caller, day, deserted))) for day in coverage.times.days]


def _cells(coverage: Coverage, caller: int, day: Day, deserted: dict[int, set[Choice]]) -> Iterator[Cell]:
    """Hours in which the same phones ring on the same keys are one cell."""

    def what_rings(hour: int) -> tuple[tuple[frozenset[str], bool], ...]:
        moments = _moments(coverage, day, hour)
        found = ((coverage.worlds[each, caller].phones, bool(deserted[each])) for each in moments)
        return tuple(dict.fromkeys(found))

    for rings, group in groupby(HOURS, what_rings):
        hours = list(group)
        counts = [len(phones) for phones, _ in rings]
        level = _level(min(counts), max(counts), any(is_part for _, is_part in rings))
        for run in [hours] if len(rings) == 1 else [[hour] for hour in hours]:
            yield Cell(run[0] * MINUTES, len(run), min(counts), max(counts), level)


def _moments(coverage: Coverage, day: Day, hour: int) -> list[int]:
    """The numbers of the moments that stand for parts of an hour."""
    start, end = hour * MINUTES, (hour + 1) * MINUTES
    return [
        stretch.moment
        for stretch in coverage.times.stretches[day.code]
        if stretch.start_minute < end and start < stretch.end_minute
    ]


def _level(least: int, most: int, is_part: bool) -> str:
    if not most:
        return "none"
    if is_part or not least:
        return "part"
    return "few" if least == 1 else "some" if least < MANY else "many"


def without_answer(coverage: Coverage, caller: int) -> dict[int, set[Choice]]:
    """By moment, what callers may choose then that leads to nobody, though at other times it leads to somebody."""
    ringing: dict[int, set[Choice]] = {}
    chosen: dict[int, set[Choice]] = {}
    for moment in range(len(coverage.times.moments)):
        ways = coverage.ways(moment, caller)
        chosen[moment] = {choice for way in ways for choice in single(way)}
        ringing[moment] = {choice for way in ways if way.ringing for choice in single(way)}
    ever = set().union(*ringing.values())
    return {moment: (chosen[moment] & ever) - ringing[moment] for moment in chosen}


def single(way: Way) -> Iterator[Choice]:
    """The choices of a way, keys that lead the same way apart."""
    for choice in way.choices:
        for pressed in choice.pressed or ("",):
            yield Choice(choice.flow, choice.node, (pressed,), () if choice.pressed else choice.exits)


def answered_hours(coverage: Coverage, caller: int) -> float:
    """Hours of an ordinary week in which at least one phone rings."""
    minutes = sum(
        stretch.end_minute - stretch.start_minute
        for day in coverage.times.days[:7]
        for stretch in coverage.times.stretches[day.code]
        if coverage.worlds[stretch.moment, caller].phones
    )
    return minutes / MINUTES
