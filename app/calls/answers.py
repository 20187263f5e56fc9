"""What a caller pressed at each question of a step, from the keys and the exit that the record of his call tells. Pure.

A record has the keys of a step one after the other, without the silences between them: where the exit tells that he was
silent first, or which key came alone, that is put back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.flow.extensions import OPERATOR_KEY
from app.flow.nodes.base import Node
from app.flow.nodes.extension import Extension
from app.flow.nodes.menu import Menu
from app.flow.nodes.password import Password
from app.flow.nodes.queue import Queue

WRONG = ("wrong_key", "too_many")


def answers(node: Node | None, step: Mapping[str, Any], extension: str = "") -> Sequence[str]:
    """The answers to the questions of a step in their order, "" for silence; after the last he is silent.

    `node` is the step's in the flow that is tried, `extension` the one that he dialled in it.
    """
    keys, way = str(step.get("keys", "")), step["exit"]
    if isinstance(node, Password):
        return [f"{node.password}#"] if way == "right" else []
    if isinstance(node, Queue):
        return []  # what he presses there leads out of it, or nowhere
    if isinstance(node, Extension):
        ends = OPERATOR_KEY if way == "operator" else extension
        return [*filter(None, [keys.removesuffix(ends)]), ends] if ends and keys.endswith(ends) else [keys]
    if isinstance(node, Menu):
        silences = [""] * max(0, node.tries - len(keys))
        if node.extensions and extension and keys.endswith(extension):
            return [*keys.removesuffix(extension), extension[0], extension[1:]]
        before, after = (silences if way in WRONG else []), (silences if way == "no_key" else [])
        return [*before, *keys, *after]
    return list(keys)
