"""The rows of a group's form: who is ticked, in which order, with which weight and ring time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import request

from app.store import groups, phones
from app.store.members import GROUP, MAX_MEMBERS, Member
from app.store.models import HuntGroup
from app.web.session import company

RINGS_S = (10, 15, 20, 25, 30, 40, 60, 90)  # to choose from
A_RING_S = 5  # one second of sound, four of silence
MAX_WEIGHT, MAX_RING_S = 100, 120


def known(group: HuntGroup | None) -> dict[str, Member]:
    """Everybody who may be in the group, by id: all phones, and all groups but itself."""
    here = company()
    others = [other for other in groups.every(here) if group is None or other.id != group.id]
    return {
        **{
            phone.slug: Member(phone.slug, name=phone.name, number=phone.number)
            for phone in phones.every(here)
        },
        **{f"{GROUP}{other.slug}": Member(f"{GROUP}{other.slug}", name=other.name) for other in others},
    }


def sent(everybody: Mapping[str, Member]) -> list[Member]:
    """Those that were ticked, in order, each once; moved by an arrow if one was pressed."""
    ids = [id for id in dict.fromkeys(request.form.getlist("members")) if id in everybody][:MAX_MEMBERS]
    way, _colon, id = request.form.get("move", "").partition(":")
    placed = _moved(ids, id, -1 if way == "up" else 1) if id in ids else ids
    return [_with_numbers(everybody[id]) for id in placed]


def _moved(ids: Sequence[str], id: str, steps: int) -> list[str]:
    place = ids.index(id)
    rest = [other for other in ids if other != id]
    rest.insert(max(0, place + steps), id)
    return rest


def _with_numbers(member: Member) -> Member:
    weight = _number(f"weight:{member.id}", 1, MAX_WEIGHT, usual=1)
    ring_s = _number(f"ring:{member.id}", 0, MAX_RING_S, usual=0)
    return Member(member.id, weight, ring_s, member.name, member.number)


def _number(name: str, low: int, high: int, usual: int) -> int:
    """What was typed, brought into its limits; the usual one when it is no number."""
    typed = request.form.get(name, "")
    return min(max(int(typed), low), high) if typed.isdecimal() and len(typed) < 6 else usual
