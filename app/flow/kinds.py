"""All node kinds, found by looking into the folder `nodes`: adding a kind is adding a file there."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from app.flow import nodes
from app.flow.nodes.base import Node


def _found() -> Iterator[type[Node]]:
    for info in pkgutil.iter_modules(nodes.__path__):
        module = importlib.import_module(f"{nodes.__name__}.{info.name}")
        yield from (value for value in vars(module).values() if _is_kind(value, module.__name__))


def _is_kind(value: object, module: str) -> bool:
    """Whether it is a node class that this module itself defines."""
    is_node = isinstance(value, type) and issubclass(value, Node) and value is not Node
    return is_node and value.__module__ == module


def find() -> dict[str, type[Node]]:
    """The kinds in the folder, by name, in the palette's order."""
    return {kind.kind: kind for kind in sorted(_found(), key=lambda kind: (kind.order, kind.kind))}


KINDS = find()
