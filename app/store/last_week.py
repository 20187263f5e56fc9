"""The real calls of some days, in the order in which they began, for a flow to be tried on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from peewee import chunked

from app.store.models import Call, CallLeg, CallVariable, Company
from app.store.models.call import PROVISIONAL

BATCH = 500
MOST = 20_000  # the newest
FIELDS = ("call_id", "did", "ani", "duration_ms", "wait_ms", "talk_ms", "result", "ended", "trail")
LEG_FIELDS = ("phone", "number", "name", "node", "result", "cause", "at_ms", "ring_ms", "talk_ms")

Record = tuple[dict[str, Any], datetime]
"""As much of a call's record as a replay needs, and when the call began."""


def legs(company: Company, dids: Sequence[str], since: datetime) -> Iterator[dict[str, Any]]:
    """All phones that these numbers' calls rang since then: number, result, cause, ring_ms, talk_ms."""
    wanted = (CallLeg.number, CallLeg.result, CallLeg.cause, CallLeg.ring_ms, CallLeg.talk_ms)
    calls = Call.select(Call.id).where(*_which(company, dids, since))
    rows: Any = CallLeg.select(*wanted).where(CallLeg.call.in_(calls)).dicts()
    yield from rows.iterator()


def records(company: Company, dids: Sequence[str], since: datetime) -> Iterator[Record]:
    """The calls of these numbers since then, MOST at most, oldest first."""
    newest: Any = Call.select(Call.id).where(*_which(company, dids, since))
    ids = [id for (id,) in newest.order_by(Call.began_at.desc(), Call.id.desc()).limit(MOST).tuples()]
    for batch in chunked(reversed(ids), BATCH):
        yield from _records(list(batch))


def _records(ids: Sequence[int]) -> Iterator[Record]:
    found: dict[int, list[dict[str, Any]]] = {}
    rung: Any = CallLeg.select(CallLeg.call, *(getattr(CallLeg, name) for name in LEG_FIELDS))
    for call_id, *values in (
        rung.where(CallLeg.call.in_(ids)).order_by(CallLeg.call, CallLeg.position).tuples()
    ):
        found.setdefault(call_id, []).append(dict(zip(LEG_FIELDS, values, strict=True)))
    variables: dict[int, dict[str, str]] = {}
    kept: Any = CallVariable.select(CallVariable.call, CallVariable.name, CallVariable.value)
    for call_id, name, value in kept.where(CallVariable.call.in_(ids)).tuples():
        variables.setdefault(call_id, {})[name] = value
    for call in Call.select().where(Call.id.in_(ids)).order_by(Call.began_at, Call.id):
        cdr = {name: getattr(call, name) for name in FIELDS}
        yield cdr | {"legs": found.get(call.id, []), "variables": variables.get(call.id, {})}, call.began_at


def count(company: Company, dids: Sequence[str], since: datetime) -> int:
    """How many `records` tells of."""
    return min(MOST, int(Call.select().where(*_which(company, dids, since)).count()))


def _which(company: Company, dids: Sequence[str], since: datetime) -> tuple[Any, ...]:
    at = since.astimezone(UTC)
    return (
        Call.company == company,
        Call.did.in_(list(dids)),
        Call.began_at >= at,
        Call.standing != PROVISIONAL,
    )
