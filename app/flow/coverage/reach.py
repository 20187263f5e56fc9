"""Whom a call can reach in one world: every step that it may come to, and the soonest way there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count

from app.flow.coverage.explore import Explorer, Onward, Spot, World

Step = tuple[str, str]
"""The flow, "" for the flow itself, and the node."""


@dataclass(frozen=True, slots=True)
class Soonest:
    """The soonest way to a step that rings phones before anybody else's have rung.

    How long it takes to the first ring, and how often the caller has to press something.
    """

    ms: int
    keys: int


@dataclass(frozen=True, slots=True)
class Reach:
    """What can become of calls in one world.

    phones   that may ring
    people   the steps that ring the first phones on the way to them, with the soonest way
    taken    the steps that calls come to, each with the exits by which they go on
    spots    how many places in the flow were looked at; whole: whether those were all
    by_time, by_caller   whether it could differ at other times, for other callers
    """

    phones: frozenset[str]
    people: Mapping[Step, Soonest]
    taken: Mapping[Step, frozenset[str]]
    spots: int
    whole: bool
    by_time: bool
    by_caller: bool


@dataclass(slots=True)
class _Search:
    explorer: Explorer
    world: World
    phones: set[str] = field(default_factory=set)
    people: dict[Step, Soonest] = field(default_factory=dict)
    taken: dict[Step, set[str]] = field(default_factory=dict)

    def reach(self, most: int) -> Reach:
        """Soonest first; a spot is gone through once, or twice when phones had rung before it the first time."""
        order, seen = count(), dict[object, int]()
        waiting = [(0, next(order), 0, False, self.explorer.start())]
        while waiting and len(seen) < most:
            ms, _, keys, rang, spot = heappop(waiting)
            key = (spot.step, spot.variables, spot.came_back, tuple(above.step for above in spot.above))
            if rang >= seen.get(key, 2):
                continue
            seen[key] = rang
            for onward in self.explorer.onwards(spot, self.world):
                passage = onward.passage
                self._note(spot, onward, ms, keys, rang)
                if onward.spot is not None:
                    after = (ms + passage.ms, next(order), keys + bool(passage.pressed))
                    heappush(waiting, (*after, rang or bool(passage.rings), onward.spot))
        return self._found(len(seen), not waiting)

    def _note(self, spot: Spot, onward: Onward, ms: int, keys: int, rang: bool) -> None:
        self.taken.setdefault(spot.step, set()).add(onward.way)
        rings = onward.passage.rings
        self.phones.update(phone for rung in rings for phone in rung.phones)
        if rings and not rang:
            way = Soonest(ms + rings[0].after_ms, keys + bool(onward.passage.pressed))
            if spot.step not in self.people or way.ms < self.people[spot.step].ms:
                self.people[spot.step] = way

    def _found(self, spots: int, whole: bool) -> Reach:
        looked = [self.explorer.outlook(Spot(*step)) for step in self.taken]
        return Reach(
            frozenset(self.phones),
            self.people,
            {step: frozenset(ways) for step, ways in self.taken.items()},
            spots,
            whole,
            any(outlook.by_time for outlook in looked),
            any(outlook.by_caller for outlook in looked),
        )


def reach(explorer: Explorer, world: World, most: int) -> Reach:
    """What can become of calls in a world, looking at so many places at most."""
    return _Search(explorer, world).reach(most)
