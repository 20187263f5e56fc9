"""Changes to a draft. Each function takes the draft as plain data and returns a changed copy; none looks at the world.

What was typed is checked here field by field, so that a wrong value is refused beside its field. Whether the whole
can be published is check.py's question.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

from app.flow.document import DOCUMENT_KEYS, MAX_NODES, SPEC
from app.flow.fields import BadValue, Field, declared
from app.flow.kinds import KINDS
from app.flow.outline import Draft, nodes_of, outline, sources
from app.routing.dialling_rules import MAINLAND, DiallingRules, may_dial
from app.routing.numbers import normalise

MAX_TITLE = 50
MAX_NAME = 100
SEPARATOR = re.compile(r"[,，;；、\n]")


def blank(name: str) -> dict[str, Any]:
    """A draft without any node."""
    return {"spec": SPEC, "name": name, "start": "", "nodes": {}}


def free_id(draft: Draft, kind: str) -> str:
    """An id for a new node: the kind's name, numbered when it is taken."""
    taken = nodes_of(draft)
    return next(
        name for n in range(1, len(taken) + 3) if (name := kind if n == 1 else f"{kind}{n}") not in taken
    )


def add_node(draft: Draft, node_id: str, kind: str, **fields: Any) -> dict[str, Any]:
    """With a new node; the first one becomes the start. BadValue when the kind is unknown or the draft is full."""
    changed = changeable(draft)
    if kind not in KINDS:
        raise BadValue(f"没有这种步骤：{kind}", f"no such kind: {kind}")
    if len(changed["nodes"]) >= MAX_NODES:
        raise BadValue(f"最多 {MAX_NODES} 个步骤", f"at most {MAX_NODES} nodes")
    if node_id in changed["nodes"]:
        raise BadValue(f"步骤 {node_id} 已经存在", f"there is a node {node_id} already")
    changed["nodes"][node_id] = {"kind": kind, **fields}
    if not changed.get("start"):
        changed["start"] = node_id
    return changed


def remove_node(draft: Draft, node_id: str) -> dict[str, Any]:
    """Without a node and without the exits that led to it. The start goes last."""
    changed = changeable(draft)
    _node(changed, node_id)
    if changed.get("start") == node_id and len(changed["nodes"]) > 1:
        raise BadValue("来电从这一步开始；请先另选开始的步骤", "calls begin here; choose another start first")
    for other, name in sources(changed, node_id):
        del changed["nodes"][other]["exits"][name]
    del changed["nodes"][node_id]
    if changed.get("start") == node_id:
        changed["start"] = ""
    return changed


def set_start(draft: Draft, node_id: str) -> dict[str, Any]:
    """With another node as the first that a call meets."""
    changed = changeable(draft)
    _node(changed, node_id)
    changed["start"] = node_id
    return changed


def set_name(draft: Draft, name: str) -> dict[str, Any]:
    """With another name of the whole flow."""
    return changeable(draft) | {"name": _line(name, MAX_NAME)}


def set_fallback(draft: Draft, typed: str, dialling: DiallingRules = MAINLAND) -> dict[str, Any]:
    """With another phone that is rung when the flow itself fails; "" for none."""
    changed = changeable(draft)
    changed.pop("fallback", None)
    if typed.strip():
        changed["fallback"] = phone_number(typed, dialling)
    return {key: changed[key] for key in DOCUMENT_KEYS if key in changed}


def set_title(draft: Draft, node_id: str, title: str) -> dict[str, Any]:
    """With another title on a node; "" lets it be called by what it refers to."""
    changed = changeable(draft)
    node = _node(changed, node_id)
    rest = {key: value for key, value in node.items() if key not in ("kind", "title")}
    text = _line(title, MAX_TITLE)
    changed["nodes"][node_id] = {"kind": node.get("kind"), **({"title": text} if text else {}), **rest}
    return changed


def set_field(draft: Draft, node_id: str, name: str, value: Any) -> dict[str, Any]:
    """With another value in a node's field; BadValue when the field cannot take it. Defaults are not written."""
    changed = changeable(draft)
    node = _node(changed, node_id)
    spec = _field(node, name)
    if value in ("", None):
        node.pop(name, None)
        return changed
    read = spec.read(value)
    if read == spec.default:
        node.pop(name, None)
    else:
        node[name] = spec.write(read)
    return changed


