"""The hours of the day for the picture and its table: today's calls beside those of a week ago. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.store.today import Hour

FIRST, LAST = 8, 20  # the hours that are shown at least


@dataclass(frozen=True, slots=True)
class Row:
    """One hour: today's calls that were answered and those that were not, and all calls of a week ago."""

    hour: int
    answered: int
    other: int
    week_ago: int


def rows(today: Sequence[Hour], week_ago: Sequence[Hour]) -> list[Row]:
    """The hours from the first call of both days, or 8, to the last one, or 20."""
    busy = [now.hour for now, then in zip(today, week_ago, strict=True) if now.calls or then.calls]
    shown = range(min([FIRST, *busy]), max([LAST, *busy]) + 1)
    return [_row(today[hour], week_ago[hour]) for hour in shown]


def _row(now: Hour, then: Hour) -> Row:
    return Row(now.hour, now.answered, now.calls - now.answered, then.calls)
