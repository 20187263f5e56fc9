"""Lists of callers 名单 of a company: black, white and VIP."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from peewee import ModelSelect, chunked, fn

from app.errors import StoreError
from app.store.db import NotFound, first, locked, writing
from app.store.models import CallerList, CallerListEntry, Company, User
from app.store.models.base import utc_now
from app.store.page import Page, page_of
from app.store.references import refuse_when_used

LIMIT = 100
MAX_ENTRIES = 20_000
MAX_NOTE = 100
ROWS_AT_ONCE = 100  # what one statement of SQLite takes


@dataclass(frozen=True, slots=True)
class Entry:
    """Whom a list means. `kind` is number, prefix, area_code or province; `value` as flows compare it.

    until  its last day on the company's clock, None for ever
    """

    kind: str
    value: str
    note: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """What entries would do to a list: those that are new, those whose note or last day would change, those that are there."""

    new: tuple[Entry, ...]
    changed: tuple[Entry, ...]
    same: tuple[Entry, ...]


class ListFull(StoreError):
    """The list would have more than MAX_ENTRIES entries."""


def every(company: Company, limit: int = LIMIT) -> list[CallerList]:
    query = CallerList.select().where(CallerList.company == company)
    return list(query.order_by(CallerList.slug).limit(limit))


def find(company: Company, slug: str) -> CallerList:
    """The list with this slug; NotFound when the company has none."""
    found = CallerList.get_or_none(CallerList.company == company, CallerList.slug == slug)
    if found is None:
        raise NotFound(f"no list {slug}")
    return found


def create(company: Company, slug: str, name: str, kind: str) -> CallerList:
    """`kind` is black, white or vip. Conflict when the slug is taken or the kind is none."""
    with writing():
        return CallerList.create(company=company, slug=slug, name=name, kind=kind)


def change(company: Company, slug: str, *, name: str, kind: str) -> CallerList:
    """Calls notice at the next publishing."""
    with writing():
        found = _taken(company, slug)
        found.name, found.kind = name, kind
        found.save(only=[CallerList.name, CallerList.kind])
        return found


def delete(company: Company, slug: str) -> None:
    """The list with all its entries. Conflict while a flow refers to it."""
    with writing():
        refuse_when_used(company, "list", slug)
        find(company, slug).delete_instance()


def entries(company: Company, slug: str, search: str = "", page: int = 1) -> Page[CallerListEntry]:
    """The entries whose value or note holds the text, the newest first."""
    query = _entries(company, slug)
    if search:
        found = CallerListEntry.value.contains(search) | CallerListEntry.note.contains(search)
        query = query.where(found)
    return page_of(query.order_by(CallerListEntry.added_at.desc(), CallerListEntry.id.desc()), page)


def all_entries(company: Company, slug: str, limit: int = MAX_ENTRIES) -> list[Entry]:
    """Every entry, in the order in which they came."""
    rows = _entries(company, slug).order_by(CallerListEntry.id).limit(limit)
    return [Entry(row.kind, row.value, row.note, row.until) for row in rows]


def entries_of_all(company: Company) -> dict[int, list[Entry]]:
    """Every list's entries without their notes, by the list's id."""
    table = CallerListEntry
    query = table.select(table.list, table.kind, table.value, table.until)
    rows: Any = query.where(table.company == company).order_by(table.id).tuples()
    found: dict[int, list[Entry]] = {}
    for list_id, kind, value, until in rows.limit(LIMIT * MAX_ENTRIES).iterator():
        found.setdefault(list_id, []).append(Entry(kind, value, until=until))
    return found


def naming(company: Company, entries: Iterable[tuple[str, str]]) -> dict[int, list[CallerListEntry]]:
    """The rows that hold any of these (kind, value) pairs, by the list's id."""
    found: dict[int, list[CallerListEntry]] = {}
    for kind, value in entries:
        query = CallerListEntry.select().where(CallerListEntry.company == company)
        for row in query.where(CallerListEntry.kind == kind, CallerListEntry.value == value).limit(LIMIT):
            found.setdefault(row.list_id, []).append(row)
    return found


