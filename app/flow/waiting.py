"""One caller's stay in a queue: what the queue node does between joining and leaving."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from app.flow.commands import Collect, Command, Join, Play, PromiseCallback, WaitTurn
from app.flow.dialling import Ringing
from app.flow.nodes.base import Call
from app.flow.outcomes import DialResult, Joined, Waited
from app.flow.snapshot import Queue
from app.routing.dialling_rules import may_dial
from app.routing.opening_hours import OpeningHours
from app.routing.strategies import Strategy
from app.speech import say

Part = Generator[Command, Any, str]
"""A part of a stay: the exit that it leads to, "" to wait on."""

MAX_ROUNDS = 500  # offers, announcements and keys in one stay; the longest wait ends long before
FIRST_LOOK_S = 2  # who is answered at once need not hear that he waits
LOOK_S = 30  # how often somebody who hears no announcements is thought of: whether anybody is on duty
KEY_TIMEOUT_MS = 1000  # after an announcement; in the music keys count too
MAX_PRIORITY = 9
MOST_AHEAD = 999
LONGEST_ETA_S = 7200


@dataclass(frozen=True, slots=True)
class Rules:
    """How callers wait in a queue, as its node has it set.

    keys           that lead out of the queue
    callback_key   asks to be called back, "" for none
    reminder       prompt that ends each announcement, "" for none
    say            what announcements tell of: "place", "wait"
    every_s        from announcement to announcement, 0 for none
    ringing        how a phone that is offered is rung
    """

    queue: Queue
    max_wait_s: int
    keys: str
    callback_key: str = ""
    callback_tries: int = 3
    hours: OpeningHours | None = None
    reminder: str = ""
    say: frozenset[str] = frozenset()
    every_s: int = 0
    ringing: Ringing = field(default_factory=Ringing)


@dataclass(slots=True)
class Stay:
    """Runs from joining to the exit. `is_in` says whether the queue has to be left."""

    rules: Rules
    call: Call
    is_in: bool = False
    _until_ms: int = 0

    def run(self) -> Part:
        queue = self.rules.queue
        self.is_in = True  # whoever hangs up while he joins may be in it already
        joined: Joined = yield Join(
            queue.id,
            queue.phones,
            priority(self.call.variables),
            queue.max_size,
            queue.strategy,
            shares(queue),
        )
        self._until_ms = self.call.elapsed() + self.rules.max_wait_s * 1000
        self.is_in = joined.place > 0
        if self.is_in:
            return (yield from self._wait())
        return "closed" if self._is_closed() else "full" if joined.full else "no_agents"

    def _wait(self) -> Part:
        look_s = FIRST_LOOK_S
        for _ in range(MAX_ROUNDS):
            way = self._over() or (yield from self._turn(min(look_s, self._left_s())))
            if way:
                return way
            look_s = self.rules.every_s or LOOK_S
        return "timeout"

    def _turn(self, seconds: int) -> Part:
        keys = self.rules.keys + self.rules.callback_key
        waited: Waited = yield WaitTurn(self.rules.queue.id, seconds, self.rules.queue.music, keys)
        if waited.phone:
            return (yield from self._ring((waited.phone, *waited.phones)))
        if waited.pressed:
            return (yield from self._pressed(waited.pressed))
        if not waited.place:
            return "no_agents"
        return self._over() or (yield from self._announce(waited))

    def _ring(self, phones: tuple[str, ...]) -> Part:
        """Ring the phones that are held for the caller; he keeps his place when none answers."""
        dialled = yield self.rules.ringing.dial(phones)
        return "answered" if dialled.result is DialResult.ANSWERED else ""

    def _pressed(self, key: str) -> Part:
        if key in self.rules.keys:
            return key
        return (yield from self._promise()) if key == self.rules.callback_key else ""

    def _promise(self) -> Part:
        ani = self.call.facts.ani
        if may_dial(ani, self.call.assets.dialling) is None:
            promised = yield PromiseCallback(self.rules.queue.id, ani, self.rules.callback_tries)
            if promised.kept:
                self.is_in = False
                return "callback"
        yield Play(("sys.no_callback",))
        return ""

    def _announce(self, waited: Waited) -> Part:
        """Say how things stand; a key pressed meanwhile counts."""
        prompts = (*self._news(waited), *filter(None, [self.rules.reminder])) if self.rules.every_s else ()
        if not prompts:
            return ""
        if not self.rules.keys and not self.rules.callback_key:
            yield Play(prompts)
            return ""
        collected = yield Collect(prompts, timeout_ms=KEY_TIMEOUT_MS)
        return (yield from self._pressed(collected.digits)) if collected.digits else ""

    def _news(self, waited: Waited) -> Iterator[str]:
        language = self.call.variables.get("language", "zh")
        language = language if language in say.LANGUAGES else "zh"
        if "place" in self.rules.say:
            yield from say.parts("place", min(waited.place - 1, MOST_AHEAD), language)
        if "wait" in self.rules.say and waited.eta_s >= 0:
            yield from say.parts("wait", min(waited.eta_s, LONGEST_ETA_S), language)

    def _left_s(self) -> int:
        """Until the longest wait is over, or the opening hours, whichever comes first; begun seconds count."""
        left = timedelta(milliseconds=self._until_ms - self.call.elapsed())
        hours = self.rules.hours
        return math.ceil((hours.open_for(self.call.now, left) if hours else left).total_seconds())

    def _over(self) -> str:
        """The exit when the caller may wait no longer, else ""."""
        if self._is_closed():
            return "closed"
        return "timeout" if self._left_s() <= 0 else ""

    def _is_closed(self) -> bool:
        return self.rules.hours is not None and not self.rules.hours.is_open(self.call.now)


def shares(queue: Queue) -> tuple[int, ...]:
    """The phones' weights, in hundredths since groups in groups share theirs; only where they decide."""
    if queue.strategy != Strategy.WEIGHTED:
        return ()
    return tuple(max(1, round(queue.weights.get(phone, 1) * 100)) for phone in queue.phones)


def priority(variables: dict[str, str]) -> int:
    """How much a caller is put before others, 0 to 9, as earlier nodes have left it."""
    given = variables.get("priority", "")
    return min(int(given), MAX_PRIORITY) if given.isascii() and given.isdigit() and len(given) < 10 else 0
