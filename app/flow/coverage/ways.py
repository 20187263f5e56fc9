"""What a caller meets who does the usual things: presses a key, waits; nobody answers him.

A way is one row of the coverage page: the keys that lead to it, the phones that ring on it and when, and how it ends.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.flow.coverage.explore import Explorer, Onward, Spot, World
from app.flow.coverage.passage import Exchange, Rung
from app.flow.outcomes import Answered, Leg, Outcome, Played

MAX_WAYS = 200  # of one world
MAX_STEPS = 2000


@dataclass(frozen=True, slots=True)
class Choice:
    """What decides at a step: the keys pressed, "" for none, or the exits; each of them leads the same way."""

    flow: str
    node: str
    pressed: tuple[str, ...] = ()
    exits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ringing:
    """A step that rings phones on a way: its rounds one after the other."""

    flow: str
    node: str
    rounds: tuple[Rung, ...]
    any_order: bool


@dataclass(frozen=True, slots=True)
class Way:
    """From the call's begin to its end, when nobody answers.

    choices   what decides on the way
    steps     the (flow, node) pairs, in order
    heard     the prompts since the last phone rang
    again     the way leads back to a step that was on it, so it has no end
    kept      the caller may leave a message
    """

    choices: tuple[Choice, ...]
    steps: tuple[tuple[str, str], ...]
    ringing: tuple[Ringing, ...]
    heard: tuple[str, ...]
    ms: int
    keys: int
    kept: bool = False
    again: bool = False
    exchanges: tuple[tuple[int, Exchange], ...] = ()

    @property
    def first_ms(self) -> int:
        """When the first phone rings; -1 when none does."""
        return self.ringing[0].rounds[0].after_ms if self.ringing else -1

    def outcomes(self) -> list[Outcome]:
        """What the world answers on this way, as `interpreter.replay` takes it."""
        found: list[Outcome] = []
        is_up = False
        for since, exchange in self.exchanges:
            if exchange.asks and not is_up:
                found.append(Answered(at_ms=since))
                is_up = True
            found.append(_later(exchange.outcome, since))
        return found


@dataclass(frozen=True, slots=True)
class _Under:
    """A way as far as it is known."""

    way: Way
    spot: Spot


def ways(explorer: Explorer, world: World) -> tuple[Way, ...]:
    """The ways of one world, fewest choices first; at most MAX_WAYS."""
    found: list[Way] = []
    waiting = deque([_Under(Way((), (), (), (), 0, 0), explorer.start())])
    for _ in range(MAX_STEPS):
        if not waiting or len(found) >= MAX_WAYS:
            break
        under = waiting.popleft()
        for way, spot in _further(explorer, world, under):
            if spot is None:
                found.append(way)
            elif spot.came_back is None and spot.step in way.steps:
                found.append(replace(way, again=True))
            else:
                waiting.append(_Under(way, spot))
    return tuple(found[:MAX_WAYS])


def _further(explorer: Explorer, world: World, under: _Under) -> Iterator[tuple[Way, Spot | None]]:
    """The way with each usual way on; those that lead to the same spot in the same manner are one."""
    together: dict[object, list[Onward]] = {}
    for onward in explorer.onwards(under.spot, world):
        passage = onward.passage
        if not passage.strayed and not passage.answered:
            end = onward.way if onward.spot is None else ""
            same = (onward.spot, onward.farewell, passage.rings, passage.heard, end)
            together.setdefault(same, []).append(onward)
    any_order = explorer.outlook(under.spot).any_order
    for alike in together.values():
        pressed = tuple(onward.passage.pressed for onward in alike)
        exits = tuple(onward.way for onward in alike)
        decides = len(together) > 1 or any(pressed)
        keys = pressed if any(pressed) or alike[0].passage.silent else ()
        choice = (Choice(*under.spot.step, keys, exits),) if decides else ()
        yield _added(under, alike[0], choice, any_order), alike[0].spot


def _added(under: _Under, onward: Onward, choice: tuple[Choice, ...], any_order: bool) -> Way:
    way, passage = under.way, onward.passage
    rounds = tuple(replace(rung, after_ms=rung.after_ms + way.ms) for rung in passage.rings)
    ringing = (Ringing(*under.spot.step, rounds, any_order),) if rounds else ()
    exchanges = tuple((way.ms, exchange) for exchange in passage.exchanges)
    if onward.farewell:
        exchanges += ((way.ms + passage.ms, Exchange(Played(), True)),)
    heard = (*(() if rounds else way.heard), *passage.heard, *((onward.farewell,) if onward.farewell else ()))
    return Way(
        choices=(*way.choices, *choice),
        steps=(*way.steps, under.spot.step),
        ringing=(*way.ringing, *ringing),
        heard=heard,
        ms=way.ms + passage.ms,
        keys=way.keys + bool(passage.pressed),
        kept=passage.kept or (way.kept and not rounds),
        exchanges=(*way.exchanges, *exchanges),
    )


def _later(outcome: Outcome, ms: int) -> Outcome:
    legs = getattr(outcome, "legs", ())
    moved = replace(outcome, at_ms=outcome.at_ms + ms)
    if not legs:
        return moved
    later: tuple[Leg, ...] = tuple(replace(leg, at_ms=leg.at_ms + ms) for leg in legs)
    return replace(moved, legs=later)  # type: ignore[call-arg]
