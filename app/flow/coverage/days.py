"""The days that differ to a flow, and when on them its opening hours open and close."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from app.flow.snapshot import Assets
from app.routing import calendar
from app.routing.opening_hours import DAYS, MINUTES_A_DAY, OpeningHours
from app.words import Words

WEEKDAYS = (
    Words("周一", "Mon"),
    Words("周二", "Tue"),
    Words("周三", "Wed"),
    Words("周四", "Thu"),
    Words("周五", "Fri"),
    Words("周六", "Sat"),
    Words("周日", "Sun"),
)
HOLIDAY, MAKE_UP = Words("节假日", "Holiday"), Words("调休上班", "Make-up day")
AHEAD = 366  # days in which an ordinary day of each kind is looked for, and dates of their own
MAX_DATES = 8  # columns of dates of their own
MAX_OWN = 60  # dates of their own that are looked at, the next ones

Standing = tuple[tuple[bool, bool], ...]
"""Of each opening hours whether they are open, and whether the day is a day off."""

Part = tuple[int, int, Standing]
"""From minute to minute of a day, and how things stand meanwhile."""


@dataclass(frozen=True, slots=True)
class Day:
    """A kind of day: "mon" … "sun", "holiday", "make_up", or an ISO date of its own; `date` stands for all such days."""

    code: str
    words: Words
    date: date

    @property
    def is_own(self) -> bool:
        """Whether it is a date that opening hours or the company name."""
        return self.code == str(self.date)


@dataclass(frozen=True, slots=True)
class Stretch:
    """From minute to minute of a day, the end excluded, in which nothing opens or closes; `moment` numbers its standing."""

    start_minute: int
    end_minute: int
    moment: int


@dataclass(frozen=True, slots=True)
class Timetable:
    """The days with their stretches, and one moment for each standing of all opening hours."""

    days: tuple[Day, ...]
    stretches: Mapping[str, tuple[Stretch, ...]]
    moments: tuple[datetime, ...]

    def moment_at(self, day: str, minute: int) -> int:
        """The number of the moment that stands for a minute of a kind of day."""
        return next(each.moment for each in self.stretches[day] if minute < each.end_minute)


def timetable(assets: Assets, today: date, timezone: str) -> Timetable:
    """When a flow with these assets behaves differently, from `today` on."""
    hours = [each.without(assets.closures) for each in assets.hours.values()]
    zone = ZoneInfo(timezone)
    found = {day: tuple(_stretches(hours, day.date, zone)) for day in _days(hours, today)}
    numbers: dict[Standing, int] = {}
    longest: dict[int, tuple[int, datetime]] = {}
    stretches: dict[str, tuple[Stretch, ...]] = {}
    days = _shown(found)
    for day, shown in days.items():
        for start, end, standing in found[day]:
            number = numbers.setdefault(standing, len(numbers))
            stretches[shown.code] = (*stretches.get(shown.code, ()), Stretch(start, end, number))
            if (
                number not in longest or end - start > longest[number][0]
            ):  # a call is to end before the stretch does
                longest[number] = (end - start, _at(day.date, start, zone))
    moments = tuple(longest[number][1] for number in range(len(numbers)))
    return Timetable(tuple(days.values()), stretches, moments)


def _shown(found: Mapping[Day, tuple[Part, ...]]) -> dict[Day, Day]:
    """The days that are columns, as they are called there: of dates of their own on which the same happens the first."""
    alike: dict[tuple[Part, ...], list[Day]] = {}
    for day, parts in found.items():
        if day.is_own:
            alike.setdefault(parts, []).append(day)
    days = {day: day for day in found if not day.is_own}
    for first, *more in list(alike.values())[:MAX_DATES]:
        words = Words(f"{first.words.zh} 等", f"{first.words.en} …") if more else first.words
        days[first] = replace(first, words=words)
    return days


def _days(hours: Sequence[OpeningHours], today: date) -> Iterator[Day]:
    own = frozenset(day for each in hours for day in (*each.closed_dates, *each.open_dates))
    ahead = [today + timedelta(days=number) for number in range(1, AHEAD + 1)]
    for number, words in enumerate(WEEKDAYS):
        found = (day for day in ahead if day.weekday() == number and _is_ordinary(day, own))
        yield Day(DAYS[number], words, next(found, ahead[(number - ahead[0].weekday()) % 7]))
    if hours and (day := _nearest(today, lambda day: _is_weekday_off(day) and day not in own)):
        yield Day("holiday", HOLIDAY, day)
    if any(each.holidays for each in hours) and (
        day := _nearest(today, lambda day: calendar.is_make_up_day(day) and day not in own)
    ):
        yield Day("make_up", MAKE_UP, day)
    for day in sorted(day for day in own if today <= day <= ahead[-1])[:MAX_OWN]:
        yield Day(str(day), Words(f"{day.month}月{day.day}日", f"{day:%b} {day.day}"), day)


def _is_ordinary(day: date, own: frozenset[date]) -> bool:
    """Whether neither the day nor the one before, whose spans may reach into it, is special in any way."""
    return not any(
        each in own or calendar.holiday(each) or calendar.is_make_up_day(each)
        for each in (day, day - timedelta(days=1))
    )


def _is_weekday_off(day: date) -> bool:
    return day.weekday() < 5 and calendar.holiday(day) is not None


def _nearest(today: date, wanted: Callable[[date], bool]) -> date | None:
    """The next such day, else the last one: next year's holidays become known in November."""
    ahead = (today + timedelta(days=number) for number in range(AHEAD + 1))
    before = (today - timedelta(days=number) for number in range(1, AHEAD + 1))
    return next((day for days in (ahead, before) for day in days if wanted(day)), None)


def _stretches(hours: Sequence[OpeningHours], day: date, zone: ZoneInfo) -> Iterator[Part]:
    """The stretches of a date, neighbours that do not differ made one."""
    borders = sorted({0, MINUTES_A_DAY, *_borders(hours, day)})
    start, standing = 0, _standing(hours, _at(day, 0, zone))
    for border, _next in pairwise(borders[1:]):
        after = _standing(hours, _at(day, border, zone))
        if after != standing:
            yield start, border, standing
            start, standing = border, after
    yield start, MINUTES_A_DAY, standing


def _borders(hours: Sequence[OpeningHours], day: date) -> Iterator[int]:
    for each in hours:
        for offset, begun in ((0, day), (-MINUTES_A_DAY, day - timedelta(days=1))):
            for span in each.spans_on(begun):
                ends = (span.start_minute + offset, span.start_minute + span.length + offset)
                yield from (end for end in ends if 0 < end < MINUTES_A_DAY)


def _standing(hours: Sequence[OpeningHours], at: datetime) -> Standing:
    return tuple((each.is_open(at), each.is_day_off(at.date())) for each in hours)


def _at(day: date, minute: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60), zone)
