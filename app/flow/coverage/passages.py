"""All that may come of one visit of a call to one node, found by running the node with each answer of the world.

Of answers that differ in nothing that a flow can see one is tried: a phone does not answer, is busy, cannot be reached,
rejects the call or takes it; a caller presses each key that means something, a wrong one, or none.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from app.flow.commands import (
    CallWebhook,
    Collect,
    Command,
    Dial,
    Join,
    Play,
    PromiseCallback,
    RankIdle,
    RecallPhone,
    Record,
    WaitTurn,
)
from app.flow.coverage.passage import Exchange, Passage, Rung, sound_ms
from app.flow.facts import CallFacts
from app.flow.interpreter import NEEDS_ANSWER, OUTCOME_OF
from app.flow.nodes.base import Call, Node, Outlook, Run
from app.flow.outcomes import (
    Collected,
    Dialled,
    DialResult,
    Joined,
    Leg,
    Outcome,
    Promised,
    Ranked,
    Recalled,
    Recorded,
    Replied,
    Waited,
)
from app.flow.snapshot import Assets

KEYS = "0123456789*#"
MESSAGE_MS = 10_000
MAX_COMMANDS = 2000  # of one visit: two hours in a queue are 250
HIDDEN = "••••"
NO_ANSWER, ANSWERED, BUSY, UNREACHABLE = (
    DialResult.NO_ANSWER,
    DialResult.ANSWERED,
    DialResult.BUSY,
    DialResult.UNREACHABLE,
)
RESULTS = (
    (NO_ANSWER, NO_ANSWER),
    (ANSWERED, ANSWERED),
    (BUSY, BUSY),
    (UNREACHABLE, UNREACHABLE),
    (DialResult.REJECTED, DialResult.REJECTED),
    (BUSY, UNREACHABLE),
)
"""How the first phone of a visit is, and how all others."""


@dataclass(frozen=True, slots=True)
class Enter(Command):
    """Not for the world: the node goes into a sub-flow. The way back from it is the answer."""

    flow: str


@dataclass(slots=True)
class _Visit:
    """One run of the node, with the picks made so far; where there is more to pick, the first is taken.

    `picks` are by what is picked: what the caller presses, how phones are, what the queue is like, …
    """

    node: Node
    outlook: Outlook
    assets: Assets
    picks: dict[str, int]
    came_back: str | None
    tags: Sequence[str]
    others: list[dict[str, int]] = field(default_factory=list)
    ms: int = 0
    typed: str = ""
    dialled: str = ""
    asked: int = 0
    line: tuple[str, ...] = ()
    made: dict[str, Any] = field(default_factory=dict)

    def passage(self, run: Run, variables: Mapping[str, str]) -> Passage:
        exchanges: list[Exchange] = []
        try:
            command = next(run)
            for _ in range(MAX_COMMANDS):
                if isinstance(command, Enter) and self.came_back is None:
                    run.close()
                    return self._made("", exchanges, variables, entered=command.flow)
                if isinstance(command, Enter):
                    command = run.send(self.came_back)
                    continue
                outcome = self._answer(command)
                exchanges.append(Exchange(outcome, isinstance(command, NEEDS_ANSWER)))
                command = run.send(outcome)
        except StopIteration as done:
            return self._made(str(done.value), exchanges, variables)
        raise RuntimeError(f"{self.node.id} does not come to an end")

    def _made(
        self, way: str, exchanges: Sequence[Exchange], variables: Mapping[str, str], entered: str = ""
    ) -> Passage:
        left = tuple(sorted(variables.items()))
        made = {
            **self.made,
            "rings": tuple(self.made.get("rings", ())),
            "heard": tuple(self.made.get("heard", ())),
        }
        return Passage(way, self.ms, entered, left=left, exchanges=tuple(exchanges), **made)

    def _pick(self, what: str, options: int) -> int:
        """Which of the options it is this time; the others are for runs to come."""
        if what not in self.picks:
            self.others += [{**self.picks, what: other} for other in range(1, options)]
            self.picks[what] = 0
        return self.picks[what]

    def _pick_unusual(self, what: str, options: int) -> int:
        picked = self._pick(what, options)
        if picked:
            self.made["strayed"] = True
        return picked

    def _answer(self, command: Command) -> Outcome:
        answers: dict[type[Command], Any] = {
            Play: self._played,
            Collect: self._collected,
            Dial: self._dialled,
            Record: self._recorded,
            RankIdle: lambda asked: Ranked(phones=asked.phones, at_ms=self.ms),
            RecallPhone: self._recalled,
            Join: self._joined,
            WaitTurn: self._waited,
            PromiseCallback: lambda asked: Promised(kept=not self._pick_unusual("promise", 2), at_ms=self.ms),
            CallWebhook: self._replied,
        }
        answer = answers.get(type(command))
        outcome: Outcome = answer(command) if answer else OUTCOME_OF[type(command)](at_ms=self.ms)
        return outcome

    def _hear(self, prompts: Sequence[str]) -> None:
        self.made.setdefault("heard", []).extend(prompts)
        self.ms += sum(sound_ms(self.assets.prompts.get(prompt)) for prompt in prompts)

    def _played(self, command: Play) -> Outcome:
        self._hear(command.prompts)
        return OUTCOME_OF[Play](at_ms=self.ms)

    def _collected(self, command: Collect) -> Outcome:
        self._hear(command.prompts)
        if not self.typed and "wait" not in self.picks:
            self.typed = self._press(command)
        digits = self._keys(command)
        if not digits:
            self.ms += command.timeout_ms
        return Collected(digits=digits, at_ms=self.ms)

    def _keys(self, command: Collect) -> str:
        """Of what was typed, as much as this command takes."""
        end = min(
            [command.max_digits, *(self.typed.find(key) for key in command.terminators if key in self.typed)]
        )
        digits, rest = self.typed[:end], self.typed[end:]
        self.typed = rest[1:] if rest[:1] and rest[0] in command.terminators else rest
        return digits

    def _press(self, command: Collect) -> str:
        """What the caller presses this time: one of what means something, once; or nothing, or wrong keys."""
        presses = self.outlook.presses
        picked = self._pick("press", len(presses) + (3 if self.outlook.tries > 1 else 2))
        self.asked += 1
        if picked < len(presses):
            if self.asked > 1:
                return ""
            self.dialled = presses[picked]
            self.made["pressed"] = HIDDEN if self.node.secret else self.dialled
            return self.dialled
        if picked == len(presses):
            self.made["silent"] = True
            return ""
        self.made["strayed"] = True
        is_late = picked == len(presses) + 2 and self.asked < self.outlook.tries
        return "" if is_late else _wrong(presses, command.max_digits)

    def _dialled(self, command: Dial) -> Outcome:
        """How the phones are; of many extensions only the first is tried in every way."""
        several = [press for press in self.outlook.presses if len(press) > 1]
        is_plain = "wait" in self.picks or self.dialled in several[1:]
        picked = self._pick_unusual("phones", 2 if is_plain else len(RESULTS))
        is_first = all(rung.waiting for rung in self.made.get("rings", ()))
        first, other = RESULTS[picked] if is_first else RESULTS[picked][1:] * 2
        self._ring(Rung(command.phones, self.ms, command.ring_timeout_s))
        if first is NO_ANSWER:
            self.ms += command.ring_timeout_s * 1000
        if first is ANSWERED:
            self.made["answered"] = True
            return Dialled(result=first, phone=command.phones[0], ended_by="callee", at_ms=self.ms)
        results = (first, *[other] * (len(command.phones) - 1))
        legs = (
            Leg(phone=phone, result=result, cause="", at_ms=self.ms)
            for phone, result in zip(command.phones, results, strict=True)
        )
        return Dialled(result=first, legs=tuple(legs), at_ms=self.ms)

    def _ring(self, rung: Rung) -> None:
        self.made.setdefault("rings", []).append(rung)

    def _recorded(self, command: Record) -> Outcome:
        self._hear(command.prompts)
        self.made["kept"] = True
        if self._pick_unusual("record", 2):
            self.ms += command.silence_s * 1000
            return Recorded(at_ms=self.ms)
        self.ms += MESSAGE_MS
        return Recorded(file="message.wav", length_ms=MESSAGE_MS, at_ms=self.ms)

    def _recalled(self, command: RecallPhone) -> Outcome:
        known = tuple(self.assets.phones)[:1]
        return Recalled(phone=("", *known)[self._pick_unusual("recall", 1 + len(known))], at_ms=self.ms)

    def _joined(self, command: Join) -> Outcome:
        self.line = command.phones
        how = self._pick_unusual("join", 3 if command.max_size else 2)
        return Joined(place=0 if how else 1, full=how == 2, at_ms=self.ms)

    def _waited(self, command: WaitTurn) -> Outcome:
        """Nobody becomes free; or a phone is offered, once; or a key is pressed; or nobody is on duty any more."""
        if self.line:
            self._ring(Rung(self.line, self.ms, 0, waiting=True))
        first, phones, self.line = bool(self.line), self.line, ()
        presses = self.outlook.presses
        picked = self._pick("wait", 3 + len(presses))
        if picked and first:
            if picked > 2:
                self.made["pressed"] = presses[picked - 3]
                return Waited(pressed=presses[picked - 3], place=1, at_ms=self.ms)
            self.made["strayed"] = True
            return Waited(phone=phones[0], place=1, at_ms=self.ms) if picked == 1 else Waited(at_ms=self.ms)
        self.ms += max(command.seconds, 1) * 1000
        return Waited(place=1, at_ms=self.ms)

    def _replied(self, command: CallWebhook) -> Outcome:
        exits = [name for name in self.node.exits if name != "default"]
        options = [(name, tag) for name in ("", *exits) for tag in ("", *self.tags)]
        name, tag = options[self._pick("reply", len(options))]
        self.made["reply"] = name or "default"
        return Replied(exit=name, variables=(("customer_tag", tag),) if tag else (), at_ms=self.ms)


def passages(
    node: Node,
    facts: CallFacts,
    assets: Assets,
    variables: Mapping[str, str],
    came_back: str | None = None,
    tags: Sequence[str] = (),
) -> tuple[Passage, ...]:
    """Every way through a node for a call with these facts and variables, the usual one first.

    `came_back` is the way back from the sub-flow that the node had gone into; `tags` are what a web service may give.
    """
    outlook = node.outlook(assets)
    if outlook.by_chance:
        left = tuple(sorted(variables.items()))
        return tuple(Passage(way, 0, left=left) for way in outlook.by_chance)
    found, waiting = [], [dict[str, int]()]
    while waiting:
        visit = _Visit(node, outlook, assets, waiting.pop(), came_back, tags)
        changed = dict(variables)
        call = Call(facts, assets, changed, enter=_enter, elapsed=partial(getattr, visit, "ms"))
        found.append(visit.passage(node.run(call), changed))
        waiting += reversed(visit.others)
    return tuple(found)


def _enter(flow: str) -> Generator[Command, Any, str]:
    way: str = yield Enter(flow)
    return way


def _wrong(presses: Sequence[str], longest: int) -> str:
    """Keys that mean nothing; "" where every key means something."""
    free = (key for key in KEYS if not any(press.startswith(key) for press in presses))
    return next(free, "0" * longest if "0" * longest not in presses and longest > 1 else "")
