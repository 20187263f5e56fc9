"""Tests of flows: trial calls that were kept, to be gone through at every publishing."""

from __future__ import annotations

from typing import Any

from app.errors import StoreError
from app.store import flows
from app.store.db import NotFound, writing
from app.store.models import Company, FlowTest, User
from app.store.texts import clean

LIMIT = 100


class TooManyTests(StoreError):
    """A flow has LIMIT tests at most."""


def every(company: Company, slug: str, limit: int = LIMIT) -> list[FlowTest]:
    """The tests of a flow, by name."""
    flow = flows.find(company, slug)
    query = FlowTest.select().where(FlowTest.company == company, FlowTest.flow == flow)
    return list(query.order_by(FlowTest.name).limit(limit))


def find(company: Company, slug: str, test_id: int) -> FlowTest:
    """One test; NotFound when the flow has none such."""
    flow = flows.find(company, slug)
    found = FlowTest.get_or_none(FlowTest.company == company, FlowTest.flow == flow, FlowTest.id == test_id)
    if found is None:
        raise NotFound(f"no test {test_id} of flow {slug}")
    return found


def save(
    company: Company,
    slug: str,
    name: str,
    situation: dict[str, Any],
    expected: dict[str, Any],
    user: User | None = None,
) -> FlowTest:
    """Keep a test. Conflict when the name is taken or empty, TooManyTests when there are LIMIT already."""
    with writing():
        if len(every(company, slug)) >= LIMIT:
            raise TooManyTests(f"a flow has at most {LIMIT} tests")
        return FlowTest.create(
            company=company,
            flow=flows.find(company, slug),
            name=str(clean(name)).strip()[:100],
            situation=situation,
            expected=expected,
            saved_by=user,
        )


def expect(company: Company, slug: str, test_id: int, expected: dict[str, Any]) -> None:
    """From now on something else must come of it."""
    with writing():
        test = find(company, slug, test_id)
        test.expected = expected
        test.save(only=[FlowTest.expected])


def remove(company: Company, slug: str, test_id: int) -> None:
    with writing():
        find(company, slug, test_id).delete_instance()
