"""Phones and groups that come in a file, all at once: put in, and taken back as long as nobody changed them since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.store import groups, phones
from app.store.db import Conflict, NotFound, first, locked, writing
from app.store.members import Member
from app.store.models import Company, Phone, PhoneImport, User
from app.store.models.base import utc_now

State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One phone or group: as it was, None for not there, and as it is to be."""

    slug: str
    before: State | None
    after: State | None

    @property
    def back(self) -> Change:
        return Change(self.slug, self.after, self.before)


class ChangedSince(Conflict):
    """Something is no longer as the import left it; `name` is what people call it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} was changed since")
        self.name = name


def state_of_phones(company: Company) -> dict[str, State]:
    """What an import may change of each phone, by slug."""
    return {
        phone.slug: {"number": phone.number, "name": phone.name, "extension": phone.extension}
        for phone in phones.every(company)
    }


def state_of_groups(company: Company) -> dict[str, State]:
    """What an import may change of each group, by slug."""
    members = groups.members_of_all(company)
    return {
        group.slug: {
            "name": group.name,
            "members": [[member.id, member.weight, member.ring_s] for member in members.get(group.id, ())],
        }
        for group in groups.every(company)
    }


def apply(company: Company, kind: str, changes: Sequence[Change], user: User | None = None) -> PhoneImport:
    """Carry out all changes or none; `kind` is phones or groups. ChangedSince, Conflict."""
    with writing():
        _put(company, kind, changes)
        written = [[change.slug, change.before, change.after] for change in changes]
        return PhoneImport.create(company=company, kind=kind, changes=written, by=user)


def last(company: Company) -> PhoneImport | None:
    """The newest import, if it was not taken back."""
    query = PhoneImport.select().where(PhoneImport.company == company)
    newest = first(query.order_by(PhoneImport.at.desc(), PhoneImport.id.desc()))
    return newest if newest and newest.undone_at is None else None


def undo(company: Company, import_id: int) -> PhoneImport:
    """Take the newest import back, whole. ChangedSince, Conflict when something new is in use already."""
    with writing():
        query = PhoneImport.select().where(PhoneImport.company == company, PhoneImport.id == import_id)
        found, newest = first(locked(query)), last(company)
        if found is None or newest is None or found.id != newest.id:
            raise NotFound(f"import {import_id} is not the newest one")
        changes = [Change(*change).back for change in found.changes]
        _put(company, found.kind, changes[::-1])
        found.undone_at = utc_now()
        found.save(only=[PhoneImport.undone_at])
        return found


def _put(company: Company, kind: str, changes: Sequence[Change]) -> None:
    now = state_of_phones(company) if kind == "phones" else state_of_groups(company)
    for change in changes:
        if now.get(change.slug) != change.before:
            raise ChangedSince(str((change.before or change.after or {}).get("name", change.slug)))
    if kind == "phones":
        _put_phones(company, changes)
        return
    for change in changes:
        _put_group(company, change)


def _put_phones(company: Company, changes: Sequence[Change]) -> None:
    """Extensions are freed first: they may go from one phone to another."""
    for change in changes:
        if change.after is None:
            phones.delete(company, change.slug)
    kept = [change.slug for change in changes if change.before and change.after]
    phones.set_extensions(company, dict.fromkeys(kept, ""))
    for change in changes:
        if change.after is None:
            continue
        if change.before is None:
            phones.create(company, change.slug, **change.after)
            continue
        Phone.update(change.after).where(Phone.company == company, Phone.slug == change.slug).execute()


def _put_group(company: Company, change: Change) -> None:
    if change.after is None:
        groups.delete(company, change.slug)
        return
    name = change.after["name"]
    members = [Member(id, weight, ring_s) for id, weight, ring_s in change.after["members"]]
    if change.before is None:
        groups.create(company, change.slug, name, members)
        return
    own = groups.find(company, change.slug).hours
    groups.change(company, change.slug, name=name, members=members, hours=own.slug if own else "")