def set_exit(
    draft: Draft, node_id: str, name: str, target: str, dialling: DiallingRules = MAINLAND
) -> dict[str, Any]:
    """With an exit that leads elsewhere: to a node, to a typed phone number, or nowhere ("" ends the call)."""
    changed = changeable(draft)
    node = known_exit(changed, node_id, name)
    exits = dict(node.get("exits") or {})
    exits.pop(name, None)
    if target:
        exits[name] = target if target in changed["nodes"] else phone_number(target, dialling)
    node["exits"] = exits
    if not exits:
        del node["exits"]
    return changed


def move(draft: Draft, node_id: str, steps: int) -> dict[str, Any]:
    """With a node moved up (-1) or down (1) among those that stand under the same parent in the outline."""
    changed = changeable(draft)
    _node(changed, node_id)
    tree = outline(changed)
    row = next(row for row in (*tree.rows, *tree.loose) if row.node == node_id)
    place = row.siblings.index(node_id) + steps
    if 0 <= place < len(row.siblings):
        changed["nodes"] = _swapped(changed["nodes"], node_id, row.siblings[place])
    return changed


def cut_off(draft: Draft, node_id: str) -> list[str]:
    """The nodes that nothing would lead to any more if a node were removed."""
    before = {row.node for row in outline(draft).rows}
    without = {key: value for key, value in nodes_of(draft).items() if key != node_id}
    after = {row.node for row in outline({**draft, "nodes": without}).rows}
    return [other for other in without if other in before - after]


def phone_number(typed: str, dialling: DiallingRules = MAINLAND) -> str:
    """The number in what somebody typed; BadValue when it is none, or none that the company may dial."""
    number = normalise(typed)
    if why := may_dial(number, dialling):
        shown = typed.strip()[:40]
        raise BadValue(f"“{shown}” {why.zh}", f"“{shown}” is {why.en}")
    return number


def phone_numbers(typed: str, dialling: DiallingRules = MAINLAND) -> list[str]:
    """The numbers in a list that somebody typed, separated by commas, semicolons or lines."""
    parts = (part for part in SEPARATOR.split(typed) if part.strip())
    return list(dict.fromkeys(phone_number(part, dialling) for part in parts))


def changeable(draft: Draft) -> dict[str, Any]:
    """A copy of a draft that may be changed in place."""
    changed = deepcopy(dict(draft))
    changed["nodes"] = {node_id: dict(node) for node_id, node in nodes_of(changed).items()}
    return changed


def known_exit(draft: dict[str, Any], node_id: str, name: str) -> dict[str, Any]:
    """The node of a changeable draft that has this exit; BadValue when it, or the exit, is none."""
    node = _node(draft, node_id)
    kind = KINDS.get(str(node.get("kind")))
    if kind is None or name not in {way.name for way in kind.ways_out()}:
        raise BadValue(f"没有这个出口：{name}", f"no such exit: {name}")
    return node


def _node(draft: dict[str, Any], node_id: str) -> dict[str, Any]:
    node: dict[str, Any] | None = draft["nodes"].get(node_id)
    if node is None:
        raise BadValue("这一步已经不在了", "that step is gone")
    return node


def _field(node: dict[str, Any], name: str) -> Field:
    kind = KINDS.get(str(node.get("kind")))
    spec = declared(kind).get(name) if kind else None
    if spec is None:
        raise BadValue(f"没有这个设置：{name}", f"no such setting: {name}")
    return spec


def _line(text: str, longest: int) -> str:
    """One line of text."""
    line = " ".join(text.split())
    if len(line) > longest:
        raise BadValue(f"最多 {longest} 个字", f"at most {longest} characters")
    return line


def _swapped(nodes: dict[str, Any], one: str, other: str) -> dict[str, Any]:
    swap = {one: other, other: one}
    return {key: nodes[key] for key in (swap.get(node_id, node_id) for node_id in nodes)}
