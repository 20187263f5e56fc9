"""Hunt groups of a company: phones, and groups of phones, that answer for one another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.store import hours as opening_hours
from app.store.db import Conflict, NotFound, first, locked, writing
from app.store.members import MAX_MEMBERS, Finder, Member, of_group
from app.store.models import Company, GroupMember, HuntGroup, Phone
from app.store.references import refuse_when_used

LIMIT = 500
Inner = HuntGroup.alias()


class GroupLoop(Conflict):
    """A group would contain itself, directly or through another one."""


def every(company: Company, limit: int = LIMIT) -> list[HuntGroup]:
    return list(HuntGroup.select().where(HuntGroup.company == company).order_by(HuntGroup.slug).limit(limit))


def find(company: Company, slug: str) -> HuntGroup:
    """The group with this slug; NotFound when the company has none."""
    group = HuntGroup.get_or_none(HuntGroup.company == company, HuntGroup.slug == slug)
    if group is None:
        raise NotFound(f"no group {slug}")
    return group


def create(
    company: Company, slug: str, name: str, members: Sequence[Member | str] = (), hours: str = ""
) -> HuntGroup:
    """A group of members, in their order, with opening hours of its own unless they are "".

    Conflict when the slug is taken or a member stands twice.
    """
    with writing():
        own = opening_hours.find(company, hours) if hours else None
        group = HuntGroup.create(company=company, slug=slug, name=name, hours=own)
        _put(company, group, members)
        return group


def change(
    company: Company, slug: str, *, name: str, members: Sequence[Member | str], hours: str = ""
) -> HuntGroup:
    """Give the group a new name and new members; calls notice at the next publishing. GroupLoop when it contains itself."""
    with writing():
        group = first(locked(HuntGroup.select().where(HuntGroup.company == company, HuntGroup.slug == slug)))
        if group is None:
            raise NotFound(f"no group {slug}")
        group.name, group.hours = name, opening_hours.find(company, hours) if hours else None
        group.save(only=[HuntGroup.name, HuntGroup.hours])
        GroupMember.delete().where(GroupMember.company == company, GroupMember.group == group).execute()
        _put(company, group, members)
        return group


def delete(company: Company, slug: str) -> None:
    """Conflict while a flow, a queue or another group refers to it."""
    with writing():
        refuse_when_used(company, "group", slug)
        find(company, slug).delete_instance()


def members(company: Company, group: HuntGroup) -> list[Member]:
    """The group's members in their order."""
    return members_of_all(company).get(group.id, [])


def members_of_all(company: Company) -> dict[int, list[Member]]:
    """Every group's members in their order, by the group's id."""
    found: dict[int, list[Member]] = {}
    for row in _rows(company):
        found.setdefault(row.group_id, []).append(of_group(row))
    return found


def groups_with(company: Company, group: HuntGroup, limit: int = LIMIT) -> list[HuntGroup]:
    """The groups of which this one is a member."""
    query = HuntGroup.select().join(GroupMember, on=GroupMember.group == HuntGroup.id)
    query = query.where(HuntGroup.company == company, GroupMember.inner == group)
    return list(query.order_by(HuntGroup.slug).limit(limit))


def _rows(company: Company) -> Iterable[GroupMember]:
    query = (
        GroupMember.select(GroupMember, Phone, Inner)
        .left_outer_join(Phone, on=GroupMember.phone)
        .switch(GroupMember)
        .left_outer_join(Inner, on=(GroupMember.inner == Inner.id), attr="inner")
        .where(GroupMember.company == company)
        .order_by(GroupMember.group, GroupMember.position)
    )
    rows: Iterable[GroupMember] = query.limit(LIMIT * MAX_MEMBERS)
    return rows


def _put(company: Company, group: HuntGroup, members: Sequence[Member | str]) -> None:
    finder = Finder(company)
    for position, given in enumerate(members[:MAX_MEMBERS]):
        member = Member(given) if isinstance(given, str) else given
        phone, inner = finder.find(member.id)
        GroupMember.create(
            company=company,
            group=group,
            phone=phone,
            inner=inner,
            position=position,
            weight=member.weight,
            ring_s=member.ring_s,
        )
    _refuse_loop(company, group)


def _refuse_loop(company: Company, group: HuntGroup) -> None:
    rows = GroupMember.select().where(GroupMember.company == company, GroupMember.inner.is_null(False))
    inside: dict[int, list[int]] = {}
    for row in rows:
        if row.inner_id is not None:
            inside.setdefault(row.group_id, []).append(row.inner_id)
    seen: set[int] = set()
    waiting = list(inside.get(group.id, ()))
    while waiting:
        reached = waiting.pop()
        if reached == group.id:
            raise GroupLoop(f"group {group.slug} would contain itself")
        if reached not in seen:
            seen.add(reached)
            waiting += inside.get(reached, ())
