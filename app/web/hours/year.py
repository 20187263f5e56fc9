"""A year of opening hours for people to look at: months of days, each with what it is and why. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from app.routing import calendar
from app.routing.opening_hours import OpeningHours, Span
from app.web.hours import days as weeks
from app.words import Words

OPEN, CLOSED, HOLIDAY, MAKE_UP, SPECIAL, CLOSURE = (
    "open",
    "closed",
    "holiday",
    "make-up",
    "special",
    "closure",
)

NO_HOURS = OpeningHours("", "", {}, holidays=True)
"""For a company that has none yet: its calendar shows the holidays."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day. `kind` is how it is coloured; `why` names what makes it other than every week, "" in both else.

    festival     the public holiday that it belongs to, whether these hours keep it or not; "" in both when none
    is_expected  that is by the law, of a year whose arrangement is not announced yet
    """

    day: date
    kind: str
    spans: tuple[Span, ...]
    why: Words
    festival: Words = Words("", "")

    @property
    def is_expected(self) -> bool:
        return bool(self.festival.zh) and not calendar.is_announced(self.day.year)


@dataclass(frozen=True, slots=True)
class Month:
    """Its days, and the holidays that begin in it."""

    first: date
    days: tuple[Day, ...]
    breaks: tuple[weeks.Break, ...]

    @property
    def blanks(self) -> int:
        """Empty places before the first day, in a week that begins on Monday."""
        return self.first.weekday()


def year(hours: OpeningHours, closures: Mapping[date, str], number: int) -> list[Month]:
    """Twelve months; `closures` are the company's with their notes."""
    breaks = weeks.holidays(number)
    return [
        Month(
            first,
            tuple(day_of(hours, closures, day) for day in _month(first)),
            tuple(each for each in breaks if each.first.month == first.month),
        )
        for first in (date(number, month, 1) for month in range(1, 13))
    ]


def day_of(hours: OpeningHours, closures: Mapping[date, str], day: date) -> Day:
    """What one day is."""
    [shown] = weeks.days(hours, closures, day, 1)
    festival = calendar.holiday(day) or Words("", "")
    return Day(day, _kind(hours, closures, day, shown.spans), shown.spans, shown.why, festival)


def _kind(hours: OpeningHours, closures: Mapping[date, str], day: date, spans: tuple[Span, ...]) -> str:
    if day in closures or day in hours.closed_dates:
        return CLOSURE
    if day in hours.open_dates:
        return SPECIAL
    if hours.holidays and calendar.holiday(day):
        return HOLIDAY
    if hours.holidays and calendar.is_make_up_day(day):
        return MAKE_UP
    return OPEN if spans else CLOSED


def _month(first: date) -> Iterator[date]:
    day = first
    while day.month == first.month:
        yield day
        day += timedelta(days=1)
