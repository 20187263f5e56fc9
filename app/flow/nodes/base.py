"""What a node kind is. One file per kind in this folder; the class in it says everything about the kind.

To add a kind, write one file with one `Node` subclass; `kinds.py` finds it. docs/adding-a-node-kind.md walks through one.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from app.flow.commands import Command
from app.flow.facts import CallFacts
from app.flow.fields import declared
from app.words import Words

if TYPE_CHECKING:
    from app.flow.problems import Problem
    from app.flow.snapshot import Assets

Run = Generator[Command, Any, str]
"""A node at work: yields commands, is sent their outcomes, returns the name of an exit."""


@dataclass(frozen=True, slots=True)
class Exit:
    """A way out of a node.

    words     on the editor's row and in the sentence that explains a call, e.g. "无人接听"
    farewell  system prompt (system_prompts.py) that is heard before the call ends here when the exit has no target
    is_key    the exit is a key that the caller presses
    """

    name: str
    words: Words
    farewell: str = ""
    is_key: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """What a running node may look at."""

    facts: CallFacts
    assets: Assets


@dataclass(frozen=True, kw_only=True)
class Node:
    """Base of all node kinds.

    kind    its name in documents
    words   its name on pages
    icon    its picture on pages, a Tabler icon name
    order   its place in the palette, low first
    pauses  whether every way through it takes the caller's time; a cycle needs at least one such node
    """

    kind: ClassVar[str]
    words: ClassVar[Words]
    icon: ClassVar[str] = "circle"
    order: ClassVar[int] = 50
    pauses: ClassVar[bool] = True

    id: str
    title: str = ""
    exits: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def ways_out(cls) -> tuple[Exit, ...]:
        """The exits of this kind, in the editor's order."""
        raise NotImplementedError

    def run(self, call: Call) -> Run:
        """Decide, command by command; return the exit. Pure: time and chance come from `call.facts`."""
        raise NotImplementedError

    def problems(self, assets: Assets) -> Iterator[Problem]:
        """What is wrong beyond fields, references and targets, which are checked for every kind alike."""
        return iter(())

    def label(self, assets: Assets) -> str:
        """What people call this node: its title, else the name of what it refers to, else the kind's name."""
        return self.title or self._name_of_reference(assets) or self.words.zh

    def _name_of_reference(self, assets: Assets) -> str:
        for name, spec in declared(type(self)).items():
            for kind, key in spec.references(getattr(self, name)):
                if key in assets.of(kind):
                    return str(assets.of(kind)[key].name)
        return ""

    def place(self, name: str) -> str:
        """Where a field or exit of this node stands in the document, for problems."""
        return f"nodes.{self.id}.{name}"
