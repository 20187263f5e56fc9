"""Finding calls among millions: newest first, a page at a time, from where the last page ended.

A page is found in two steps: the ids in their order, from the indexes of models/call.py alone, then the rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from peewee import SQL, ModelAlias, ModelSelect, fn

from app.routing.numbers import is_phone
from app.store import db
from app.store.models import Call, CallLeg, Company
from app.store.models.call import FINAL

UNSURE = "unsure"
OVER_LIMIT = "over_limit"
PAGE_SIZE = 50
COUNT_LIMIT = 1000  # counting further costs more than anybody wants to know
BATCH = 500
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LIMIT = 200
DIGITS = 18  # of a place's two numbers: more is no moment, and no id that a database could have


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
class Slice:
    """Some of the calls that fit, newest first.

    newer, older  where the page before and the page behind begin, "" when there is none
    total         how many fit, counted up to COUNT_LIMIT; None where counting would cost too much
    """

    items: list[Call]
    newer: str = ""
    older: str = ""
    total: int | None = None

    @property
    def is_more(self) -> bool:
        """Whether there are more than `total`."""
        return self.total == COUNT_LIMIT


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call stands in the order of all: when it began, then its id."""

    began_at: datetime
    id: int

    def __str__(self) -> str:
        return f"{(self.began_at - EPOCH) // timedelta(microseconds=1)}-{self.id}"


def _place_of(text: str) -> Place | None:
    """The place that an address names; None when it names none."""
    moment, dash, number = text.partition("-")
    if not (dash and moment.isdecimal() and number.isdecimal() and max(len(moment), len(number)) <= DIGITS):
        return None
    try:
        return Place(EPOCH + timedelta(microseconds=int(moment)), int(number))
    except OverflowError:
        return None


def search(
    company: Company, filters: Filters, older: str = "", newer: str = "", size: int = PAGE_SIZE
) -> Slice:
    """The calls that fit, newest first: those older than a place, else those newer than one, else the newest."""
    query = _Query(company, filters)
    before, after = _place_of(older), _place_of(newer)
    ids = query.ids(before, None if before else after, size + 1)
    if after and not before:
        has_more_newer, has_more_older = len(ids) > size, True
        ids = ids[-size:]
    else:
        has_more_newer, has_more_older = before is not None, len(ids) > size
        ids = ids[:size]
    items = _rows(ids)
    return Slice(
        items,
        newer=str(_place(items[0])) if items and has_more_newer else "",
        older=str(_place(items[-1])) if items and has_more_older else "",
        total=query.count() if before or after or has_more_older else len(items),
    )


def count(company: Company, filters: Filters) -> int:
    """How many calls fit, all of them."""
    return int(_Query(company, filters).matching().count())


def walk(company: Company, filters: Filters) -> Iterator[list[Call]]:
    """All calls that fit, newest first, a batch at a time; each batch is a question of its own."""
    query, before = _Query(company, filters), None
    while items := _rows(query.ids(before, None, BATCH)):
        yield items
        before = _place(items[-1])


def provinces(company: Company, limit: int = LIMIT) -> list[str]:
    """The provinces that calls ever came from: what a filter can offer. The index is read once for each of them."""
    found: list[str] = []
    of_company = Call.select(fn.MIN(Call.province)).where(Call.company == company)
    while len(found) < limit:
        following = of_company.where(Call.province > (found[-1] if found else "")).scalar()
        if not following:
            break
        found.append(following)
    return sorted(found)  # databases do not agree on the order of Chinese


def start_of_day(company: Company, day: date) -> datetime:
    """When the day begins where the company is."""
    return datetime.combine(day, time(), ZoneInfo(company.timezone)).astimezone(UTC)


class _Query:
    """The ids of the calls that fit, in the order of Call or of CallLeg, whichever knows the order."""

    def __init__(self, company: Company, filters: Filters) -> None:
        self.company, self.filters = company, filters
        self.at = CallLeg.began_at if filters.phone else Call.began_at

    def ids(self, before: Place | None, after: Place | None, limit: int) -> list[int]:
        """At most so many, newest first: the next ones before a place, or the nearest ones after one."""
        query = self.matching()
        if before:
            query = query.where(
                self.at <= before.began_at, (self.at < before.began_at) | (Call.id < before.id)
            )
        if after:
            query = query.where(self.at >= after.began_at, (self.at > after.began_at) | (Call.id > after.id))
            rows: Any = query.order_by(self.at, Call.id).limit(limit).tuples()
            return [id for (id,) in rows][::-1]
        rows = query.order_by(self.at.desc(), Call.id.desc()).limit(limit).tuples()
        return [id for (id,) in rows]

    def count(self) -> int | None:
        """Up to COUNT_LIMIT; None for a part of a number, which no index finds."""
        if self.filters.ani and not is_phone(self.filters.ani):
            return None
        return int(self.matching().limit(COUNT_LIMIT).count())

    def matching(self) -> ModelSelect[Call]:
        query = Call.select(Call.id)
        if self.filters.phone:
            query = query.join(CallLeg, on=CallLeg.call == Call.id).where(*self._rung())
        else:
            query = query.where(Call.company == self.company)
        return query.where(*self._conditions())

    def _rung(self) -> Iterator[Any]:
        """The phone's first leg in each call."""
        earlier: Any = CallLeg.alias()
        yield CallLeg.company == self.company
        yield CallLeg.phone == self.filters.phone
        yield ~fn.EXISTS(_before_this(earlier))

    def _conditions(self) -> Iterator[Any]:
        filters = self.filters
        yield Call.company == self.company
        if filters.since:
            yield self.at >= start_of_day(self.company, filters.since)
        if filters.until:
            yield self.at < start_of_day(self.company, filters.until + timedelta(days=1))
        if filters.ani:
            yield Call.ani == filters.ani if is_phone(filters.ani) else _is_part(filters.ani)
        if filters.standing and filters.standing != FINAL:
            yield SQL("standing <> 'final'")  # these three as their indexes say it
        if filters.standing and filters.standing != UNSURE:
            yield Call.standing == filters.standing
        if filters.resumed:
            yield SQL("resumed > 0")
        if filters.ended == OVER_LIMIT:
            yield SQL("ended = 'over_limit'")
        elif filters.ended:
            yield Call.ended == filters.ended
        exact = ((Call.result, filters.result), (Call.did, filters.did), (Call.province, filters.province))
        yield from (field == value for field, value in exact if value)


def _is_part(digits: str) -> Any:
    """Whether they stand anywhere in the caller's number; quicker to find out than with LIKE."""
    find = fn.INSTR if db.is_sqlite() else fn.STRPOS
    return find(Call.ani, digits) > 0


def _before_this(earlier: ModelAlias) -> ModelSelect[Any]:
    same = (earlier.call == CallLeg.call) & (earlier.phone == CallLeg.phone)
    return earlier.select(SQL("1")).where(same, earlier.position < CallLeg.position)


def _rows(ids: list[int]) -> list[Call]:
    found = {call.id: call for call in Call.select().where(Call.id.in_(ids))} if ids else {}
    return [found[id] for id in ids if id in found]


def _place(call: Call) -> Place:
    return Place(call.began_at, call.id)
