"""What people did in a real call, for that call to be gone through once more under another flow. Pure.

What the record tells is done again; what it cannot tell is assumed, and each kind of assumption is noted in `guesses`:

    phone   a phone that did not ring in the real call: it answers as usual
    longer  a phone rings longer than it did, or the caller waits longer: nobody answers, and he stays
    keys    a question that he was not asked: he presses the key that leads to where he went
    web     a web service that was not asked: it says nothing
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any

from app.calls.answers import answers
from app.calls.causes import IN_OUR_CALL
from app.calls.decisions import Behaviour, Decisions, Manner, Pressed, Stands, TurnInQueue
from app.calls.habits import Agenda, Habits
from app.calls.rung import Round, Rung
from app.calls.scripted import World
from app.flow.commands import (
    CallWebhook,
    Collect,
    Dial,
    Join,
    NextTurn,
    RankIdle,
    RecallPhone,
    Record,
    WaitTurn,
)
from app.flow.interpreter import Step
from app.flow.nodes.hunt import Hunt
from app.flow.nodes.menu import KEYS
from app.flow.outcomes import Dialled, Replied
from app.flow.snapshot import Phone

Cdr = Mapping[str, Any]
Towards = Callable[[str, str], str]
"""The key of a menu that leads to a node, "" when none does."""

SLACK_MS = 2000
FAREWELL_MS = 10_000  # what a caller hears last belongs to the step
REST_MS = 10_000  # until a queue offers a phone again that did not answer
MANNERS = {"busy": Manner.BUSY, "rejected": Manner.REJECTS, "unreachable": Manner.OFF}


class Observed(Decisions):
    """The people of one real call.

    agenda   of all phones, in the calls before this one
    towards  how menus of the draft lead to its nodes
    new      numbers that the draft's queues have beside those that they had, by node
    """

    def __init__(
        self,
        cdr: Cdr,
        began_ms: int,
        habits: Habits,
        agenda: Agenda,
        towards: Towards,
        new: Mapping[str, set[str]],
    ) -> None:
        super().__init__()
        self.guesses: set[str] = set()
        self._cdr, self._began_ms = cdr, began_ms
        self._habits, self._agenda, self._towards, self._new = habits, agenda, towards, new
        self._passes: dict[str, deque[Mapping[str, Any]]] = {}
        for step in cdr["trail"]:
            self._passes.setdefault(step["node"], deque()).append(step)
        self._legs: dict[str, deque[Mapping[str, Any]]] = {}
        for leg in cdr["legs"]:
            self._legs.setdefault(leg["number"], deque()).append(leg)
        self._at: Step | None = None
        self._real: Mapping[str, Any] | None = None
        self._answers: deque[str] = deque()
        self._left_ms = 0
        self._joined_ms = 0
        self._queue: tuple[str, ...] = ()
        self._offers: deque[TurnInQueue] = deque()
        self._missed_ms: dict[str, int] = {}

    # Keys

    def _enter(self, world: World) -> Mapping[str, Any] | None:
        """The step of the real call in which this one is, None for a step that it did not take."""
        if world.step is not self._at:
            self._at = world.step
            passes = self._passes.get(self._at.node)
            real = self._real = passes.popleft() if passes else None
            node = world.walk.snapshot.document.nodes.get(world.step.node)
            self._answers = deque(answers(node, real, self._extension(world)) if real else ())
            self._left_ms = self._asked_ms(real) if real else 0
        return self._real

    def _asked_ms(self, real: Mapping[str, Any]) -> int:
        """How long the step asked him: until a phone rang in it, or it was over."""
        rang = (leg["at_ms"] for leg in self._cdr["legs"] if leg["node"] == real["node"])
        return int(min([real["end_ms"], *(at for at in rang if at >= real["at_ms"])]) - real["at_ms"])

    def _extension(self, world: World) -> str:
        """The extension that he dialled in this step, "" for none."""
        rung = [leg["number"] for leg in self._cdr["legs"] if leg["node"] == world.step.node]
        phones = world.walk.snapshot.assets.phones.values()
        return next((phone.extension for phone in phones if rung and phone.number == rung[-1]), "")

    def keys(self, world: World, command: Collect, prompts_ms: int) -> Pressed:
        if self._enter(world) is None:
            return self._unasked(world)
        keys, silence_ms = self._answers.popleft() if self._answers else "", prompts_ms + command.timeout_ms
        if not keys:
            self._left_ms -= silence_ms
            return Pressed()
        silent = self._answers.count("")
        after_ms = max(0, self._left_ms - silent * silence_ms) // (1 + len(self._answers) - silent)
        self._left_ms -= after_ms
        waits_on = len(keys) < command.max_digits and not set(keys) & set(command.terminators)
        return Pressed(keys, max(0, after_ms - command.interdigit_ms * waits_on))

    def _unasked(self, world: World) -> Pressed:
        """A question that nobody has asked him: he wants to where he went, or what he really pressed is meant for it."""
        self.guesses.add("keys")
        for step in reversed(self._cdr["trail"]):
            if key := self._towards(world.step.node, step["node"]):
                return Pressed(key)
        return Pressed()

    def says_ms(self, world: World, command: Record, prompts_ms: int) -> int:
        real = self._enter(world)
        length = int(real.get("message_ms", 0)) if real else 0
        return command.max_s * 1000 if length and real and not real["exit"] else length  # he hung up speaking

    # Phones

    def phone(self, world: World, phone: Phone, ring_s: int) -> Behaviour:
        if self._free_ms(phone.number, world.now_ms) > world.now_ms:
            return Behaviour(Manner.IN_OUR_CALL)
        if legs := self._legs.get(phone.number):
            return self._as_it_did(legs.popleft(), ring_s)
        self.guesses.add("phone")
        return self._as_usual(phone.number)

    def _as_it_did(self, leg: Mapping[str, Any], ring_s: int) -> Behaviour:
        if leg["cause"] == IN_OUR_CALL:
            return Behaviour(Manner.IN_OUR_CALL)
        if leg["result"] == "answered":
            return Behaviour(Manner.ANSWERS, leg["ring_ms"] / 1000, leg["talk_ms"] / 1000)
        if leg["result"] in MANNERS:
            return Behaviour(MANNERS[leg["result"]])
        if leg["result"] == "cancelled":  # it had not answered by then
            usual = self._as_usual(leg["number"])
            return Behaviour(usual.manner, max(usual.after_s, leg["ring_ms"] / 1000 + 1), usual.talk_s)
        if ring_s * 1000 > leg["ring_ms"] + SLACK_MS:
            self.guesses.add("longer")
        return Behaviour(Manner.NO_ANSWER)

    def _as_usual(self, number: str) -> Behaviour:
        """By chance, which the call decides: over many calls the phone's average comes out."""
        habit = self._habits.of(number)
        chance = Random(f"{self._cdr['call_id']}:{number}").random()
        talk_s = self._cdr["talk_ms"] / 1000 or habit.talk_s
        return Behaviour(
            Manner.ANSWERS if chance < habit.answers else Manner.NO_ANSWER, habit.after_s, talk_s
        )

    def rings(self, world: World, command: Dial, rung: Round) -> None:
        """Who is answered in time does not hang up for having waited too long."""
        ends_ms = world.now_ms + rung.ring_ms
        if rung.winner and world.hangs_up_ms is not None and ends_ms <= world.hangs_up_ms:
            world.hangs_up_ms = None

    def talk_ms(self, world: World, winner: Rung) -> int:
        return round(winner.talk_s * 1000)

    def dialled(self, world: World, dialled: Dialled) -> None:
        for leg in dialled.legs:
            if not dialled.phone:
                self._missed_ms[leg.phone] = world.now_ms

    # Queues

    def joins(self, world: World, command: Join) -> Stands:
        real = self._enter(world)
        self._joined_ms, self._queue = world.now_ms, command.phones
        self._offers = deque(self._real_offers(world)) if real else deque()
        if real and "place" not in real and real["exit"] in ("full", "no_agents"):
            return Stands(0, full=real["exit"] == "full")
        return Stands(real.get("place", 1) if real else 1)

    def _real_offers(self, world: World) -> Iterator[TurnInQueue]:
        """The phones that the real queue offered, as far as they are in this one, by the time since he joined."""
        by_number = {world.walk.snapshot.assets.phones[id].number: id for id in self._queue}
        offers: dict[int, list[str]] = {}
        for leg in self._cdr["legs"]:
            if self._real and leg["node"] == self._real["node"] and leg["number"] in by_number:
                offers.setdefault(leg["at_ms"] - self._real["at_ms"], []).append(by_number[leg["number"]])
        return (TurnInQueue(after_ms, tuple(phones)) for after_ms, phones in sorted(offers.items()))

    def waits(self, world: World, command: WaitTurn) -> TurnInQueue:
        """The first thing that happens: phones are offered as they were, another is free, he leaves as he did, nothing."""
        place = self._real.get("place", 1) if self._real else 1
        nothing = TurnInQueue(command.seconds * 1000, place=place)
        offered = self._as_offered(world)
        turns = [turn for turn in (offered, self._free(world), self._left(world, command.seconds)) if turn]
        first = min([*turns, nothing], key=lambda turn: turn.after_ms)
        if first is offered:
            self._offers.popleft()
        return first

    def _as_offered(self, world: World) -> TurnInQueue | None:
        if not self._offers:
            return None
        due, phones = self._joined_ms + self._offers[0].after_ms, self._offers[0].phones
        known = world.walk.snapshot.assets.phones
        free_ms = min(self._free_ms(known[id].number, max(due, world.now_ms)) for id in phones)
        return TurnInQueue(free_ms - world.now_ms, phones)

    def _free_ms(self, number: str, at_ms: int) -> int:
        """When, counted from the call's begin, a phone is in no call before this one; a moment more or less is none."""
        free_ms = self._agenda.free_at(number, self._began_ms + at_ms) - self._began_ms
        return free_ms if free_ms > at_ms + SLACK_MS else at_ms

    def _free(self, world: World) -> TurnInQueue | None:
        """A phone of which the real queue does not tell: free when no call has it, and not just missed."""
        phones = world.walk.snapshot.assets.phones
        unknown = self._new.get(world.step.node, set()) if self._real else None
        free: dict[str, int] = {}
        for id in self._queue:
            if unknown is None or phones[id].number in unknown:
                since = max(world.now_ms, self._missed_ms.get(id, -REST_MS) + REST_MS)
                free[id] = self._free_ms(phones[id].number, since)
        first = min(free, key=lambda id: free[id], default="")
        return TurnInQueue(free[first] - world.now_ms, (first,)) if first else None

    def _left(self, world: World, seconds: int) -> TurnInQueue | None:
        """How the real stay ended by a key, or because nobody was on duty any more; then he was told so in its last moments."""
        way = self._real["exit"] if self._real else ""
        if not self._real or not way or (way not in KEYS and way not in ("callback", "no_agents")):
            return None
        after_ms = max(0, self._joined_ms + self._real["end_ms"] - self._real["at_ms"] - world.now_ms)
        if way != "no_agents":
            return TurnInQueue(after_ms, pressed=str(self._real.get("keys", ""))[-1:])
        is_last = after_ms <= seconds * 1000 + FAREWELL_MS
        return TurnInQueue(min(after_ms, seconds * 1000), place=0) if is_last else None

    # What nobody hears

    def turn(self, world: World, command: NextTurn) -> int:
        """The turn that began with the phone that was rung first."""
        node = world.walk.snapshot.document.nodes.get(world.step.node)
        first = next((leg["number"] for leg in self._cdr["legs"] if leg["node"] == world.step.node), "")
        if isinstance(node, Hunt) and first:
            phones = world.walk.snapshot.assets.phones
            members = [
                phones[m.phone].number for m in node.members(world.walk.snapshot.assets, world.walk.call.now)
            ]
            return members.index(first) if first in members else 0
        return super().turn(world, command)

    def rank(self, world: World, command: RankIdle) -> tuple[str, ...]:
        phones = world.walk.snapshot.assets.phones
        rung = [leg["number"] for leg in self._cdr["legs"] if leg["node"] == world.step.node]
        places = {number: place for place, number in reversed(list(enumerate(rung)))}
        return tuple(sorted(command.phones, key=lambda id: places.get(phones[id].number, len(rung))))

    def recall(self, world: World, command: RecallPhone) -> str:
        rung = {leg["number"] for leg in self._cdr["legs"] if leg["node"] == world.step.node}
        phones = world.walk.snapshot.assets.phones.values()
        return next((phone.id for phone in phones if phone.number in rung), "")

    def reply(self, world: World, command: CallWebhook) -> Replied:
        real = self._enter(world)
        if real is None:
            self.guesses.add("web")
            return Replied(problem="nobody asked it")
        own = f"{world.step.node}."
        variables = self._cdr.get("variables", {}).items()
        told = ((name.removeprefix(own), value) for name, value in variables)
        return Replied(exit=real["exit"], variables=tuple(told))
