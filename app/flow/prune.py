"""What of a company's assets a flow's calls may come upon.

A snapshot holds nothing else, so that a change of anything else makes no new version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from app.flow.document import Document
from app.flow.fields import declared
from app.flow.members import GROUP
from app.flow.nodes.base import Node
from app.flow.snapshot import ASSET_KINDS, Assets

Key = tuple[str, str]
"""The kind of an asset and its id."""


def prune(document: Document, assets: Assets) -> Assets:
    """The assets without those that no call can come upon; each kind keeps its order."""
    keys = reached(document, assets)
    kept: dict[str, Any] = {name: _kept(assets.of(kind), kind, keys) for kind, name in ASSET_KINDS.items()}
    return replace(assets, **kept, closures=assets.closures if kept["hours"] else frozenset())


def _kept(known: Mapping[str, Any], kind: str, keys: set[Key]) -> dict[str, Any]:
    return {key: asset for key, asset in known.items() if (kind, key) in keys}


def documents(document: Document, assets: Assets, keys: set[Key]) -> list[Document]:
    """The flow and the sub-flows among the keys."""
    return [document, *(flow for key, flow in assets.flows.items() if ("flow", key) in keys)]


def reached(document: Document, assets: Assets) -> set[Key]:
    """The (kind, id) pairs of all assets that the flow's calls may come upon, through groups and sub-flows too."""
    return closure(_of_document(document, assets), assets)


def closure(keys: Iterable[Key], assets: Assets) -> set[Key]:
    """These assets, as far as they exist, with all that they refer to."""
    found: set[Key] = set()
    waiting = list(keys)
    while waiting:
        key = waiting.pop()
        if key not in found and key[1] in assets.of(key[0]):
            found.add(key)
            waiting += _of_asset(*key, assets)
    return found


def _of_document(document: Document, assets: Assets) -> Iterator[Key]:
    for node in document.nodes.values():
        yield from references(node)
        yield from node.reaches(assets)


def references(node: Node) -> Iterator[Key]:
    """What the fields of a node refer to."""
    for name, spec in declared(type(node)).items():
        yield from spec.references(getattr(node, name))


def _of_asset(kind: str, key: str, assets: Assets) -> Iterator[Key]:
    """What an asset itself refers to."""
    if kind == "group":
        group = assets.groups[key]
        yield from (
            ("group", name.removeprefix(GROUP)) if name.startswith(GROUP) else ("phone", name)
            for name in group.phones
        )
        yield "hours", group.hours
    elif kind == "phone":
        yield "hours", assets.phones[key].hours
    elif kind == "queue":
        yield from (("phone", phone) for phone in assets.queues[key].phones)
        yield "prompt", assets.queues[key].music
    elif kind == "flow":
        yield from _of_document(assets.flows[key], assets)
