"""Who answers in a group or a queue: phones and, in a group, groups with all their phones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.store.db import NotFound
from app.store.models import Company, GroupMember, HuntGroup, Phone, QueueMember

GROUP = "group:"
MAX_MEMBERS = 50


@dataclass(frozen=True, slots=True)
class Member:
    """One of them, by `id`: a phone's slug, or "group:SLUG".

    weight  its share where shares decide, 1 to 100
    ring_s  how long it rings, 0 for as long as the flow's step says
    number  the phone's, "" for a group
    """

    id: str
    weight: int = 1
    ring_s: int = 0
    name: str = ""
    number: str = ""

    @property
    def is_group(self) -> bool:
        return self.id.startswith(GROUP)


def of_group(row: GroupMember) -> Member:
    if row.phone:
        return Member(row.phone.slug, row.weight, row.ring_s, row.phone.name, row.phone.number)
    assert row.inner  # the table wants one of them
    return Member(f"{GROUP}{row.inner.slug}", row.weight, row.ring_s, row.inner.name)


def of_queue(row: QueueMember) -> Member:
    return Member(row.phone.slug, row.weight, name=row.phone.name, number=row.phone.number)


class Finder:
    """Finds members by their ids; NotFound for those that the company does not have."""

    def __init__(self, company: Company) -> None:
        self.phones: Mapping[str, Phone] = {p.slug: p for p in Phone.select().where(Phone.company == company)}
        groups = HuntGroup.select().where(HuntGroup.company == company)
        self.groups: Mapping[str, HuntGroup] = {group.slug: group for group in groups}

    def find(self, id: str) -> tuple[Phone | None, HuntGroup | None]:
        """The phone or the group; the other one is None."""
        if id.startswith(GROUP):
            return None, self._group(id.removeprefix(GROUP))
        phone = self.phones.get(id)
        if phone is None:
            raise NotFound(f"no phone {id}")
        return phone, None

    def _group(self, slug: str) -> HuntGroup:
        group = self.groups.get(slug)
        if group is None:
            raise NotFound(f"no group {slug}")
        return group
