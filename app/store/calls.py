"""Call detail records: stored once each, searched, counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from peewee import SQL, fn

from app.store import leavings, records
from app.store.db import NotFound, locked, writing
from app.store.models import Call, CallLeg, Company
from app.store.models.call import STANDINGS
from app.store.page import Page, page_of
from app.store.today import Hour, Today, today

__all__ = [
    "Detail",
    "Filters",
    "Hour",
    "Today",
    "detail",
    "missed",
    "provinces",
    "record",
    "search",
    "start_of_day",
    "today",
]

UNANSWERED = ("missed", "abandoned")
UNSURE = "unsure"
LIMIT = 200


@dataclass(frozen=True, slots=True)
class Filters:
    """What calls to look for; empty values do not restrict.

    since, until  days in the company's time zone, both inclusive
    ani           any part of the caller's number
    phone         id of a phone that was rung, whether it answered or not
    ended         how it ended, one of models.call.ENDINGS
    standing      how sure the record is, one of models.call.STANDINGS, or UNSURE for all that are not final
    resumed       only calls with which another controller went on
    """

    since: date | None = None
    until: date | None = None
    result: str = ""
    ani: str = ""
    phone: str = ""
    did: str = ""
    province: str = ""
    ended: str = ""
    standing: str = ""
    resumed: bool = False


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
            CallLeg.insert_many([leg | {"call": call} for leg in legs]).execute()
        leavings.keep(call, row["company"], left)
    return True


def _is_surer(standing: str, kept: str) -> bool:
    return STANDINGS.index(standing) > STANDINGS.index(kept)


def search(company: Company, filters: Filters, page: int = 1) -> Page[Call]:
    """The calls that fit, newest first."""
    query = Call.select().where(Call.company == company)
    for condition in _conditions(company, filters):
        query = query.where(condition)
    return page_of(query.order_by(Call.began_at.desc(), Call.id.desc()), page)


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


def provinces(company: Company, limit: int = LIMIT) -> list[str]:
    """The provinces that calls came from in the last 90 days, most calls first: what a filter can offer."""
    since = datetime.now(UTC) - timedelta(days=90)
    query = (
        Call.select(Call.province)
        .where(Call.company == company, Call.began_at >= since, Call.province != "")
        .group_by(Call.province)
        .order_by(fn.COUNT(Call.id).desc(), Call.province)
        .limit(limit)
    )
    rows: Any = query.tuples()
    return [province for (province,) in rows]


def start_of_day(company: Company, day: date) -> datetime:
    """When the day begins where the company is."""
    return datetime.combine(day, time(), ZoneInfo(company.timezone)).astimezone(UTC)


def _conditions(company: Company, filters: Filters) -> list[Any]:
    conditions: list[Any] = []
    if filters.since:
        conditions.append(Call.began_at >= start_of_day(company, filters.since))
    if filters.until:
        conditions.append(Call.began_at < start_of_day(company, filters.until + timedelta(days=1)))
    if filters.ani:
        conditions.append(Call.ani.contains(filters.ani))
    if filters.phone:
        rung = CallLeg.select().where(CallLeg.call == Call.id, CallLeg.phone == filters.phone)
        conditions.append(fn.EXISTS(rung))
    if filters.standing == UNSURE:
        conditions.append(SQL("standing <> 'final'"))  # as the index says it
    if filters.resumed:
        conditions.append(Call.resumed > 0)
    exact = (
        (Call.standing, "" if filters.standing == UNSURE else filters.standing),
        (Call.result, filters.result),
        (Call.ended, filters.ended),
        (Call.did, filters.did),
        (Call.province, filters.province),
    )
    conditions += [field == value for field, value in exact if value]
    return conditions
