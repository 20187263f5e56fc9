"""The emergency switch 紧急切换 of a company, and when it was used."""

from __future__ import annotations

from app.store import numbers
from app.store.db import first, locked, writing
from app.store.models import Company, Emergency, User
from app.store.models.base import utc_now

LIMIT = 20


def current(company: Company) -> Emergency | None:
    """The one that is on."""
    return first(Emergency.select().where(Emergency.company == company, Emergency.ended_at.is_null()))


def latest(company: Company, limit: int = LIMIT) -> list[Emergency]:
    """The newest first, the one that is on included."""
    query = Emergency.select().where(Emergency.company == company)
    return list(query.order_by(Emergency.began_at.desc(), Emergency.id.desc()).limit(limit))


def begin(company: Company, target: str, user: User | None = None) -> Emergency:
    """Lead all calls to a phone number; one that is on already ends with it."""
    with writing():
        _end(company, user)
        begun = Emergency.create(company=company, target=target, began_by=user)
        numbers.renew(company)
        return begun


def end(company: Company, user: User | None = None) -> bool:
    """Take it back; false when none was on."""
    with writing():
        was_on = _end(company, user)
        if was_on:
            numbers.renew(company)
        return was_on


def _end(company: Company, user: User | None) -> bool:
    first(locked(Company.select().where(Company.id == company.id)))
    query = Emergency.update(ended_at=utc_now(), ended_by=user)
    return bool(query.where(Emergency.company == company, Emergency.ended_at.is_null()).execute())
