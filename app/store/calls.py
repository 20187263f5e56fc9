"""Call detail records: stored once each, searched, counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import fn

from app.store import leavings, records
from app.store.call_search import UNSURE, Filters, Slice, provinces, search, start_of_day
from app.store.db import NotFound, locked, writing
from app.store.models import Call, CallLeg, Company
from app.store.models.call import STANDINGS
from app.store.today import Hour, Today, today

__all__ = [
    "UNSURE",
    "Detail",
    "Filters",
    "Hour",
    "Slice",
    "Today",
    "detail",
    "missed",
    "provinces",
    "reached_last",
    "record",
    "search",
    "start_of_day",
    "today",
]

UNANSWERED = ("missed", "abandoned")
LIMIT = 200


@dataclass(frozen=True, slots=True)
class Detail:
    """One call with the phones that were rung, in order."""

    call: Call
    legs: tuple[CallLeg, ...]

    @property
    def cdr(self) -> dict[str, Any]:
        """The record as the call wrote it."""
        return records.cdr_of(self.call, self.legs)


def record(cdr: Mapping[str, Any]) -> bool:
    """Store a call that ended: True when it was stored now, False when a record as sure as this one is there already.

    One transaction, keyed by `call_id`: delivered twice, or to two workers at once, it is stored once. A surer
    record takes the place of a less sure one, with all that hangs on the call, whichever of them comes first.
    BadRecord when it is no call detail record, Conflict when the tables refuse it.
    """
    row, legs, left = records.rows_of(cdr)
    with writing():
        once = Call.insert(row).on_conflict(action="nothing", conflict_target=[Call.call_id]).as_rowcount()
        is_new = once.execute()
        call = locked(Call.select(Call.id, Call.standing).where(Call.call_id == row["call_id"])).get()
        if not is_new:
            if not _is_surer(row["standing"], call.standing):
                return False
            Call.update(row).where(Call.id == call.id).execute()
            CallLeg.delete().where(CallLeg.call == call).execute()
            leavings.take_back(row["company"], row["call_id"], call, left)
        if legs:
            of_call = {"call": call, "company": row["company"], "began_at": row["began_at"]}
            CallLeg.insert_many([leg | of_call for leg in legs]).execute()
        leavings.keep(call, row["company"], left)
    return True


def _is_surer(standing: str, kept: str) -> bool:
    return STANDINGS.index(standing) > STANDINGS.index(kept)


def missed(company: Company, since: datetime, limit: int = LIMIT) -> list[Call]:
    """Calls since then in which nobody was reached, newest first: people to call back."""
    calls = Call.select().where(Call.company == company, Call.began_at >= since)
    query = calls.where(Call.result.in_(UNANSWERED))
    return list(query.order_by(Call.began_at.desc(), Call.id.desc()).limit(limit))


def detail(company: Company, call_id: str) -> Detail:
    """One call; NotFound when the company has none such."""
    call = Call.get_or_none(Call.company == company, Call.call_id == call_id)
    if call is None:
        raise NotFound(f"no call {call_id}")
    legs = CallLeg.select().where(CallLeg.call == call).order_by(CallLeg.position).limit(LIMIT)
    return Detail(call, tuple(legs))


def reached_last(company: Company, anis: Sequence[str], since: datetime) -> dict[str, datetime]:
    """When each of these callers was answered last since then; those who were not are left out."""
    answered = (Call.company == company) & (Call.result == "answered") & (Call.began_at >= since)
    query = Call.select(Call.ani, fn.MAX(Call.began_at)).where(answered, Call.ani.in_(list(anis)))
    rows: Any = query.group_by(Call.ani).tuples()
    return {ani: Call.began_at.python_value(at) for ani, at in rows}
