"""How a company's day is going, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from peewee import SQL, Case, fn

from app.store.models import Call, Company
from app.store.models.call import FINAL

HOURS = 24
OVER_LIMIT = "over_limit"


@dataclass(frozen=True, slots=True)
class Hour:
    """The calls that began in one hour of the day, local time."""

    hour: int
    calls: int
    answered: int


@dataclass(frozen=True, slots=True)
class Today:
    """Calls that began since midnight where the company is.

    turned_away      of the missed, those that came while the company had as many live calls as it may
    average_wait_ms  of the answered calls, from their begin until a person answered; 0 when there were none
    by_hour          24 of them
    """

    calls: int
    answered: int
    missed: int
    abandoned: int
    turned_away: int
    average_wait_ms: int
    by_hour: tuple[Hour, ...]


def today(company: Company, now: datetime) -> Today:
    """The day that `now` is in, at the company's place."""
    bounds = _hours(company, now)
    calls: Counter[str] = Counter()
    per_hour: Counter[int] = Counter()
    answered: Counter[int] = Counter()
    waited_ms = turned_away = 0
    for hour, result, count, wait_ms, over_limit in _counts(company, bounds):
        calls[result] += count
        turned_away += int(over_limit)
        per_hour[hour] += count
        if result == "answered":
            answered[hour] += count
            waited_ms += int(wait_ms)
    return Today(
        calls=calls.total(),
        answered=calls["answered"],
        missed=calls["missed"],
        abandoned=calls["abandoned"],
        turned_away=turned_away,
        average_wait_ms=round(waited_ms / max(1, calls["answered"])),
        by_hour=tuple(Hour(hour, per_hour[hour], answered[hour]) for hour in range(HOURS)),
    )


def recorded(company: Company, now: datetime) -> tuple[int, int]:
    """How many calls of the day are recorded, and how many of them for good: it changes with every record."""
    bounds = _hours(company, now)
    final = fn.SUM(Case(None, [(Call.standing == FINAL, 1)], 0))
    query = Call.select(fn.COUNT(Call.id), fn.COALESCE(final, 0)).where(
        Call.company == company, Call.began_at >= bounds[0], Call.began_at < bounds[-1]
    )
    recorded_now, for_good = cast(tuple[int, int], query.tuples().get())
    return int(recorded_now), int(for_good)


def _counts(company: Company, bounds: list[datetime]) -> Iterable[tuple[int, str, int, int, int]]:
    """(hour, result, calls, sum of wait_ms, calls over the limit), counted by the database."""
    hour = Case(None, [(Call.began_at < end, index) for index, end in enumerate(bounds[1:-1])], HOURS - 1)
    over_limit = Case(None, [(Call.ended == OVER_LIMIT, 1)], 0)
    query = (
        Call.select(
            hour.alias("hour"), Call.result, fn.COUNT(Call.id), fn.SUM(Call.wait_ms), fn.SUM(over_limit)
        )
        .where(Call.company == company, Call.began_at >= bounds[0], Call.began_at < bounds[-1])
        .group_by(SQL("hour"), Call.result)
    )
    return cast(Iterable[tuple[int, str, int, int, int]], query.tuples())


def _hours(company: Company, now: datetime) -> list[datetime]:
    """The 25 moments between which the day's hours lie."""
    zone = ZoneInfo(company.timezone)
    day = now.astimezone(zone).date()
    hours = [datetime.combine(day, time(hour), zone) for hour in range(HOURS)]
    midnight = datetime.combine(day + timedelta(days=1), time(), zone)
    return [hour.astimezone(UTC) for hour in (*hours, midnight)]
