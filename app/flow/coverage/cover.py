"""Coverage of a whole flow: every day, hour and class of callers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cached_property

from app.flow.coverage.days import Timetable, timetable
from app.flow.coverage.explore import Explorer, Spot, World
from app.flow.coverage.origins import Origin, origins
from app.flow.coverage.reach import Reach, reach
from app.flow.coverage.ways import Way, ways
from app.flow.interpreter import drawn
from app.flow.nodes.base import Node, exits_of
from app.flow.snapshot import Snapshot
from app.words import Words

MAX_WORLDS = 500  # each of a large flow takes some milliseconds; beyond, classes of callers are left out

MAX_SPOTS = 150_000  # places in the flow that are looked at in all worlds together: some seconds


class Coverage:
    """What calls of a snapshot come to, from `today` on. While the emergency switch is on it is as if it were off."""

    def __init__(self, explorer: Explorer, times: Timetable, callers: tuple[Origin, ...]) -> None:
        self.explorer = explorer
        self.times = times
        self.callers = callers[: max(1, MAX_WORLDS // len(times.moments))]
        self._all_callers = len(callers)
        self._reaches: list[tuple[World, Reach]] = []

    @cached_property
    def worlds(self) -> dict[tuple[int, int], Reach]:
        """What can become of calls, by the number of the moment and of the caller."""
        pairs = (
            (moment, origin)
            for moment in range(len(self.times.moments))
            for origin in range(len(self.callers))
        )
        return {pair: self._reach(self.world(*pair)) for pair in pairs}

    def world(self, moment: int, origin: int) -> World:
        return World(self.times.moments[moment], self.callers[origin])

    def _reach(self, world: World) -> Reach:
        """As in a world before that differs in nothing that calls come upon, else looked for."""
        for known, found in self._reaches:
            same_time = known.now == world.now or not found.by_time
            if same_time and (known.caller == world.caller or not found.by_caller):
                return found
        left = MAX_SPOTS - sum(found.spots for _, found in self._reaches)
        self._reaches.append((world, reach(self.explorer, world, left)))
        return self._reaches[-1][1]

    def ways(self, moment: int, origin: int) -> tuple[Way, ...]:
        """The ways of a call, in one world."""
        return ways(self.explorer, self.world(moment, origin))

    @property
    def is_whole(self) -> bool:
        """Whether there was time to look everywhere."""
        return len(self.callers) == self._all_callers and all(found.whole for found in self.worlds.values())


class _Treatment:
    """How a flow treats callers: the exits that they take at each node that looks at them."""

    def __init__(self, explorer: Explorer, times: Timetable) -> None:
        self._explorer, self._now = explorer, times.moments[0]
        self._looking = [(flow, node) for flow, node, outlook in explorer.every_node() if outlook.by_caller]

    def of(self, origin: Origin) -> tuple[tuple[str, ...], ...]:
        return tuple(self._ways(flow, node, origin) for flow, node in self._looking)

    def _ways(self, flow: str, node: Node, origin: Origin) -> tuple[str, ...]:
        found = self._explorer.passages(Spot(flow, node.id), World(self._now, origin))
        return tuple(dict.fromkeys(drawn(passage.way, node) for passage in found))

    def names(self, origin: Origin, usual: Origin) -> list[Words]:
        ways = zip(self._looking, self.of(origin), self.of(usual), strict=True)
        differing = [(node, way[0]) for (_, node), way, other in ways if way != other]
        rows = [Words(row, row) for node, way in differing if (row := node.row_name(way))]
        return (
            rows if rows or origin.words.zh else [exits_of(type(node))[way].words for node, way in differing]
        )


def cover(snapshot: Snapshot, today: date) -> Coverage:
    """The coverage of a snapshot; most of the work is done when it is asked for."""
    explorer = Explorer(replace(snapshot, assets=replace(snapshot.assets, emergency="")))
    times = timetable(snapshot.assets, today, snapshot.timezone)
    return Coverage(explorer, times, origins(explorer.outlooks, snapshot.assets, _Treatment(explorer, times)))