def sizes(company: Company) -> dict[int, int]:
    """How many entries each list has, by the list's id."""
    query = CallerListEntry.select(CallerListEntry.list, fn.COUNT(CallerListEntry.id))
    rows: Any = query.where(CallerListEntry.company == company).group_by(CallerListEntry.list).tuples()
    return dict(rows)


def add(company: Company, slug: str, given: Sequence[Entry], user: User | None = None) -> int:
    """Add entries; returns how many were new. ListFull when they are too many.

    Those already there get the note and the last day that are given, and keep theirs where none is.
    """
    with writing():
        into = _taken(company, slug)
        compared = compare(company, slug, given)
        now = _count(company, into) + len(compared.new)
        if now > MAX_ENTRIES:
            raise ListFull(f"list {slug} would have {now} entries, at most {MAX_ENTRIES}")
        for some in chunked([_row(company, into, entry, user) for entry in compared.new], ROWS_AT_ONCE):
            CallerListEntry.insert_many(some).execute()
        for entry in compared.changed:
            changes = {"note": entry.note[:MAX_NOTE], "until": entry.until}
            query = CallerListEntry.update({name: value for name, value in changes.items() if value})
            query = query.where(CallerListEntry.company == company, CallerListEntry.list == into)
            query.where(CallerListEntry.kind == entry.kind, CallerListEntry.value == entry.value).execute()
        return len(compared.new)


def compare(company: Company, slug: str, given: Sequence[Entry]) -> Compared:
    """What adding these entries would do; of several that mean the same the first counts."""
    there = {(entry.kind, entry.value): entry for entry in all_entries(company, slug)}
    each = {(entry.kind, entry.value): entry for entry in reversed(given)}
    new, changed, same = [], [], []
    for key, entry in reversed(each.items()):
        old = there.get(key)
        if old is None:
            new.append(entry)
        elif (entry.note[:MAX_NOTE] or old.note, entry.until or old.until) != (old.note, old.until):
            changed.append(entry)
        else:
            same.append(entry)
    return Compared(tuple(new), tuple(changed), tuple(same))


def set_until(company: Company, slug: str, ids: Iterable[int], until: date | None) -> int:
    """Give entries, by their ids, another last day, None for ever; returns how many there were."""
    with writing():
        of_list = find(company, slug)
        changed = 0
        for some in chunked(ids, ROWS_AT_ONCE):
            query = CallerListEntry.update(until=until).where(CallerListEntry.company == company)
            changed += query.where(CallerListEntry.list == of_list, CallerListEntry.id.in_(some)).execute()
        return changed


def remove(company: Company, slug: str, ids: Iterable[int]) -> int:
    """Take entries out, by their ids; returns how many there were."""
    with writing():
        from_list = find(company, slug)
        gone = 0
        for some in chunked(ids, ROWS_AT_ONCE):
            query = CallerListEntry.delete().where(CallerListEntry.company == company)
            gone += query.where(CallerListEntry.list == from_list, CallerListEntry.id.in_(some)).execute()
        return gone


def _row(company: Company, into: CallerList, entry: Entry, user: User | None) -> dict[str, object]:
    return {
        "company": company,
        "list": into,
        "kind": entry.kind,
        "value": entry.value,
        "note": entry.note[:MAX_NOTE],
        "until": entry.until,
        "added_at": utc_now(),
        "added_by": user,
    }


def _entries(company: Company, slug: str) -> ModelSelect[CallerListEntry]:
    query = CallerListEntry.select().where(CallerListEntry.company == company)
    return query.where(CallerListEntry.list == find(company, slug))


def _count(company: Company, of: CallerList) -> int:
    query = CallerListEntry.select().where(CallerListEntry.company == company, CallerListEntry.list == of)
    return int(query.count())


def _taken(company: Company, slug: str) -> CallerList:
    """The list, kept from other writers until the transaction ends."""
    query = CallerList.select().where(CallerList.company == company, CallerList.slug == slug)
    found = first(locked(query))
    if found is None:
        raise NotFound(f"no list {slug}")
    return found
