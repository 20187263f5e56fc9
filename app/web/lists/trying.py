"""What would happen to a number: which lists hold it today, and what published flows do with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.flow import document as documents
from app.flow.nodes.base import exits_of
from app.flow.nodes.caller import Caller
from app.flow.offers import target_name
from app.flow.snapshot import Assets
from app.routing.lists import CallerList
from app.routing.numbers import normalise
from app.routing.regions import Region, lookup
from app.store import assets, flows
from app.store.assets import FIELDS
from app.store.models import Flow
from app.web.formats import local, now
from app.web.language import say
from app.web.session import company


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that means the number; `is_valid` unless its last day is over."""

    callers: CallerList
    kind: str
    value: str
    until: date | None
    is_valid: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a published flow that asks for lists: the way that the caller takes there, and where it leads."""

    flow: Flow
    step: str
    way: str
    target: str
    is_listed: bool


@dataclass(frozen=True, slots=True)
class Tried:
    number: str
    region: Region | None
    hits: tuple[Hit, ...]
    steps: tuple[Step, ...]


def tried(typed: str) -> Tried | None:
    """None when it is no number."""
    number = normalise(typed)
    if len(number) < 3:
        return None
    known, day, region = assets.of(company()), local(now()).date(), lookup(number)
    hits = tuple(_hits(known, number, region, day))
    return Tried(number, region, hits, tuple(_steps(known, number, region, day)))


def _hits(known: Assets, number: str, region: Region | None, day: date) -> Iterator[Hit]:
    for callers in known.lists.values():
        for part, value in callers.entries_for(number, region):
            until, is_valid = callers.until.get((part, value)), callers.is_valid(part, value, day)
            yield Hit(callers, FIELDS[part], value, until, is_valid)


def _steps(known: Assets, number: str, region: Region | None, day: date) -> Iterator[Step]:
    for flow in flows.every(company()):
        version = flows.published(company(), flow.slug)
        document = documents.read(version.document)[0] if version else None
        for node in document.nodes.values() if document else ():
            if document and isinstance(node, Caller):
                listed = node.listed(known, number, region, day)
                way = listed or "other"
                target = node.exits.get(way, "")
                name = target_name(document, target, known) if target else ""
                words = say(exits_of(Caller)[way].words)
                yield Step(flow, node.title or say(Caller.words), words, name, bool(listed))
