"""The phones that a group comes down to, groups within groups included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from app.flow.snapshot import Assets, Group

GROUP = "group:"
"""Begins a member that stands for all members of another group."""


@dataclass(frozen=True, slots=True)
class Member:
    """A phone with its share among the others, and its own ring time in seconds, 0 for that of the step."""

    phone: str
    weight: float = 1.0
    rings_s: int = 0


def members(assets: Assets, group: Group, at: datetime | None = None) -> tuple[Member, ...]:
    """The phones of a group in order, none twice; a group within it shares its weight among its own members.

    With `at`, groups and phones that are not in their opening hours then are left out.
    """
    found: dict[str, Member] = {}
    for member in _members(assets, group, at, ()):
        found.setdefault(member.phone, member)
    return tuple(found.values())


def _members(assets: Assets, group: Group, at: datetime | None, above: tuple[str, ...]) -> Iterator[Member]:
    if group.id in above or (at and not _is_open(assets, group.hours, at)):
        return
    for name in group.phones:
        weight, rings_s = group.weights.get(name, 1), group.rings_s.get(name, 0)
        if not name.startswith(GROUP):
            if rings(assets, name, at):
                yield Member(name, weight, rings_s)
            continue
        inner = assets.groups.get(name.removeprefix(GROUP))
        within = list(_members(assets, inner, at, (*above, group.id))) if inner else []
        total = sum(member.weight for member in within) or 1.0
        for member in within:
            yield Member(member.phone, weight * member.weight / total, member.rings_s or rings_s)


def rings(assets: Assets, phone: str, at: datetime | None) -> bool:
    """Whether a phone, by id, may be rung at a moment, None: at some; one without hours of its own always may."""
    known = assets.phones.get(phone)
    return at is None or known is None or _is_open(assets, known.hours, at)


def by_time(assets: Assets, phones: Iterable[str]) -> bool:
    """Whether any of these phones has hours of its own."""
    return any(phone in assets.phones and assets.phones[phone].hours for phone in phones)


def _is_open(assets: Assets, name: str, at: datetime) -> bool:
    hours = assets.hours.get(name)
    return hours is None or hours.without(assets.closures).is_open(at)


def within(assets: Assets, groups: Iterable[str]) -> set[str]:
    """The ids of these groups and of all groups within them."""
    found: set[str] = set()
    waiting = [group for group in groups if group in assets.groups]
    while waiting:
        group = waiting.pop()
        if group not in found:
            found.add(group)
            waiting += [inner for inner in inner_groups(assets.groups[group]) if inner in assets.groups]
    return found


def inner_groups(group: Group) -> list[str]:
    """The ids of the groups that are members of a group."""
    return [name.removeprefix(GROUP) for name in group.phones if name.startswith(GROUP)]


def is_in_itself(assets: Assets, group: Group) -> bool:
    """Whether a group is, through whatever other groups, a member of itself."""
    return group.id in within(assets, inner_groups(group))
