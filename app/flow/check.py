"""Whether a flow can be published: references, targets, reachability, cycles, and what each kind knows to ask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.flow.document import Document, read
from app.flow.fields import declared
from app.flow.nodes.base import Node
from app.flow.problems import Problem, error
from app.flow.snapshot import Assets
from app.routing.numbers import is_phone

ASSET_WORDS = {
    "phone": ("电话", "phone"),
    "group": ("接听组", "group"),
    "hours": ("营业时间", "opening hours"),
    "prompt": ("语音", "prompt"),
}


def check(data: Any, assets: Assets) -> tuple[Document | None, list[Problem]]:
    """Read the data and check it against the company's assets; the document only when there are no errors."""
    document, problems = read(data)
    if document is None:
        return None, problems
    problems = list(_problems(document, assets))
    return (None if any(problem.is_error for problem in problems) else document), problems


def _problems(document: Document, assets: Assets) -> Iterator[Problem]:
    if document.start not in document.nodes:
        yield error(
            "no_start",
            "start",
            f"开始的步骤「{document.start}」不存在",
            f"the start node {document.start} does not exist",
        )
    for node in document.nodes.values():
        missing = list(_missing_references(node, assets))
        yield from missing
        yield from _missing_targets(node, document)
        if not missing:
            yield from node.problems(assets)
    yield from _unreachable(document)
    yield from _endless(document)


def _missing_references(node: Node, assets: Assets) -> Iterator[Problem]:
    for name, spec in declared(type(node)).items():
        for kind, key in spec.references(getattr(node, name)):
            if key not in assets.of(kind):
                zh, en = ASSET_WORDS[kind]
                yield error(
                    f"unknown_{kind}", node.place(name), f"没有这个{zh}：{key}", f"no such {en}: {key}"
                )


def _missing_targets(node: Node, document: Document) -> Iterator[Problem]:
    for name, target in node.exits.items():
        if target not in document.nodes and not is_phone(target):
            yield error(
                "unknown_target",
                node.place(f"exits.{name}"),
                f"去向的步骤「{target}」不存在",
                f"the target node {target} does not exist",
            )


def _unreachable(document: Document) -> Iterator[Problem]:
    reached: set[str] = set()
    waiting = [document.start]
    while waiting:
        node_id = waiting.pop()
        if node_id in document.nodes and node_id not in reached:
            reached.add(node_id)
            waiting += document.nodes[node_id].exits.values()
    for node_id in document.nodes:
        if node_id not in reached:
            yield error("unreachable", f"nodes.{node_id}", "没有任何步骤通向这里", "no node leads here")


def _endless(document: Document) -> Iterator[Problem]:
    """Cycles in which no node takes the caller's time: the call would spin in them."""
    quick = {node_id: node for node_id, node in document.nodes.items() if not node.pauses}
    for node_id in quick:
        if _leads_back(node_id, quick):
            yield error(
                "endless",
                f"nodes.{node_id}",
                "这一步会不停地绕回自己",
                "this node leads back to itself without a pause",
            )


def _leads_back(start: str, nodes: dict[str, Node]) -> bool:
    seen: set[str] = set()
    waiting = list(nodes[start].exits.values())
    while waiting:
        node_id = waiting.pop()
        if node_id == start:
            return True
        if node_id in nodes and node_id not in seen:
            seen.add(node_id)
            waiting += nodes[node_id].exits.values()
    return False
