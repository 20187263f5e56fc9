"""From the 400 number to the phones in words: what happens to a call, as a tree. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from app.flow.graph import rung, says, what
from app.flow.kinds import KINDS
from app.flow.outline import exit_words, exits_of, node_label, nodes_of, outline, phone_label
from app.flow.phrases import listed
from app.flow.snapshot import Assets
from app.routing.number_kinds import is_number
from app.routing.numbers import pretty
from app.words import Words

NOTHING = Words("", "")


class Tone(StrEnum):
    STEP = "step"
    PHONE = "phone"
    AGAIN = "again"  # a step that stands elsewhere in the picture already
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Branch:
    """A step or a phone, under the exits that lead to it: the keys to press, and the others in words."""

    label: Words
    tone: Tone
    icon: str
    detail: Words = NOTHING
    says: str = ""
    edge: Words = NOTHING
    keys: tuple[str, ...] = ()
    node: str = ""
    children: tuple[Branch, ...] = field(default=())


def picture(document: Mapping[str, Any], assets: Assets) -> Branch | None:
    """The tree from the start; None when there is none."""
    start = str(document.get("start") or "")
    return _Painter(document, assets).branch(start) if start in nodes_of(document) else None


class _Painter:
    """Paints each step once, under the step nearest to the start; elsewhere it is only mentioned."""

    def __init__(self, document: Mapping[str, Any], assets: Assets) -> None:
        self.nodes = nodes_of(document)
        self.assets = assets
        self.home = {row.node: row.parent for row in outline(document).rows}
        self.painted: set[str] = set()

    def branch(self, target: str, parent: str = "") -> Branch:
        if is_number(target):
            return Branch(self._name(target), Tone.PHONE, "phone", Words(pretty(target), pretty(target)))
        node = self.nodes.get(target)
        if node is None:
            return Branch(Words("不存在的步骤", "missing step"), Tone.MISSING, "alert-triangle")
        kind = KINDS.get(str(node.get("kind")))
        label, icon = node_label(node, self.assets), kind.icon if kind else "help-circle"
        if target in self.painted or self.home[target] != parent:
            return Branch(label, Tone.AGAIN, "corner-up-left", node=target)
        self.painted.add(target)
        children = (*self._phones(node), *self._exits(target, node))
        return Branch(
            label,
            Tone.STEP,
            icon,
            what(node, self.assets),
            says(node, self.assets),
            node=target,
            children=children,
        )

    def _exits(self, node_id: str, node: Mapping[str, Any]) -> Iterator[Branch]:
        """The targets in the order of the exits, each once with all exits that lead to it."""
        kind = KINDS.get(str(node.get("kind")))
        all_keys = {way.name for way in (kind.ways_of(node) if kind else ()) if way.is_key}
        exits: dict[str, list[str]] = {}
        for name, target in exits_of(node).items():
            exits.setdefault(target, []).append(name)
        for target, names in exits.items():
            keys = tuple(name for name in names if name in all_keys)
            others = listed([exit_words(node, name) for name in names if name not in all_keys])
            yield replace(self.branch(target, node_id), edge=others, keys=keys)

    def _phones(self, node: Mapping[str, Any]) -> Iterator[Branch]:
        """The phones that a step rings itself."""
        for phone in rung(node, self.assets):
            yield Branch(Words(phone.name, phone.name), Tone.PHONE, "phone", Words(phone.shown, phone.shown))

    def _name(self, number: str) -> Words:
        """The name of the bound phone with this number, else the number is all there is."""
        label = phone_label(number, self.assets)
        shown = label.zh.removesuffix(pretty(number)).strip()
        return Words(shown, shown)
