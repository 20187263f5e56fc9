"""A flow as a picture: boxes for its steps, lines for its exits, and the phones at their ends. Pure.

Works on raw drafts, which may be unfinished or wrong in any way. Where the boxes stand is decided where they are drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.flow.fields import BadValue, Field, NumberField, RefField, declared
from app.flow.kinds import KINDS
from app.flow.members import members
from app.flow.nodes.base import Exit
from app.flow.outline import Draft, exit_words, exits_of, node_label, nodes_of, outline, phone_label
from app.flow.phrases import value_words
from app.flow.snapshot import Assets, Group, Queue
from app.routing.number_kinds import is_number
from app.routing.numbers import pretty
from app.words import Words

NOTHING = Words("", "")
WORTH_KNOWING = ("strategy", "ring_timeout_s")


class Shape(StrEnum):
    """What a box stands for."""

    STEP = "step"
    PHONES = "phones"  # a phone, or those of a group, a queue or a step
    NUMBER = "number"  # the 400 number itself, before the start
    MISSING = "missing"  # a step that an exit leads to and that is not there


@dataclass(frozen=True, slots=True)
class Port:
    """A way out of a step; `target` is the box it leads to, "" when the call ends there."""

    name: str
    words: Words
    is_key: bool
    target: str = ""


@dataclass(frozen=True, slots=True)
class Ringing:
    """A phone in a box. `number` is digits as they are dialled; `name` "" when it has none."""

    number: str
    name: str

    @property
    def shown(self) -> str:
        return pretty(self.number)


@dataclass(frozen=True, slots=True)
class Box:
    """A step, or what rings at the end of one.

    id      the step's own; "phone:NUMBER", "group:ID", "queue:ID", "phones:STEP" or "missing:ID" for the others
    kind    the kind of the step, "" for the others
    what    what the step does and how, short: "转接电话 · 循环接听 · 15 秒"
    says    what callers hear here
    used    the exits that lead somewhere, and those that have to
    free    the others: the call ends there
    rings   the box that this one leads to without any choice: the phones that a step rings itself; "" for none
    phones  who rings, in order
    """

    id: str
    shape: Shape
    kind: str
    icon: str
    title: Words
    what: Words = NOTHING
    says: str = ""
    is_start: bool = False
    used: tuple[Port, ...] = ()
    free: tuple[Port, ...] = ()
    rings: str = ""
    phones: tuple[Ringing, ...] = ()


def graph(draft: Draft, assets: Assets, did: str = "") -> tuple[Box, ...]:
    """The boxes in the outline's order, loose steps after the tree, what they lead to after all steps.

    With `did` the picture begins with the 400 number.
    """
    tree = outline(draft)
    nodes = nodes_of(draft)
    steps = tuple(_step(draft, row.node, nodes[row.node], assets) for row in (*tree.rows, *tree.loose))
    ends: dict[str, Box] = {}
    for box in steps:
        for end in _ends(box, nodes, assets):
            ends.setdefault(end.id, end)
    return (*_number(draft, did), *steps, *ends.values())


def _number(draft: Draft, did: str) -> Iterator[Box]:
    start = str(draft.get("start") or "")
    if did and start in nodes_of(draft):
        words = Words(pretty(did), pretty(did))
        yield Box("number", Shape.NUMBER, "", "phone-incoming", words, rings=start)


def _step(draft: Draft, node_id: str, node: Mapping[str, Any], assets: Assets) -> Box:
    kind = KINDS.get(str(node.get("kind")))
    ports = tuple(_ports(draft, node))
    rows = {way.name for way in (kind.ways_of(node) if kind else ()) if way.nth}
    return Box(
        node_id,
        Shape.STEP,
        str(node.get("kind")),
        kind.icon if kind else "help-circle",
        node_label(node, assets),
        what(node, assets),
        says(node, assets),
        node_id == draft.get("start"),
        tuple(port for port in ports if port.target or port.name in rows),
        tuple(port for port in ports if not port.target and port.name not in rows),
        _own_end(node_id, node, assets),
    )


def _ports(draft: Draft, node: Mapping[str, Any]) -> Iterator[Port]:
    kind, given, nodes = KINDS.get(str(node.get("kind"))), exits_of(node), nodes_of(draft)
    ways: dict[str, Exit] = {way.name: way for way in (kind.ways_of(node) if kind else ())}
    for name in (*ways, *(name for name in given if name not in ways)):
        target = given.get(name, "")
        box = f"phone:{target}" if is_number(target) else target if target in nodes else f"missing:{target}"
        yield Port(name, exit_words(node, name), name in ways and ways[name].is_key, box if target else "")


def _own_end(node_id: str, node: Mapping[str, Any], assets: Assets) -> str:
    for kind in ("group", "queue"):
        if str(node.get(kind) or "") in assets.of(kind):
            return f"{kind}:{node[kind]}"
    return f"phones:{node_id}" if node.get("phones") else ""


def _ends(box: Box, nodes: Mapping[str, Mapping[str, Any]], assets: Assets) -> Iterator[Box]:
    """What stands behind a step and is no step: its phones first, then where its exits lead."""
    if box.rings:
        yield _ringing(box.rings, nodes[box.id], assets)
    for port in box.used:
        kind, _, name = port.target.partition(":")
        if kind == "phone":
            words = phone_label(name, assets)
            shown = words.zh.removesuffix(pretty(name)).strip()
            yield Box(port.target, Shape.PHONES, "", "phone", words, phones=(Ringing(name, shown),))
        elif kind == "missing":
            yield Box(
                port.target,
                Shape.MISSING,
                "",
                "alert-triangle",
                Words("不存在的步骤", "missing step"),
                says=name,
            )


def _ringing(end: str, node: Mapping[str, Any], assets: Assets) -> Box:
    kind, _, name = end.partition(":")
    phones = tuple(rung(node, assets))
    if kind == "phones":
        return Box(end, Shape.PHONES, "", "phone", Words("响铃的电话", "phones that ring"), phones=phones)
    asset: Group | Queue = assets.of(kind)[name]
    icon = "users" if kind == "group" else "users-group"
    return Box(end, Shape.PHONES, "", icon, Words(asset.name, asset.name), phones=phones)


def rung(node: Mapping[str, Any], assets: Assets) -> Iterator[Ringing]:
    """The phones that a step rings itself: of its group or queue, and those named in it."""
    group = assets.groups.get(str(node.get("group") or ""))
    queue = assets.queues.get(str(node.get("queue") or ""))
    of_group = [member.phone for member in members(assets, group)] if group else []
    of_queue = queue.phones if queue else ()
    named = node.get("phones")
    for phone in dict.fromkeys((*of_group, *of_queue, *(named if isinstance(named, list) else ()))):
        bound = assets.phones.get(str(phone))
        yield Ringing(bound.number if bound else str(phone), bound.name if bound else "")


def says(node: Mapping[str, Any], assets: Assets) -> str:
    """The text of the prompt that is heard at a step, "" for none."""
    prompt = assets.prompts.get(str(node.get("prompt") or ""))
    return prompt.text if prompt else ""


def what(node: Mapping[str, Any], assets: Assets) -> Words:
    """The kind and the settings worth knowing: 转接电话 · 「售后组」 · 循环接听 · 15 秒."""
    kind = KINDS.get(str(node.get("kind")))
    if kind is None:
        return NOTHING
    settings = (_setting(node, name, spec, assets) for name, spec in declared(kind).items())
    called = [] if node_label(node, assets) == kind.words else [kind.words]
    parts = [*called, *(words for words in settings if words)]
    return Words(" · ".join(part.zh for part in parts), " · ".join(part.en for part in parts))


def _setting(node: Mapping[str, Any], name: str, spec: Field, assets: Assets) -> Words | None:
    is_asset = isinstance(spec, RefField) and spec.to != "prompt"
    if not (is_asset or name in WORTH_KNOWING):
        return None
    try:
        value = spec.read(node[name]) if name in node else spec.default
    except BadValue:
        return None
    if not value:
        return None
    words = value_words(spec, value, assets)
    unit = spec.unit if isinstance(spec, NumberField) else NOTHING
    return Words(f"{words.zh} {unit.zh}".strip(), f"{words.en} {unit.en}".strip())
