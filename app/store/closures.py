"""Days on which a whole company is closed 休息日."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.errors import StoreError
from app.store.db import writing
from app.store.models import Closure, Company

LIMIT = 400


def every(company: Company, limit: int = LIMIT) -> list[Closure]:
    return list(Closure.select().where(Closure.company == company).order_by(Closure.day).limit(limit))


def add(company: Company, days: Sequence[date], note: str = "") -> int:
    """Close the company on these days; returns how many were new. StoreError when it would be more than LIMIT."""
    with writing():
        before = _count(company)
        rows = [{"company": company, "day": day, "note": note[:50]} for day in dict.fromkeys(days)]
        if rows:
            added = Closure.insert_many(rows)
            added.on_conflict(action="nothing", conflict_target=[Closure.company, Closure.day]).execute()
        now = _count(company)
        if now > LIMIT:
            raise StoreError(f"{now} closures, at most {LIMIT}")
        return now - before


def remove(company: Company, days: Sequence[date]) -> int:
    """Open on these days again, as the hours say; returns how many were closures."""
    with writing():
        query = Closure.delete().where(Closure.company == company, Closure.day.in_(list(days)))
        return int(query.execute())


def _count(company: Company) -> int:
    return int(Closure.select().where(Closure.company == company).count())
