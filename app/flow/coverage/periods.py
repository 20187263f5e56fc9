"""Parts of the week in words: 周一至周五 12:00–13:30，周六、周日全天."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from app.flow.coverage.days import Day, Timetable
from app.routing.opening_hours import DAYS, MINUTES_A_DAY
from app.words import Words

Part = tuple[int, int]
"""From minute to minute of a day, the end excluded."""

EVERY_DAY, ALL_DAY, ALWAYS = (
    Words("每天", "every day"),
    Words("全天", "all day"),
    Words("任何时候", "at all times"),
)


def parts_of_days(times: Timetable, moments: Iterable[int]) -> dict[str, tuple[Part, ...]]:
    """When on each day one of these moments stands for the time; neighbouring stretches are one part."""
    wanted = set(moments)
    return {
        code: _joined([(each.start_minute, each.end_minute) for each in stretches if each.moment in wanted])
        for code, stretches in times.stretches.items()
    }


def _joined(parts: Sequence[Part]) -> tuple[Part, ...]:
    joined: list[Part] = []
    for start, end in parts:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


def period_words(times: Timetable, moments: Iterable[int]) -> Words:
    """When these moments are, days with the same parts together."""
    together: dict[tuple[Part, ...], list[Day]] = {}
    parts = parts_of_days(times, moments)
    for day in times.days:
        if parts[day.code]:
            together.setdefault(parts[day.code], []).append(day)
    if list(together) == [((0, MINUTES_A_DAY),)] and len(next(iter(together.values()))) == len(times.days):
        return ALWAYS
    phrases = [_phrase(days, parts, len(times.days)) for parts, days in together.items()]
    return Words("，".join(words.zh for words in phrases), "; ".join(words.en for words in phrases))


def _phrase(days: Sequence[Day], parts: Sequence[Part], all_days: int) -> Words:
    when = EVERY_DAY if len(days) == all_days else _days_words(days)
    if tuple(parts) == ((0, MINUTES_A_DAY),):
        return Words(f"{when.zh}{ALL_DAY.zh}", f"{when.en} {ALL_DAY.en}")
    hours = [f"{clock(start)}–{clock(end)}" for start, end in parts]
    return Words(f"{when.zh} {'、'.join(hours)}", f"{when.en} {', '.join(hours)}")


def _days_words(days: Sequence[Day]) -> Words:
    """Weekdays in a row as from … to."""
    runs: list[list[Day]] = [[days[0]]]
    for before, day in pairwise(days):
        if _is_next(before, day):
            runs[-1].append(day)
        else:
            runs.append([day])
    names = [_run_words(run) for run in runs]
    return Words("、".join(words.zh for words in names), ", ".join(words.en for words in names))


def _is_next(before: Day, day: Day) -> bool:
    both = before.code in DAYS and day.code in DAYS
    return both and DAYS.index(day.code) == DAYS.index(before.code) + 1


def _run_words(run: Sequence[Day]) -> Words:
    first, last = run[0].words, run[-1].words
    if len(run) < 3:
        return Words("、".join(day.words.zh for day in run), ", ".join(day.words.en for day in run))
    return Words(f"{first.zh}至{last.zh}", f"{first.en}–{last.en}")


def clock(minute: int) -> str:
    """A minute of the day as on a clock, 24:00 at its end."""
    return f"{minute // 60:02}:{minute % 60:02}"
