"""What a node kind is. One file per kind in this folder; the class in it says everything about the kind.

To add a kind, write one file with one `Node` subclass; `kinds.py` finds it. docs/adding-a-node-kind.md walks through one.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from app.errors import FlowError
from app.flow.commands import Command
from app.flow.facts import CallFacts
from app.flow.fields import referring
from app.words import Words

if TYPE_CHECKING:
    from app.flow.problems import Problem
    from app.flow.snapshot import Assets

Run = Generator[Command, Any, str]
"""A node at work: yields commands, is sent their outcomes, returns the name of an exit."""


BACK = "back"
"""What a node returns to lead to the menu before, whichever that was in this call."""


def _nowhere(flow: str) -> Run:
    raise FlowError(f"nothing here can enter the flow {flow}")


NAMING = ("group", "hours", "queue", "flow", "prompt")
"""The kinds of assets after which a node without a title is called; not after whom it tells or looks for."""


@dataclass(frozen=True, slots=True)
class Exit:
    """A way out of a node.

    words      on the editor's row and in the sentence that explains a call, e.g. "无人接听"
    farewell   system prompt (system_prompts.py) that is heard before the call ends here when the exit has no target
    is_key     the exit is a key that the caller presses
    otherwise  the exit that is taken instead when this one has no target
    nth        counts from 1 in a row of exits of which a node uses as many as it needs
    """

    name: str
    words: Words
    farewell: str = ""
    is_key: bool = False
    otherwise: str = ""
    nth: int = 0


@dataclass(frozen=True, slots=True)
class Outlook:
    """What has to be tried of a node to know all that may come of it (coverage): whatever can change its way.

    presses    what callers may press here: keys, whole extensions, the password; wrong keys and none go without saying
    tries      how often it asks, so that a wrong key at the last time can be told from wrong keys all the time
    by_chance  the exits among which chance alone decides
    any_order  its phones are rung in an order that differs from call to call
    by_time    it looks at the time
    by_caller  it looks at the caller's number or region
    places     the provinces, cities, area codes and carriers that it tells apart
    callers    numbers that stand for the callers it tells apart, each with the name of those
    reads      the variables of the call that decide its way
    """

    presses: tuple[str, ...] = ()
    tries: int = 1
    by_chance: tuple[str, ...] = ()
    any_order: bool = False
    by_time: bool = False
    by_caller: bool = False
    places: tuple[str, ...] = ()
    callers: tuple[tuple[str, str], ...] = ()
    reads: tuple[str, ...] = ()


NOTHING_TO_TRY = Outlook()


@dataclass(frozen=True, slots=True)
class Call:
    """What a running node may look at.

    variables  what nodes leave for later ones: "priority", "language", "answered_by" …; a replay rebuilds them
    enter      walks a sub-flow, named by its id, within this call: `way = yield from call.enter("service")`; gives
               the way back that it took, "" when the call is over
    elapsed    milliseconds since the call began, as far as outcomes tell
    """

    facts: CallFacts
    assets: Assets
    variables: dict[str, str] = field(default_factory=dict)
    enter: Callable[[str], Run] = field(default=_nowhere, compare=False)
    elapsed: Callable[[], int] = field(default=lambda: 0, compare=False)

    @property
    def now(self) -> datetime:
        """The time in the call, aware and in the company's zone: a caller may be in a menu when the shop closes."""
        return self.facts.now + timedelta(milliseconds=self.elapsed())


@dataclass(frozen=True, kw_only=True)
class Node:
    """Base of all node kinds.

    kind     its name in documents
    words    its name on pages
    icon     its picture on pages, a Tabler icon name
    order    its place in the palette, low first
    pauses   whether every way through it takes the caller's time; a cycle needs at least one such node
    returns  whether it leads back from a sub-flow to the flow that entered it
    is_menu  whether callers may come back to it from a later menu
    secret   whether the keys pressed in it stay out of every record
    """

    kind: ClassVar[str]
    words: ClassVar[Words]
    icon: ClassVar[str] = "circle"
    order: ClassVar[int] = 50
    pauses: ClassVar[bool] = True
    returns: ClassVar[bool] = False
    is_menu: ClassVar[bool] = False
    secret: ClassVar[bool] = False

    id: str
    title: str = ""
    exits: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def ways_out(cls) -> tuple[Exit, ...]:
        """The exits of this kind, in the editor's order."""
        raise NotImplementedError

    @classmethod
    def ways_of(cls, node: Mapping[str, Any]) -> tuple[Exit, ...]:
        """The exits of one node of a draft, with its own names for them; the draft may be wrong in any way."""
        return cls.ways_out()

    def run(self, call: Call) -> Run:
        """Decide, command by command; return the exit. Pure: time and chance come from `call.facts`."""
        raise NotImplementedError

    def problems(self, assets: Assets) -> Iterator[Problem]:
        """What is wrong beyond fields, references and targets, which are checked for every kind alike."""
        return iter(())

    def reaches(self, assets: Assets) -> Iterator[tuple[str, str]]:
        """The (kind, id) pairs of assets that a call may come upon here beside those that the fields name."""
        return iter(())

    def outlook(self, assets: Assets) -> Outlook:
        """What has to be tried to know all that may come of this node."""
        return NOTHING_TO_TRY

    def label(self, assets: Assets) -> str:
        """What people call this node: its title, else the name of what it refers to, else the kind's name."""
        return self.title or self._name_of_reference(assets) or self.words.zh

    def row_name(self, way: str) -> str:
        """What the row is called whose exit this is, where exits are rows of a setting; "" elsewhere."""
        return ""

    def _name_of_reference(self, assets: Assets) -> str:
        for name, spec in referring(type(self)):
            for kind, key in spec.references(getattr(self, name)):
                if kind in NAMING:
                    with suppress(KeyError):
                        return str(assets.of(kind)[key].name)
        return ""

    def place(self, name: str) -> str:
        """Where a field or exit of this node stands in the document, for problems."""
        return f"nodes.{self.id}.{name}"


def exits_of(kind: Any) -> Mapping[str, Exit]:
    """The exits of a kind, a subclass of Node, by name."""
    return _exits_of(kind)


@cache
def _exits_of(kind: Any) -> Mapping[str, Exit]:
    return {exit.name: exit for exit in kind.ways_out()}
