"""The kinds of steps in the groups in which people look for them. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from app.flow.kinds import KINDS
from app.flow.nodes.base import Node
from app.words import Words

GROUPS = (
    (Words("听和按键", "Listen and press"), ("announce", "menu", "extension", "password")),
    (
        Words("按条件分流", "Choose a way"),
        ("schedule", "region", "caller", "split", "webhook", "subflow", "return"),
    ),
    (Words("转给人", "Reach people"), ("hunt", "queue", "agent", "callback")),
    (Words("留言和收尾", "Afterwards"), ("voicemail", "survey", "notify", "hangup")),
)
OTHERS = Words("其他", "Others")


def palette() -> Iterator[tuple[Words, list[type[Node]]]]:
    """Each group with those of its kinds that there are; kinds in no group come last."""
    for words, names in (*GROUPS, (OTHERS, _ungrouped())):
        kinds = [KINDS[name] for name in names if name in KINDS]
        if kinds:
            yield words, kinds


def _ungrouped() -> tuple[str, ...]:
    grouped = {name for _, names in GROUPS for name in names}
    return tuple(name for name in KINDS if name not in grouped)
