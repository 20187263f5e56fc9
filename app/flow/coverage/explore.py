"""Where a call can come to in a flow, from step to step, as the interpreter goes.

Nobody's time is spent twice: what a node does is found once for each standing of the hours, class of callers and set of
variables that it looks at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.flow.coverage.origins import Origin
from app.flow.coverage.passage import Passage
from app.flow.coverage.passages import passages
from app.flow.document import Document
from app.flow.facts import CallFacts
from app.flow.interpreter import drawn, node_of, remember
from app.flow.nodes.base import BACK, Node, Outlook, exits_of
from app.flow.snapshot import Snapshot

Variables = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class World:
    """A moment and a caller, each standing for many."""

    now: datetime
    caller: Origin


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a call is.

    flow    the sub-flow that it is in, "" for the flow itself
    before  menus that it can go back to
    above   where the sub-flows above were entered
    """

    flow: str
    node: str
    before: tuple[str, ...] = ()
    above: tuple[Spot, ...] = ()
    variables: Variables = ()
    came_back: str | None = None

    @property
    def step(self) -> tuple[str, str]:
        return self.flow, self.node


@dataclass(frozen=True, slots=True)
class Onward:
    """One way on from a spot: `way` is the exit that was taken, `spot` None when the call is over, after `farewell`."""

    passage: Passage
    way: str
    spot: Spot | None
    farewell: str = ""


class Explorer:
    """One snapshot, with what is known of its nodes so far."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.assets = snapshot.assets
        self.documents: Mapping[str, Document] = {"": snapshot.document, **snapshot.assets.flows}
        self._nodes: dict[tuple[str, str], tuple[Node, Outlook]] = {}
        self._passages: dict[object, tuple[Passage, ...]] = {}
        every = [outlook for _, _, outlook in self.every_node()]
        self.outlooks = every
        self._reads = frozenset(name for outlook in every for name in outlook.reads)
        tags = (getattr(node, "tag", "") for _, node, _ in self.every_node())
        self._tags = tuple(dict.fromkeys(tag for tag in tags if tag))

    def every_node(self) -> Iterator[tuple[str, Node, Outlook]]:
        """The nodes of the flow and of all sub-flows."""
        for flow, document in self.documents.items():
            for node_id in document.nodes:
                node, outlook = self._node(flow, node_id)
                yield flow, node, outlook

    def start(self) -> Spot:
        return Spot("", self.snapshot.document.start)

    def node(self, spot: Spot) -> Node:
        return self._node(spot.flow, spot.node)[0]

    def outlook(self, spot: Spot) -> Outlook:
        return self._node(spot.flow, spot.node)[1]

    def _node(self, flow: str, target: str) -> tuple[Node, Outlook]:
        key = (flow, target)
        if key not in self._nodes:
            node = node_of(self.documents[flow], target, self.assets)
            self._nodes[key] = (node, node.outlook(self.assets))
        return self._nodes[key]

    def facts(self, world: World) -> CallFacts:
        """The facts at the start of a call in such a world."""
        caller = world.caller
        return CallFacts("coverage", self.snapshot.did, caller.ani, caller.region, world.now, 0, 0)

    def passages(self, spot: Spot, world: World) -> tuple[Passage, ...]:
        """All that may come of the visit of the spot's node."""
        node, outlook = self._node(spot.flow, spot.node)
        key = (
            *spot.step,
            world.now if outlook.by_time else None,
            world.caller if outlook.by_caller else None,
            spot.variables,
            spot.came_back,
        )
        found = self._passages.get(key)
        if found is None:
            found = passages(
                node, self.facts(world), self.assets, dict(spot.variables), spot.came_back, self._tags
            )
            self._passages[key] = found
        return found

    def onwards(self, spot: Spot, world: World) -> Iterator[Onward]:
        """All ways on from a spot."""
        node = self.node(spot)
        for passage in self.passages(spot, world):
            left = tuple(item for item in passage.left if item[0] in self._reads)
            if passage.entered:
                inner = self.documents[passage.entered].start
                above = (*spot.above, Spot(spot.flow, spot.node, spot.before))
                yield Onward(passage, "", Spot(passage.entered, inner, (), above, left))
            else:
                yield self._left(passage, spot, node, left)

    def _left(self, passage: Passage, spot: Spot, node: Node, left: Variables) -> Onward:
        """The node is done with; the rules are those of `Walk`."""
        way = drawn(passage.way, node)
        if node.returns or (way == BACK and spot.above and not spot.before):
            return Onward(passage, way, _back(spot, way, left))
        before = list(spot.before)
        if way == BACK:
            target = before.pop() if before else spot.node
        elif way in node.exits:
            remember(before, node)
            target = node.exits[way]
        else:
            exit = exits_of(type(node)).get(way)
            return Onward(passage, way, None, exit.farewell if exit else "")
        return Onward(passage, way, Spot(spot.flow, target, tuple(before), spot.above, left))


def _back(spot: Spot, way: str, left: Variables) -> Spot | None:
    """Where a sub-flow comes back to: the node that had gone into it."""
    if not spot.above:
        return None
    *above, entered = spot.above
    return Spot(entered.flow, entered.node, entered.before, tuple(above), left, way)
