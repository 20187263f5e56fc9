"""Coverage of a whole flow: every day, hour and class of callers."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from app.flow.coverage.days import Timetable, timetable
from app.flow.coverage.explore import Explorer, Spot, World
from app.flow.coverage.origins import Origin, origins
from app.flow.coverage.reach import Reach, reach
from app.flow.coverage.ways import Way, ways
from app.flow.interpreter import drawn
from app.flow.snapshot import Snapshot
from app.words import Words


class Coverage:
    """What calls of a snapshot come to, from `today` on. While the emergency switch is on it is as if it were off."""

    def __init__(self, explorer: Explorer, times: Timetable, callers: tuple[Origin, ...]) -> None:
        self.explorer = explorer
        self.times = times
        self.callers = callers
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
        self._reaches.append((world, reach(self.explorer, world)))
        return self._reaches[-1][1]

    def ways(self, moment: int, origin: int) -> tuple[Way, ...]:
        """The ways of a call, in one world."""
        return ways(self.explorer, self.world(moment, origin))

    @property
    def is_whole(self) -> bool:
        """Whether there was time to look everywhere."""
        return all(found.whole for found in self.worlds.values())


@dataclass(frozen=True, slots=True)
class _Treatment:
    """How a flow treats callers, looked at node by node."""

    explorer: Explorer
    times: Timetable

    def of(self, origin: Origin) -> tuple[Hashable, Words | None]:
        ways, names = [], []
        for flow, node, outlook in self.explorer.every_node():
            if outlook.by_caller:
                world = World(self.times.moments[0], origin)
                found = {drawn(p.way, node) for p in self.explorer.passages(Spot(flow, node.id), world)}
                ways.append(frozenset(found))
                names += [name for way in found if (name := node.row_name(way))]
        name = " / ".join(dict.fromkeys(names))
        return tuple(ways), Words(name, name) if name else None


def cover(snapshot: Snapshot, today: date) -> Coverage:
    """The coverage of a snapshot; most of the work is done when it is asked for."""
    explorer = Explorer(replace(snapshot, assets=replace(snapshot.assets, emergency="")))
    times = timetable(snapshot.assets, today, snapshot.timezone)
    return Coverage(
        explorer, times, origins(explorer.outlooks, snapshot.assets, _Treatment(explorer, times).of)
    )
