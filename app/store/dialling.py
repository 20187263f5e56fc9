"""What a company may dial, as the operator has opened it."""

from __future__ import annotations

from dataclasses import replace

from app.routing import dialling_rules
from app.routing.dialling_rules import DiallingRules
from app.store.models import Company, Number

LIMIT = 100_000


def rules_of(company: Company) -> DiallingRules:
    """The company's rules, with those of our own 400 numbers that they could lead back to."""
    rules = replace(dialling_rules.read(company.dialling), per_minute=company.max_dials)
    return replace(rules, own=_own(company, rules))


def _own(company: Company, rules: DiallingRules) -> frozenset[str]:
    """Everybody's numbers where 400 numbers are open; else the company's, which only tell it why."""
    query = Number.select(Number.did).limit(LIMIT)
    if not rules.freephone:
        query = query.where(Number.company == company)
    return frozenset(number.did for number in query)
