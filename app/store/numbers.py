"""400 numbers of a company."""

from __future__ import annotations

from collections.abc import Iterator

from app.store import flows, phones
from app.store.db import NotFound, first, locked, writing
from app.store.models import Company, Flow, Number

LIMIT = 1000
ACTIVE = "active"
SUSPENDED = "suspended"


def every(company: Company, limit: int = LIMIT) -> list[Number]:
    """The company's numbers, each with its flow and fallback."""
    return list(Number.select().where(Number.company == company).order_by(Number.did).limit(limit))


def everybodys() -> Iterator[Number]:
    """All companies' numbers, read a batch at a time: for putting them in force, never for a page."""
    last, batch = 0, LIMIT
    while batch == LIMIT:
        found = list(Number.select().where(Number.id > last).order_by(Number.id).limit(LIMIT))
        yield from found
        last, batch = found[-1].id if found else 0, len(found)


def anybodys(did: str) -> Number | None:
    """The number, whoever has it: for what a switch tells, never for a page."""
    number: Number | None = Number.get_or_none(Number.did == did)
    return number


def find(company: Company, did: str) -> Number:
    """The number; NotFound when the company has none such."""
    number = Number.get_or_none(Number.company == company, Number.did == did)
    if number is None:
        raise NotFound(f"no number {did}")
    return number


def create(company: Company, did: str, label: str = "") -> Number:
    """Conflict when the number belongs to somebody already."""
    with writing():
        return Number.create(company=company, did=did, label=label)


def change(company: Company, did: str, *, label: str, flow: str = "", fallback: str = "") -> Number:
    """Lead the number to a flow and give it a fallback phone, both by slug, "" for none."""
    with writing():
        number = _taken(company, did)
        number.label = label
        number.flow = flows.find(company, flow) if flow else None
        number.fallback = phones.find(company, fallback) if fallback else None
        return _saved(number)


def suspend(company: Company, did: str) -> Number:
    """Callers hear that the number is not in service."""
    return _put_state(company, did, SUSPENDED)


def resume(company: Company, did: str) -> Number:
    """The number is in service again."""
    return _put_state(company, did, ACTIVE)


def renew(company: Company) -> None:
    """What callers of every number get is something new now; within the caller's transaction."""
    Number.update(revision=Number.revision + 1).where(Number.company == company).execute()


def leading_to(company: Company, flow: Flow, limit: int = LIMIT) -> list[Number]:
    """The numbers that lead to a flow."""
    query = Number.select().where(Number.company == company, Number.flow == flow)
    return list(query.order_by(Number.did).limit(limit))


def _put_state(company: Company, did: str, state: str) -> Number:
    with writing():
        number = _taken(company, did)
        number.state = state
        return _saved(number)


def _taken(company: Company, did: str) -> Number:
    number = first(locked(Number.select().where(Number.company == company, Number.did == did)))
    if number is None:
        raise NotFound(f"no number {did}")
    return number


def _saved(number: Number) -> Number:
    number.revision += 1
    number.save()
    return number
