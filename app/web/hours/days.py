"""The days of opening hours: a week as callers find it, and the holidays of a year. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from app.routing import calendar
from app.routing.opening_hours import OpeningHours, Span
from app.words import Words

A_WEEK = 7
MAKE_UP = Words("调休上班", "make-up day")
CLOSED = Words("公司休息", "company closed")
SPECIAL = Words("特别营业", "special hours")
DAY_OFF = Words("休息的日期", "closed date")


@dataclass(frozen=True, slots=True)
class Day:
    """One day: its open spans, and why they are not those of every week ("" in both languages when they are)."""

    day: date
    spans: tuple[Span, ...]
    why: Words = Words("", "")


@dataclass(frozen=True, slots=True)
class Break:
    """A public holiday with the weekend days that are worked instead; or a run of the company's closures."""

    name: Words
    first: date
    last: date
    make_up_days: tuple[date, ...] = ()

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def week(hours: OpeningHours, closures: Mapping[date, str], first: date) -> list[Day]:
    """Seven days from the first; `closures` are the company's with their notes."""
    return days(hours, closures, first, A_WEEK)


def days(hours: OpeningHours, closures: Mapping[date, str], first: date, count: int) -> list[Day]:
    """So many days from the first."""
    kept = hours.without(frozenset(closures))
    every = (first + timedelta(days=n) for n in range(count))
    return [Day(day, kept.spans_on(day), _why(hours, closures, day)) for day in every]


def _why(hours: OpeningHours, closures: Mapping[date, str], day: date) -> Words:
    if day in closures:
        return Words(closures[day], closures[day]) if closures[day] else CLOSED
    if day in hours.open_dates:
        return SPECIAL
    if day in hours.closed_dates:
        return DAY_OFF
    if hours.holidays and (holiday := calendar.holiday(day)):
        return holiday
    return MAKE_UP if hours.holidays and calendar.is_make_up_day(day) else Words("", "")


def holidays(year: int) -> list[Break]:
    """The public holidays of a year, none when they are not known."""
    found = list(_holidays(year))
    make_up = [day for day in _days(year) if calendar.is_make_up_day(day)]
    return [_with_make_up(each, found, make_up) for each in found]


def _days(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))


def _holidays(year: int) -> Iterator[Break]:
    current: Break | None = None
    for day in _days(year):
        name = calendar.holiday(day)
        if current and name == current.name:
            current = Break(current.name, current.first, day)
            continue
        if current:
            yield current
        current = Break(name, day, day) if name else None
    if current:
        yield current


def _with_make_up(each: Break, all_breaks: list[Break], make_up: list[date]) -> Break:
    """With the make-up days that are nearer to it than to any other holiday."""

    def far(other: Break, day: date) -> int:
        return min(abs((other.first - day).days), abs((other.last - day).days))

    own = tuple(day for day in make_up if min(all_breaks, key=lambda other: far(other, day)) is each)
    return Break(each.name, each.first, each.last, own)


def runs(closures: Mapping[date, str]) -> list[Break]:
    """The closures in order, neighbours of one note as one."""
    found: list[Break] = []
    for day, note in sorted(closures.items()):
        name = Words(note, note)
        if found and found[-1].name == name and found[-1].last + timedelta(days=1) == day:
            found[-1] = Break(name, found[-1].first, day)
        else:
            found.append(Break(name, day, day))
    return found
