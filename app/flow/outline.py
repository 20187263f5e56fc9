"""A draft as an outline: its nodes in the order in which a caller meets them, and what people call them.

Works on raw drafts, the plain data that is being edited: they may be unfinished or wrong in any way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from app.flow.fields import BadValue, RefField, declared
from app.flow.kinds import KINDS
from app.flow.nodes.base import NAMING
from app.flow.snapshot import Assets
from app.routing.number_kinds import is_number
from app.routing.numbers import pretty
from app.words import Words

Draft = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One node's place in the outline.

    depth     0 for the start
    parent    the node under which it stands, "" for the start and for nodes that nothing leads to
    siblings  the nodes under the same parent, itself included, in their order
    """

    node: str
    depth: int
    parent: str
    siblings: tuple[str, ...]

    @property
    def is_first(self) -> bool:
        return self.siblings[0] == self.node

    @property
    def is_last(self) -> bool:
        return self.siblings[-1] == self.node


@dataclass(frozen=True, slots=True)
class Outline:
    """`rows` is the tree from the start, depth first; `loose` are nodes that nothing leads to."""

    rows: tuple[Row, ...]
    loose: tuple[Row, ...]


def nodes_of(draft: Draft) -> dict[str, Mapping[str, Any]]:
    """The nodes of a draft, without whatever is no node."""
    nodes = draft.get("nodes")
    if not isinstance(nodes, Mapping):
        return {}
    return {str(node_id): node for node_id, node in nodes.items() if isinstance(node, Mapping)}


def exits_of(node: Mapping[str, Any]) -> dict[str, str]:
    """The exits of a raw node that are set, in the order of its kind; unknown ones last."""
    exits = node.get("exits")
    if not isinstance(exits, Mapping):
        return {}
    given = {str(name): str(target) for name, target in exits.items() if target}
    kind = KINDS.get(str(node.get("kind")))
    known = [way.name for way in kind.ways_out()] if kind else []
    names = [*(name for name in known if name in given), *(name for name in given if name not in known)]
    return {name: given[name] for name in names}


def outline(draft: Draft) -> Outline:
    """The outline of a draft. Nodes under one parent stand in the document's order."""
    nodes = nodes_of(draft)
    children = _children(nodes, str(draft.get("start", "")))
    rows = tuple(_walk(str(draft.get("start", "")), nodes, children))
    placed = {row.node for row in rows}
    loose = tuple(node_id for node_id in nodes if node_id not in placed)
    return Outline(rows, tuple(Row(node_id, 0, "", loose) for node_id in loose))


def _children(nodes: Mapping[str, Mapping[str, Any]], start: str) -> dict[str, list[str]]:
    """Each reachable node under the first node that leads to it, breadth first."""
    place = {node_id: position for position, node_id in enumerate(nodes)}
    children: dict[str, list[str]] = {}
    seen, waiting = {start}, [start] if start in nodes else []
    for node_id in waiting:
        targets = (set(exits_of(nodes[node_id]).values()) & nodes.keys()) - seen
        children[node_id] = sorted(targets, key=lambda target: place[target])
        seen |= targets
        waiting += children[node_id]
    return children


def _walk(start: str, nodes: Mapping[str, Any], children: Mapping[str, list[str]]) -> Iterator[Row]:
    if start not in nodes:
        return
    stack = [Row(start, 0, "", (start,))]
    while stack:
        row = stack.pop()
        yield row
        below = tuple(children[row.node])
        stack += [Row(child, row.depth + 1, row.node, below) for child in reversed(below)]


def sources(draft: Draft, node_id: str) -> list[tuple[str, str]]:
    """The (node, exit) pairs that lead to a node."""
    return [
        (other, name)
        for other, node in nodes_of(draft).items()
        for name, target in exits_of(node).items()
        if target == node_id
    ]


def references(draft: Draft) -> set[tuple[str, str]]:
    """The (asset kind, id) pairs that a draft refers to; values that cannot be read refer to nothing."""
    found: set[tuple[str, str]] = set()
    for node in nodes_of(draft).values():
        kind = KINDS.get(str(node.get("kind")))
        for name, spec in declared(kind).items() if kind else ():
            with suppress(BadValue):
                found.update(spec.references(spec.read(node[name])) if name in node else ())
    return found


def node_label(node: Mapping[str, Any], assets: Assets) -> Words:
    """What people call a node: its title, else the name of what it refers to, else its kind's name."""
    if node.get("title"):
        return Words(str(node["title"]), str(node["title"]))
    kind = KINDS.get(str(node.get("kind")))
    if kind is None:
        return Words("未知步骤", "unknown step")
    name = next(_names(node, kind, assets), "")
    return Words(name, name) if name else kind.words


def _names(node: Mapping[str, Any], kind: type, assets: Assets) -> Iterator[str]:
    """Names of the assets that the node refers to."""
    for name, spec in declared(kind).items():
        if isinstance(spec, RefField) and spec.to in NAMING:
            asset = assets.of(spec.to).get(str(node.get(name) or ""))
            if asset and asset.name:
                yield str(asset.name)


def phone_label(number: str, assets: Assets) -> Words:
    """A number with the name of the bound phone that has it, if one has."""
    name = next((phone.name for phone in assets.phones.values() if phone.number == number), "")
    text = f"{name} {pretty(number)}".strip()
    return Words(text, text)


def target_label(draft: Draft, target: str, assets: Assets) -> Words:
    """What people call the target of an exit; "" means that the call ends there."""
    if not target:
        return Words("结束通话", "end of the call")
    if is_number(target):
        return phone_label(target, assets)
    node = nodes_of(draft).get(target)
    return node_label(node, assets) if node else Words(f"不存在的步骤 {target}", f"missing step {target}")


def exit_words(node: Mapping[str, Any], name: str) -> Words:
    """What an exit is called on pages."""
    kind = KINDS.get(str(node.get("kind")))
    ways = kind.ways_of(node) if kind else ()
    return next((way.words for way in ways if way.name == name), Words(name, name))
