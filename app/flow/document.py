"""A flow as a document: diffable YAML or JSON that says which nodes there are and where their exits lead.

    spec: 1
    name: 总线
    start: hours
    fallback: "13800138000"
    nodes:
      hours:
        kind: schedule
        hours: office
        exits: {open: welcome, closed: closed}
      …

A target is the id of a node (begins with a letter) or a phone number (digits), which is rung directly. `read` takes
anything at all and lists what is wrong with it; what refers to the company's assets is checked in check.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.flow.fields import BadValue, declared
from app.flow.kinds import KINDS
from app.flow.nodes.base import Node, exits_of
from app.flow.problems import Problem, error
from app.routing.number_kinds import is_number

SPEC = 1
MAX_NODES = 200
NODE_ID = re.compile(r"[a-z][a-z0-9_]{0,31}")
DOCUMENT_KEYS = ("spec", "name", "start", "fallback", "nodes")
NODE_KEYS = ("kind", "title", "exits")


@dataclass(frozen=True, slots=True)
class Document:
    """A flow that could be read without error. `fallback` is a phone number that is rung when the flow itself fails."""

    name: str
    start: str
    nodes: Mapping[str, Node] = field(default_factory=dict)
    fallback: str = ""


def is_target(text: str) -> bool:
    """Whether the text may stand as a target: a node id or a phone number."""
    return bool(NODE_ID.fullmatch(text)) or is_number(text)


def read(data: Any) -> tuple[Document | None, list[Problem]]:
    """The document in `data` (from YAML, JSON or a form) and what is wrong; no document when there are errors."""
    if not isinstance(data, Mapping):
        return None, [error("not_a_flow", "", "这不是流程文档", "this is not a flow document")]
    problems = _heading_problems(data)
    raw_nodes = data.get("nodes")
    if not isinstance(raw_nodes, Mapping) or not raw_nodes:
        return None, [*problems, error("no_nodes", "nodes", "流程里没有任何步骤", "the flow has no nodes")]
    if len(raw_nodes) > MAX_NODES:
        return None, [
            *problems,
            error("too_many_nodes", "nodes", f"最多 {MAX_NODES} 个步骤", f"at most {MAX_NODES} nodes"),
        ]
    nodes = {}
    for node_id, raw in raw_nodes.items():
        node, found = _read_node(str(node_id), raw)
        problems += found
        if node:
            nodes[node.id] = node
    if problems:
        return None, problems
    return Document(str(data.get("name", "")), str(data["start"]), nodes, str(data.get("fallback") or "")), []


def _heading_problems(data: Mapping[str, Any]) -> list[Problem]:
    problems = [_unknown(str(key), "", DOCUMENT_KEYS) for key in data if key not in DOCUMENT_KEYS]
    if str(data.get("spec")) != str(SPEC):
        problems.append(error("bad_spec", "spec", f"spec 应为 {SPEC}", f"spec must be {SPEC}"))
    if not isinstance(data.get("start"), str) or not data["start"]:
        problems.append(error("no_start", "start", "没有指定从哪一步开始", "no start node is named"))
    if not isinstance(data.get("name", ""), str) or len(data.get("name", "")) > 100:
        problems.append(
            error("bad_value", "name", "名称最多 100 个字", "the name is text of at most 100 characters")
        )
    fallback = str(data.get("fallback") or "")
    if fallback and not is_number(fallback):
        problems.append(
            error(
                "bad_phone", "fallback", f"“{fallback}” 不是电话号码", f"“{fallback}” is not a phone number"
            )
        )
    return problems


def _read_node(node_id: str, raw: Any) -> tuple[Node | None, list[Problem]]:
    place = f"nodes.{node_id}"
    if not NODE_ID.fullmatch(node_id):
        en = "a node id is lower-case letters, digits and _, a letter first"
        return None, [error("bad_id", place, "步骤编号应是小写字母开头的字母数字", en)]
    if not isinstance(raw, Mapping):
        return None, [error("bad_value", place, "这一步没有内容", "the node has no content")]
    kind = KINDS.get(str(raw.get("kind")))
    if kind is None:
        return None, [_unknown_kind(raw.get("kind"), place)]
    values, problems = _read_fields(kind, place, raw)
    title = raw.get("title", "")
    if not isinstance(title, str) or len(title) > 50:
        en = "the title is text of at most 50 characters"
        problems.append(error("bad_value", f"{place}.title", "标题最多 50 个字", en))
    exits, found = _read_exits(kind, place, raw.get("exits") or {})
    problems += found
    return (None, problems) if problems else (kind(id=node_id, title=title, exits=exits, **values), [])


def _unknown_kind(wanted: Any, place: str) -> Problem:
    names = ", ".join(KINDS)
    zh, en = f"没有这种步骤：{wanted}；可用：{names}", f"no such kind: {wanted}; there are: {names}"
    return error("unknown_kind", f"{place}.kind", zh, en)


def _read_fields(
    kind: type[Node], place: str, raw: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Problem]]:
    """The settings of a node in their types, and what is wrong with them."""
    specs = declared(kind)
    known = (*NODE_KEYS, *specs)
    problems = [_unknown(str(key), place, known) for key in raw if key not in known]
    values: dict[str, Any] = {}
    for name, spec in specs.items():
        at, words = f"{place}.{name}", spec.words
        if name in raw:
            try:
                values[name] = spec.read(raw[name])
            except BadValue as bad:
                zh, en = f"{words.zh}：{bad.words.zh}", f"{words.en}: {bad.words.en}"
                problems.append(error("bad_value", at, zh, en))
        elif spec.required:
            problems.append(error("missing_field", at, f"没有设置「{words.zh}」", f"{words.en} is not set"))
    return values, problems


def _read_exits(kind: type[Node], place: str, raw: Any) -> tuple[dict[str, str], list[Problem]]:
    if not isinstance(raw, Mapping):
        return {}, [
            error("bad_value", f"{place}.exits", "出口应写成 名称: 去向", "exits are written as name: target")
        ]
    known = exits_of(kind)
    exits: dict[str, str] = {}
    problems = []
    for name, target in ((str(name), str(target)) for name, target in raw.items()):
        at = f"{place}.exits.{name}"
        if name not in known:
            names = ", ".join(sorted(known)) or "-"
            problems.append(
                error("unknown_exit", at, f"没有这个出口；可用：{names}", f"no such exit; there are: {names}")
            )
        elif not is_target(target):
            problems.append(
                error(
                    "bad_target",
                    at,
                    f"“{target[:40]}” 不是步骤，也不是电话号码",
                    f"“{target[:40]}” is neither a node id nor a phone number",
                )
            )
        else:
            exits[name] = target
    return exits, problems


def _unknown(key: str, place: str, known: tuple[str, ...]) -> Problem:
    names = ", ".join(known)
    return error(
        "unknown_field",
        f"{place}.{key}".lstrip("."),
        f"没有这个设置；可用：{names}",
        f"no such setting; there are: {names}",
    )


def write(document: Document) -> dict[str, Any]:
    """The document as plain data, defaults left out; `read` gives the same document again."""
    data: dict[str, Any] = {"spec": SPEC, "name": document.name, "start": document.start}
    if document.fallback:
        data["fallback"] = document.fallback
    data["nodes"] = {node_id: _write_node(node) for node_id, node in document.nodes.items()}
    return data


def _write_node(node: Node) -> dict[str, Any]:
    data: dict[str, Any] = {"kind": node.kind}
    if node.title:
        data["title"] = node.title
    for name, spec in declared(type(node)).items():
        value = getattr(node, name)
        if spec.required or value != spec.default:
            data[name] = spec.write(value)
    if node.exits:
        data["exits"] = dict(node.exits)
    return data
