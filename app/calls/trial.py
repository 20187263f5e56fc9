"""A trial call: a snapshot tried in a situation, without a phone, on the same flow and records as a real call. Pure.

Nothing is kept between two steps: the situation holds all that was done so far, and every step walks the call anew
from its begin to where it waits for more.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from app.calls.cdr import Cdr, End, build_cdr
from app.calls.conduct import conduct
from app.calls.decisions import Behaviour, Decisions, Manner, Pressed, Scene, Stands, TurnInQueue
from app.calls.rung import Round, Rung
from app.calls.scripted import World
from app.calls.situation import Act, Situation
from app.flow.commands import CallWebhook, Collect, Dial, Join, Record, WaitTurn
from app.flow.facts import CallFacts
from app.flow.interpreter import Walk
from app.flow.outcomes import Dialled, Replied
from app.flow.snapshot import Phone, Snapshot
from app.flow.snapshot import Queue as Line
from app.routing.strategies import Strategy


class Paused(BaseException):
    """The trial goes no further until somebody decides. No error, so that no flow falls back because of it."""

    def __init__(self, wait: Wait) -> None:
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Wait:
    """What the call waits for: an act of this kind (situation.py), since `at_ms`.

    keys         how many the question takes, and which one ends them early; in a queue, those that count
    patience_ms  after which silence is an answer; sounds come on top
    phones       those that ring or talk
    place        in a queue
    """

    kind: str
    at_ms: int
    patience_ms: int = 0
    most_keys: int = 0
    ends: str = ""
    keys: str = ""
    phones: tuple[str, ...] = ()
    place: int = 0


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a trial is: what was heard so far, what it waits for or else its record, and the way.

    facts  of the call
    way    (node, exit) of each step, the exit "" where the call is
    """

    scenes: tuple[Scene, ...]
    wait: Wait | None
    cdr: Cdr | None
    way: tuple[tuple[str, str], ...]
    facts: CallFacts


def step(snapshot: Snapshot, situation: Situation) -> Stage:
    """As far as it goes with what was done so far."""
    return _go(snapshot, situation, _Trying(situation))


def run(snapshot: Snapshot, situation: Situation) -> Stage:
    """To the end: where nothing is said, the caller presses nothing and waits, and people talk for a while."""
    return _go(snapshot, situation, _Trying(situation, is_whole=True))


def _go(snapshot: Snapshot, situation: Situation, trying: _Trying) -> Stage:
    scenes: list[Scene] = []
    facts = situation.facts(snapshot)
    walk = Walk(snapshot, facts)
    world = World(walk, trying, situation.hangs_up_ms, scenes.append)
    try:
        ended = conduct(walk, world.do)
    except Paused as paused:
        return Stage(tuple(scenes), paused.wait, None, _way(walk), facts)
    return Stage(tuple(scenes), None, record(walk, ended, world.now_ms), _way(walk), facts)


def record(walk: Walk, ended: str, now_ms: int) -> Cdr:
    """The record that a real call would have left."""
    end = End(ended, "NORMAL_CLEARING", now_ms)
    return build_cdr(
        walk.call.facts, walk.snapshot, walk.trail, end, controller="trial", variables=walk.call.variables
    )


def _way(walk: Walk) -> tuple[tuple[str, str], ...]:
    return tuple((step.node, step.exit) for step in walk.trail)


