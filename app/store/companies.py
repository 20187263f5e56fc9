"""Companies, the tenants."""

from __future__ import annotations

from app.store.db import NotFound, first
from app.store.models import Company

LIMIT = 1000


def create(name: str, timezone: str = "Asia/Shanghai") -> Company:
    return Company.create(name=name, timezone=timezone)


def find(company_id: int) -> Company:
    """The company with this id; NotFound when there is none."""
    company = Company.get_or_none(Company.id == company_id)
    if company is None:
        raise NotFound(f"no company {company_id}")
    return company


def named(name: str) -> Company | None:
    """The first company of this name: the demo asks whether it is there already."""
    return first(Company.select().where(Company.name == name).order_by(Company.id))


def every(after: int = 0, limit: int = LIMIT) -> list[Company]:
    """All companies in the order they came, a batch at a time: pass the last one's id to get the next."""
    return list(Company.select().where(Company.id > after).order_by(Company.id).limit(limit))
