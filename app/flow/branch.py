"""Branches of a draft: copied, moved to another slot, and put into another order. Changed copies, as in edit.py.

A slot is an exit of a node. A branch is a node and all that stands under it in the outline; what it shares with the
rest of the flow stays shared when it is copied.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from app.flow.document import MAX_NODES
from app.flow.edit import changeable, free_id, known_exit
from app.flow.fields import BadValue
from app.flow.kinds import KINDS
from app.flow.outline import Draft, exits_of, nodes_of, outline


class Slot(NamedTuple):
    """One exit of one node."""

    node: str
    exit: str


def branch(draft: Draft, node_id: str) -> list[str]:
    """A node and those under it, in the outline's order; nothing for a node that is gone."""
    tree = outline(draft)
    if any(row.node == node_id for row in tree.loose):
        return [row.node for row in outline({**draft, "start": node_id}).rows]
    found: list[str] = []
    depth = 0
    for row in tree.rows:
        if row.node == node_id:
            found, depth = [node_id], row.depth
        elif found and row.depth <= depth:
            break
        elif found:
            found.append(row.node)
    return found


def copy_branch(draft: Draft, node_id: str, slot: Slot | None = None) -> tuple[dict[str, Any], str]:
    """With a copy of a branch, and the id of its first node; led to by a slot, else not connected yet.

    Exits that stay within the branch lead to the copies, all others where the original leads.
    """
    changed = changeable(draft)
    wanted = branch(draft, node_id)
    if not wanted:
        raise BadValue("这一步已经不在了", "that step is gone")
    if len(changed["nodes"]) + len(wanted) > MAX_NODES:
        raise BadValue(
            f"复制后会超过 {MAX_NODES} 个步骤；可以把一部分做成子流程",
            f"there would be more than {MAX_NODES} steps; a part can become a flow of its own",
        )
    ids: dict[str, str] = {}
    for old in wanted:
        ids[old] = free_id(changed, str(changed["nodes"][old].get("kind")) if _is_kind(changed, old) else old)
        changed["nodes"][ids[old]] = {}
    for old, new in ids.items():
        changed["nodes"][new] = _copied(changed["nodes"][old], ids)
    made = ids[node_id]
    if slot:
        _lead(changed, slot, made)
    return changed, made


def duplicate(draft: Draft, node_id: str) -> tuple[dict[str, Any], str]:
    """With a second node of the same settings that leads where the first one leads, and its id."""
    changed = changeable(draft)
    node = changed["nodes"].get(node_id)
    if node is None:
        raise BadValue("这一步已经不在了", "that step is gone")
    if len(changed["nodes"]) >= MAX_NODES:
        raise BadValue(f"最多 {MAX_NODES} 个步骤", f"at most {MAX_NODES} nodes")
    made = free_id(changed, str(node.get("kind")) if _is_kind(changed, node_id) else node_id)
    changed["nodes"][made] = _copied(node, {})
    return changed, made


def swap(draft: Draft, one: Slot, other: Slot) -> dict[str, Any]:
    """With what two slots lead to exchanged: a branch moves to a free slot, or changes places with another.

    BadValue when a branch would come under itself, where no call could reach it any more.
    """
    changed = changeable(draft)
    here, there = _target(changed, one), _target(changed, other)
    _lead(changed, one, there)
    _lead(changed, other, here)
    before = {row.node for row in outline(draft).rows}
    lost = before - {row.node for row in outline(changed).rows}
    if lost & {here, there}:
        raise BadValue(
            "不能移到它自己下面，那样来电就到不了了",
            "a branch cannot go under itself: no call would get there",
        )
    return changed


def connect(draft: Draft, node_id: str, slot: Slot) -> dict[str, Any]:
    """With a branch moved to a slot from wherever it stands in the outline; other ways to it stay."""
    rows = {row.node: row for row in outline(draft).rows}
    row = rows.get(node_id)
    exits = exits_of(nodes_of(draft).get(row.parent, {})) if row and row.parent else {}
    parent = next(
        (Slot(row.parent, name) for name, target in exits.items() if row and target == node_id), None
    )
    if parent:
        return swap(draft, parent, slot)
    if node_id in rows:
        raise BadValue(
            "来电从这一步开始，不能移到别的步骤下面", "calls begin here: it cannot go under another step"
        )
    changed = changeable(draft)
    _lead(changed, slot, node_id)
    return changed


def arrange(draft: Draft, node_id: str, before: str) -> dict[str, Any]:
    """With a node put before one of its siblings in the outline, or behind all of them when `before` is none."""
    changed = changeable(draft)
    tree = outline(changed)
    row = next((row for row in (*tree.rows, *tree.loose) if row.node == node_id), None)
    if row is None:
        raise BadValue("这一步已经不在了", "that step is gone")
    rest = [sibling for sibling in row.siblings if sibling != node_id]
    place = rest.index(before) if before in rest else len(rest)
    changed["nodes"] = _in_order(changed["nodes"], [*rest[:place], node_id, *rest[place:]])
    return changed


def _in_order(nodes: dict[str, Any], wanted: Sequence[str]) -> dict[str, Any]:
    """The nodes with some of them in another order, in the places that those had."""
    moving, order = set(wanted), iter(wanted)
    return {key: nodes[key] for key in (next(order) if key in moving else key for key in nodes)}


def _copied(node: dict[str, Any], ids: dict[str, str]) -> dict[str, Any]:
    copy = dict(node)
    if exits := exits_of(node):
        copy["exits"] = {name: ids.get(target, target) for name, target in exits.items()}
    return copy


def _is_kind(draft: dict[str, Any], node_id: str) -> bool:
    return str(draft["nodes"][node_id].get("kind")) in KINDS


def _target(draft: dict[str, Any], slot: Slot) -> str:
    known_exit(draft, *slot)
    return exits_of(draft["nodes"][slot.node]).get(slot.exit, "")


def _lead(draft: dict[str, Any], slot: Slot, target: str) -> None:
    node = known_exit(draft, *slot)
    exits = dict(exits_of(node))
    exits.pop(slot.exit, None)
    if target:
        exits[slot.exit] = target
    node.pop("exits", None)
    if exits:
        node["exits"] = exits
