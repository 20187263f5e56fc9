"""Hunt groups of a company: phones that answer for one another."""

from __future__ import annotations

from collections.abc import Sequence

from app.store import phones
from app.store.db import NotFound, first, locked, writing
from app.store.models import Company, GroupMember, HuntGroup, Phone
from app.store.references import refuse_when_used

LIMIT = 500
MAX_MEMBERS = 50


def every(company: Company, limit: int = LIMIT) -> list[HuntGroup]:
    return list(HuntGroup.select().where(HuntGroup.company == company).order_by(HuntGroup.slug).limit(limit))


def find(company: Company, slug: str) -> HuntGroup:
    """The group with this slug; NotFound when the company has none."""
    group = HuntGroup.get_or_none(HuntGroup.company == company, HuntGroup.slug == slug)
    if group is None:
        raise NotFound(f"no group {slug}")
    return group


def create(company: Company, slug: str, name: str, members: Sequence[str] = ()) -> HuntGroup:
    """A group of phones, by slug in their order. Conflict when the slug is taken or a phone stands twice."""
    with writing():
        group = HuntGroup.create(company=company, slug=slug, name=name)
        _put(company, group, members)
        return group


def change(company: Company, slug: str, *, name: str, members: Sequence[str]) -> HuntGroup:
    """Give the group a new name and new members; calls notice at the next publishing."""
    with writing():
        group = first(locked(HuntGroup.select().where(HuntGroup.company == company, HuntGroup.slug == slug)))
        if group is None:
            raise NotFound(f"no group {slug}")
        group.name = name
        group.save(only=[HuntGroup.name])
        GroupMember.delete().where(GroupMember.company == company, GroupMember.group == group).execute()
        _put(company, group, members)
        return group


def delete(company: Company, slug: str) -> None:
    """Conflict while a flow refers to it."""
    with writing():
        refuse_when_used(company, "group", slug)
        find(company, slug).delete_instance()


def members(company: Company, group: HuntGroup) -> list[Phone]:
    """The group's phones in their order."""
    return members_of_all(company).get(group.id, [])


def members_of_all(company: Company) -> dict[int, list[Phone]]:
    """Every group's phones in their order, by the group's id."""
    query = (
        GroupMember.select(GroupMember, Phone)
        .join(Phone)
        .where(GroupMember.company == company)
        .order_by(GroupMember.group, GroupMember.position)
        .limit(LIMIT * MAX_MEMBERS)
    )
    found: dict[int, list[Phone]] = {}
    for member in query:
        found.setdefault(member.group_id, []).append(member.phone)
    return found


def _put(company: Company, group: HuntGroup, slugs: Sequence[str]) -> None:
    for position, slug in enumerate(slugs[:MAX_MEMBERS]):
        phone = phones.find(company, slug)
        GroupMember.create(company=company, group=group, phone=phone, position=position)
