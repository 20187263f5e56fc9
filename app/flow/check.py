"""Whether a flow can be published: references, targets, reachability, cycles, and what each kind knows to ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from app.flow.barring import NOT_OPEN, barred_problems, fallback_problems
from app.flow.document import Document, read
from app.flow.fields import declared
from app.flow.members import inner_groups, is_in_itself, within
from app.flow.nodes.base import Node
from app.flow.problems import Problem, Severity, error
from app.flow.prune import references
from app.flow.snapshot import Assets
from app.routing.number_kinds import is_number

ASSET_WORDS = {
    "phone": ("电话", "phone"),
    "group": ("接听组", "group"),
    "hours": ("营业时间", "opening hours"),
    "prompt": ("语音", "prompt"),
    "list": ("名单", "list"),
    "flow": ("流程", "flow"),
    "queue": ("队列", "queue"),
}


def check(data: Any, assets: Assets, flow_id: str = "") -> tuple[Document | None, list[Problem]]:
    """Read the data and check it against the company's assets; the document only when there are no errors.

    `flow_id` is what the company's other flows call this one, so that it is not entered from within itself.
    """
    document, problems = read(data)
    if document is None:
        return None, problems
    problems = [
        *_problems(document, assets),
        *_subflow_problems(document, assets, flow_id),
        *fallback_problems(document, assets),
    ]
    return (None if any(problem.is_error for problem in problems) else document), problems


def check_alone(data: Any, flow_id: str = "") -> list[Problem]:
    """What can be said without a company: all but whether the things exist that the flow refers to.

    What only some companies may dial is a warning.
    """
    unknown = {f"unknown_{kind}" for kind in ASSET_WORDS}
    return [_alone(problem) for problem in check(data, Assets(), flow_id)[1] if problem.code not in unknown]


def _alone(problem: Problem) -> Problem:
    return replace(problem, severity=Severity.WARNING) if problem.code == NOT_OPEN else problem


def _problems(document: Document, assets: Assets) -> Iterator[Problem]:
    if document.start not in document.nodes:
        yield error(
            "no_start",
            "start",
            f"开始的步骤「{document.start}」不存在",
            f"the start node {document.start} does not exist",
        )
    for node in document.nodes.values():
        missing = [*_missing_references(node, assets), *_group_problems(node, assets)]
        yield from missing
        yield from _missing_targets(node, document)
        if not missing:
            yield from node.problems(assets)
            yield from barred_problems(node, assets)
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


def _group_problems(node: Node, assets: Assets) -> Iterator[Problem]:
    """Groups within the node's groups that are gone, or that a group of theirs contains again."""
    for name, spec in declared(type(node)).items():
        named = [key for kind, key in spec.references(getattr(node, name)) if kind == "group"]
        for key in sorted(within(assets, named)):
            group = assets.groups[key]
            for inner in inner_groups(group):
                if inner not in assets.groups:
                    yield error(
                        "unknown_group",
                        node.place(name),
                        f"接听组「{group.name}」里没有这个组：{inner}",
                        f"group “{group.name}” contains no such group: {inner}",
                    )
            if is_in_itself(assets, group):
                yield error(
                    "group_loop",
                    node.place(name),
                    f"接听组「{group.name}」包含了它自己",
                    f"group “{group.name}” contains itself",
                )


def _subflow_problems(document: Document, assets: Assets, flow_id: str) -> Iterator[Problem]:
    """Sub-flows that lead back to this flow or to themselves, or that cannot be published as things are now."""
    for node in document.nodes.values():
        for kind, key in references(node):
            if kind == "flow" and (key in assets.flows or key == flow_id):
                yield from _entered(node, key, assets, flow_id)


def _entered(node: Node, key: str, assets: Assets, flow_id: str) -> Iterator[Problem]:
    name = assets.flows[key].name if key in assets.flows else ""
    if leads_back(flow_id, key, assets):
        yield error(
            "flow_loop",
            node.place("flow"),
            f"流程「{name or key}」会回到自己里面",
            f"flow “{name or key}” leads back into itself",
        )
        return
    for problem in _problems(assets.flows[key], assets):
        if problem.is_error:
            yield error(
                "broken_flow",
                node.place("flow"),
                f"流程「{name or key}」有问题：{problem.words.zh}",
                f"flow “{name or key}” has a problem: {problem.words.en}",
            )


def leads_back(flow: str, into: str, assets: Assets) -> bool:
    """Whether a flow that enters `into` would come to itself, or go round in circles below."""
    entered = (into, *flows_below(into, assets))
    return flow in entered or any(each in flows_below(each, assets) for each in entered)


def flows_above(flow: str, assets: Assets) -> set[str]:
    """The ids of the other flows that enter a flow, through others too."""
    return {other for other in assets.flows if other != flow and flow in flows_below(other, assets)}


def flows_below(flow: str, assets: Assets) -> set[str]:
    """The ids of the flows that a flow enters, through others too; its own id is among them when it loops."""
    found: set[str] = set()
    waiting = [flow]
    while waiting:
        document = assets.flows.get(waiting.pop())
        for node in document.nodes.values() if document else ():
            new = {key for kind, key in references(node) if kind == "flow"} - found
            found |= new
            waiting += new
    return found


def _missing_targets(node: Node, document: Document) -> Iterator[Problem]:
    for name, target in node.exits.items():
        if target not in document.nodes and not is_number(target):
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
