"""Companies, the tenants."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.routing import dialling_rules
from app.routing.dialling_rules import DiallingRules
from app.store import numbers
from app.store.db import NotFound, first, writing
from app.store.models import Company
from app.store.models.company import new_secret

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


def limit_calls(company: Company, max_calls: int) -> Company:
    """How many live calls it may have at once, 0 for no limit. Conflict when that is less than none or too many."""
    return _changed(company, max_calls=max_calls)


def limit_dials(company: Company, max_dials: int) -> Company:
    """How many phones may be rung for it in a minute, 0 for no limit. Conflict when that is less than none or too many."""
    return _changed(company, max_dials=max_dials)


def open_dialling(company: Company, rules: DiallingRules) -> Company:
    """What it may dial beside mobiles and landlines; `own` and `per_minute` of the rules are not kept here."""
    return _changed(company, dialling=dialling_rules.write(replace(rules, per_minute=0)))


def renew_webhook_secret(company: Company) -> Company:
    """A new secret that signs what its web services are asked; the old one counts no more."""
    return _changed(company, webhook_secret=new_secret())


def _changed(company: Company, **values: Any) -> Company:
    """With a new revision of its numbers, whose calls are to notice."""
    with writing():
        Company.update(**values).where(Company.id == company.id).execute()
        numbers.renew(company)
        return find(company.id)
