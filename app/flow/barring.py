"""Phone numbers in a flow that the company may not dial."""

from __future__ import annotations

from collections.abc import Iterator

from app.flow.document import Document
from app.flow.fields import PhonesField, declared
from app.flow.nodes.base import Node
from app.flow.problems import Problem, error
from app.flow.prune import Key, closure
from app.flow.snapshot import Assets
from app.routing.dialling_rules import may_dial, never
from app.routing.number_kinds import is_number
from app.routing.numbers import pretty

NOT_OPEN, NEVER_OPEN = "number_not_open", "number_never_open"
"""Codes: the operator may open it to the company; nobody may dial it."""


def barred_problems(node: Node, assets: Assets) -> Iterator[Problem]:
    """The numbers that calls could come to ring from this node, typed or of bound phones, each at its place."""
    places: dict[str, str] = {}
    for place, number in numbers_rung(node, assets):
        places.setdefault(number, place)
    for number, place in places.items():
        yield from _barred(number, place, assets)


def fallback_problems(document: Document, assets: Assets) -> Iterator[Problem]:
    """The number that is rung when the flow itself fails."""
    if document.fallback:
        yield from _barred(document.fallback, "fallback", assets)


def _barred(number: str, place: str, assets: Assets) -> Iterator[Problem]:
    if why := may_dial(number, assets.dialling):
        name = next((phone.name for phone in assets.phones.values() if phone.number == number), "")
        shown = f"{name} {pretty(number)}".strip()
        code = NEVER_OPEN if never(number) else NOT_OPEN
        yield error(code, place, f"{shown} {why.zh}", f"{shown} is {why.en}")


def numbers_rung(node: Node, assets: Assets) -> Iterator[tuple[str, str]]:
    """(place, number) of all that the node may ring."""
    yield from (
        (node.place(f"exits.{name}"), target) for name, target in node.exits.items() if is_number(target)
    )
    for name, spec in declared(type(node)).items():
        value = getattr(node, name)
        if isinstance(spec, PhonesField):
            yield from ((node.place(name), item) for item in value if is_number(item))
        yield from ((node.place(name), number) for number in _bound(spec.references(value), assets))
    yield from ((f"nodes.{node.id}", number) for number in _bound(node.reaches(assets), assets))


def _bound(keys: Iterator[Key], assets: Assets) -> Iterator[str]:
    """The numbers of the phones that these assets come down to; what a sub-flow rings is its own problem."""
    own = (key for key in keys if key[0] != "flow")
    return (assets.phones[id].number for kind, id in sorted(closure(own, assets)) if kind == "phone")