class _Trying(Decisions):
    """Does what the situation says; Paused where that is not enough, unless the trial is to be gone through whole."""

    def __init__(self, situation: Situation, *, is_whole: bool = False) -> None:
        super().__init__()
        self.situation = situation
        self.is_whole = is_whole or situation.hangs_up_ms is not None
        self._acts: dict[str, deque[Act]] = {}
        for act in situation.acts:
            self._acts.setdefault(act.kind, deque()).append(act)
        self._line = _Waiting(situation)

    def _next(self, wait: Wait) -> Act | None:
        """The next act of a kind; None when the trial is to go on without."""
        waiting = self._acts.get(wait.kind)
        if waiting:
            return waiting.popleft()
        if self.is_whole:
            return None
        raise Paused(wait)

    def keys(self, world: World, command: Collect, prompts_ms: int) -> Pressed:
        act = self._next(
            Wait("keys", world.now_ms, command.timeout_ms, command.max_digits, command.terminators)
        )
        if act is None:
            return Pressed()
        return Pressed(act.keys, None if act.seconds is None else round(act.seconds * 1000))

    def says_ms(self, world: World, command: Record, prompts_ms: int) -> int:
        act = self._next(Wait("say", world.now_ms, command.max_s * 1000, ends=command.terminators))
        if act is None and self.situation.hangs_up_ms is not None:
            return command.max_s * 1000  # most messages end like this
        return round((act.seconds or 0) * 1000) if act else 0

    def phone(self, world: World, phone: Phone, ring_s: int) -> Behaviour:
        manner = self.situation.phones.get(phone.id, Manner.ANSWERS)
        return Behaviour(manner, self.situation.answer_s)

    def rings(self, world: World, command: Dial, rung: Round) -> None:
        self._next(Wait("ring", world.now_ms, rung.ring_ms, phones=command.phones))

    def talk_ms(self, world: World, winner: Rung) -> int:
        usual = super().talk_ms(world, winner)
        act = self._next(Wait("talk", world.now_ms, usual, phones=(winner.phone,)))
        return usual if act is None or act.seconds is None else round(act.seconds * 1000)

    def joins(self, world: World, command: Join) -> Stands:
        return self._line.join(world, command)

    def waits(self, world: World, command: WaitTurn) -> TurnInQueue:
        turn = self._line.turn(world, command)
        wait = Wait("wait", world.now_ms, turn.after_ms, keys=command.keys, place=max(1, turn.place))
        act = self._next(wait)
        pressed_ms = round((act.seconds or 0) * 1000) if act else 0
        if act and act.keys and act.keys[0] in command.keys and pressed_ms < turn.after_ms:
            return TurnInQueue(pressed_ms, pressed=act.keys[0])
        return turn

    def dialled(self, world: World, dialled: Dialled) -> None:
        if not dialled.phone:
            self._line.missed(dialled, world.now_ms)

    def reply(self, world: World, command: CallWebhook) -> Replied:
        said = self.situation.reply
        return Replied(exit=said) if said else Replied(problem="no answer")


class _Waiting:
    """A queue as the situation has it: so many ahead, served one by one; then the phones that are free, in turn."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation
        self._joined_ms = 0
        self._phones: tuple[str, ...] = ()
        self._rings_all = False
        self._line = Line("", "", ())
        self._rests_ms: dict[str, int] = {}
        self._misses: dict[str, int] = {}

    def join(self, world: World, command: Join) -> Stands:
        ahead, self._joined_ms, self._phones = self._situation.ahead, world.now_ms, command.phones
        self._rings_all = command.strategy == Strategy.SIMULTANEOUS
        self._line = world.walk.snapshot.assets.queues.get(command.queue, Line(command.queue, "", ()))
        self._rests_ms, self._misses = {}, {}
        if command.max_size and ahead >= command.max_size:
            return Stands(0, full=True)
        return Stands(ahead + 1 if self._situation.staffed else 0)

    def turn(self, world: World, command: WaitTurn) -> TurnInQueue:
        ends_ms = world.now_ms + command.seconds * 1000
        on_duty = [phone for phone in self._phones if not self._is_off(phone)]
        turn_ms = self._joined_ms + self._situation.ahead * self._situation.serves_s * 1000
        free = {phone: max(world.now_ms, turn_ms, self._rests_ms.get(phone, 0)) for phone in on_duty}
        first = min(free, key=lambda phone: free[phone], default="")
        if first and free[first] < ends_ms:
            others = [phone for phone in on_duty if phone != first and free[phone] <= free[first]]
            offered = (first, *others) if self._rings_all else (first,)
            return TurnInQueue(free[first] - world.now_ms, offered)
        return self._stands(command, ends_ms, turn_ms, on_duty)

    def missed(self, dialled: Dialled, now_ms: int) -> None:
        """Phones that were offered and did not answer rest, and are off after too many misses."""
        for leg in dialled.legs:
            self._misses[leg.phone] = self._misses.get(leg.phone, 0) + 1
            self._rests_ms[leg.phone] = now_ms + self._line.rest_s * 1000

    def _is_off(self, phone: str) -> bool:
        return 0 < self._line.max_misses <= self._misses.get(phone, 0)

    def _stands(self, command: WaitTurn, ends_ms: int, turn_ms: int, on_duty: Sequence[str]) -> TurnInQueue:
        left_ms = max(0, turn_ms - ends_ms)
        serves_ms = max(1, self._situation.serves_s * 1000)
        place = 1 + min(self._situation.ahead, math.ceil(left_ms / serves_ms)) if on_duty else 0
        return TurnInQueue(command.seconds * 1000, place=place, eta_s=left_ms // 1000)
