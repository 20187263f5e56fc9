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
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Node) and value.__module__ == module.__name__:
                if value is not Node:
                    yield value


KINDS: dict[str, type[Node]] = {kind.kind: kind for kind in sorted(_found(), key=lambda kind: (kind.order, kind.kind))}
