"""A world that is made up: carries out a walk's commands as somebody decides what people do. Pure.

The clock is the call's own and jumps. Beside the decisions everything goes as with a real switch: what is asked of
the world, when the caller is gone, which legs a record has. Trial calls (trial.py) and last week's calls under a draft
(whatif.py) differ in nothing but who decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.calls.causes import BARRED, IN_OUR_CALL
from app.calls.decisions import Decisions, Scene
from app.calls.rung import Round, Rung, fate, gather
from app.errors import CallerHungUp
from app.flow.commands import (
    Answer,
    CallWebhook,
    Collect,
    Command,
    Dial,
    Hangup,
    Join,
    Leave,
    LookUpAgent,
    NextTurn,
    Notify,
    Play,
    PromiseCallback,
    RankIdle,
    Rate,
    RecallPhone,
    Record,
    SetAgent,
    WaitTurn,
)
from app.flow.interpreter import Step, Walk
from app.flow.outcomes import (
    AgentFound,
    AgentSet,
    Answered,
    Collected,
    Dialled,
    DialResult,
    Joined,
    Left,
    Outcome,
    Played,
    Promised,
    Ranked,
    Rated,
    Recalled,
    Recorded,
    Replied,
    Sent,
    Turn,
    Waited,
)
from app.flow.snapshot import Prompt
from app.flow.system_prompts import system_prompt
from app.routing.dialling_rules import may_dial

ON_CHANNEL = (Answer, Play, Collect, Dial, Record, WaitTurn)
"""What needs the caller; everything else can be done after he has hung up."""

FORGETS_KEYS = (Dial, Join, Record, WaitTurn)
CHARACTER_MS = 230  # of a prompt that nobody has measured
SHORTEST_MS = 1000
BEEP_MS = 1000
PRESSES_MS = 1000  # until who is asked to press 1 has done so


@dataclass(slots=True)
class World:
    """`do` carries out one command, as a driver does. Times in milliseconds since the call began.

    hangs_up_ms  when the caller hangs up, None: not before the end
    tell         is told what the caller comes to hear, for those who want to hear it too
    """

    walk: Walk
    decide: Decisions
    hangs_up_ms: int | None = None
    tell: Callable[[Scene], object] | None = None
    now_ms: int = 0
    is_gone: bool = False
    _ahead: str = ""  # keys that were pressed before they were asked for

    def do(self, command: Command) -> Outcome | None:
        """CallerHungUp when he goes, with what had come of the command until then."""
        if self.is_gone and isinstance(command, ON_CHANNEL):
            raise CallerHungUp
        if isinstance(command, FORGETS_KEYS):
            self._ahead = ""
        outcome: Outcome | None = _ACTS[type(command)](self, command)
        return outcome

    @property
    def step(self) -> Step:
        """Where in the flow the call is."""
        return self.walk.trail[-1]

    def prompts(self, ids: Sequence[str]) -> tuple[Prompt, ...]:
        """The prompts as this caller hears them; unknown ones are left out."""
        language = self.walk.call.variables.get("language", "")
        known = self.walk.snapshot.assets.prompts
        found = (known.get(id) or system_prompt(id) for id in ids)
        return tuple(prompt.in_(language) for prompt in found if prompt)

    # Time

    def _passes(self, ms: int) -> bool:
        """Let time pass; False when the caller hung up meanwhile."""
        end = self.now_ms + ms
        if self.hangs_up_ms is not None and self.hangs_up_ms < end:
            self.now_ms, self.is_gone = max(self.now_ms, self.hangs_up_ms), True
            return False
        self.now_ms = end
        return True

    def _pass(self, ms: int) -> None:
        if not self._passes(ms):
            raise CallerHungUp

    def _scene(self, kind: str, ms: int = 0, **more: Any) -> None:
        if self.tell:
            self.tell(Scene(kind, self.step.node, self.now_ms, ms, **more))

    # What the caller hears and presses

    def _play(self, command: Play) -> Played:
        prompts = self.prompts(command.prompts)
        ms = length_ms(prompts)
        self._scene("play", ms, prompts=prompts)
        self._pass(ms)
        return Played(at_ms=self.now_ms)

    def _collect(self, command: Collect) -> Collected:
        digits, is_whole = self._take(command)
        if not is_whole:
            self._ask(command, is_begun=bool(digits))
            digits, _ = self._take(command, digits)
        return Collected(digits=digits, at_ms=self.now_ms)

    def _take(self, command: Collect, begun: str = "") -> tuple[str, bool]:
        """Keys that were pressed so far, and whether they are all that is asked for; what is more stays for later."""
        pressed, keys = begun, self._ahead
        while keys and len(pressed) < command.max_digits:
            key, keys = keys[0], keys[1:]
            if key in command.terminators:
                self._ahead = keys
                return pressed, True
            pressed += key
        self._ahead = keys
        return pressed, len(pressed) == command.max_digits

    def _ask(self, command: Collect, *, is_begun: bool) -> None:
        prompts = () if is_begun else self.prompts(command.prompts)
        ms = length_ms(prompts)
        self._scene("ask", ms, prompts=prompts)
        pressed = self.decide.keys(self, command, ms)
        self._ahead = pressed.keys
        if not pressed.keys:
            self._pass(ms + (command.interdigit_ms if is_begun else command.timeout_ms))
            return
        self._pass(ms if pressed.after_ms is None else pressed.after_ms)
        ended = any(key in command.terminators for key in pressed.keys)
        if len(pressed.keys) + is_begun < command.max_digits and not ended:
            self._pass(command.interdigit_ms)

    def _record(self, command: Record) -> Recorded:
        prompts = self.prompts(command.prompts)
        ms = length_ms(prompts) + BEEP_MS
        self._scene("record", ms, prompts=prompts)
        says_ms = min(self.decide.says_ms(self, command, ms), command.max_s * 1000)
        self._pass(ms)
        began = self.now_ms
        if not self._passes(says_ms or command.silence_s * 1000):
            length = self.now_ms - began if says_ms else 0
            raise CallerHungUp(outcome=self._message(length) if length >= SHORTEST_MS else None)
        return self._message(says_ms)

    def _message(self, length: int) -> Recorded:
        if length < SHORTEST_MS:
            return Recorded(at_ms=self.now_ms)
        return Recorded(file="voicemail/trial.wav", length_ms=length, at_ms=self.now_ms)

    # Phones

    def _dial(self, command: Dial) -> Dialled:
        legs = self._legs(command)
        self._scene("ring", 0, phones=command.phones)
        greeting = length_ms(self.prompts(command.whisper)) + (PRESSES_MS if command.confirm else 0)
        rung = gather(legs, self.now_ms, greeting)
        self.decide.rings(self, command, rung)
        if not self._passes(rung.ring_ms):
            raise CallerHungUp(outcome=rung.given_up(self.now_ms))
        dialled = self._talk(rung, rung.winner) if rung.winner else rung.failed(self.now_ms)
        if not dialled.phone:
            self._scene("rung", legs=dialled.legs)
        self.decide.dialled(self, dialled)
        return dialled

    def _legs(self, command: Dial) -> list[Rung]:
        """Each phone with what it would do; a number that is rung already, or may not be, is not rung."""
        found, seen = [], set[str]()
        rings_s = command.rings_s or (command.ring_timeout_s,) * len(command.phones)
        for id, ring_s in zip(command.phones, rings_s, strict=True):
            phone = self.walk.snapshot.assets.phones[id]
            if may_dial(phone.number, self.walk.snapshot.assets.dialling):
                found.append(Rung(id, 0, BARRED))
            elif phone.number in seen:
                found.append(Rung(id, 0, IN_OUR_CALL))
            else:
                behaves = self.decide.phone(self, phone, ring_s)
                found.append(fate(id, behaves, ring_s, asks_key=command.confirm))
            seen.add(phone.number)
        return found

    def _talk(self, rung: Round, winner: Rung) -> Dialled:
        self._scene("talk", 0, phones=(winner.phone,))
        began = self.now_ms
        stays = self._passes(self.decide.talk_ms(self, winner))
        return Dialled(
            result=DialResult.ANSWERED,
            phone=winner.phone,
            talk_ms=self.now_ms - began,
            ended_by="callee" if stays else "caller",
            legs=rung.legs(self.now_ms - began),
            at_ms=self.now_ms,
        )

    # Queues

    def _join(self, command: Join) -> Joined:
        stands = self.decide.joins(self, command)
        return Joined(place=stands.place, full=stands.full, at_ms=self.now_ms)

    def _wait(self, command: WaitTurn) -> Waited:
        self._scene("wait", command.seconds * 1000, prompts=self.prompts((command.music,)))
        turn = self.decide.waits(self, command)
        self._pass(turn.after_ms)
        return Waited(
            phone=turn.phones[0] if turn.phones else "",
            phones=turn.phones[1:],
            pressed=turn.pressed,
            place=turn.place,
            eta_s=turn.eta_s,
            at_ms=self.now_ms,
        )

    # What needs no caller

    def _turn(self, command: NextTurn) -> Turn:
        return Turn(n=self.decide.turn(self, command), at_ms=self.now_ms)

    def _rank(self, command: RankIdle) -> Ranked:
        return Ranked(phones=self.decide.rank(self, command), at_ms=self.now_ms)

    def _recall(self, command: RecallPhone) -> Recalled:
        return Recalled(phone=self.decide.recall(self, command), at_ms=self.now_ms)

    def _reply(self, command: CallWebhook) -> Replied:
        reply = self.decide.reply(self, command)
        return Replied(exit=reply.exit, variables=reply.variables, problem=reply.problem, at_ms=self.now_ms)

    def _hang_up(self, _: Hangup) -> None:
        """The walk ends by itself."""


def length_ms(prompts: Sequence[Prompt]) -> int:
    """How long prompts take: as measured, else as long as it takes to say the text."""
    return sum(prompt.duration_ms or max(SHORTEST_MS, CHARACTER_MS * len(prompt.text)) for prompt in prompts)


def _done(kind: type[Outcome]) -> Callable[[World, Command], Outcome]:
    return lambda world, _command: kind(at_ms=world.now_ms)


_ACTS: dict[type[Command], Callable[[Any, Any], Outcome | None]] = {
    Play: World._play,
    Collect: World._collect,
    Record: World._record,
    Dial: World._dial,
    Join: World._join,
    WaitTurn: World._wait,
    NextTurn: World._turn,
    RankIdle: World._rank,
    RecallPhone: World._recall,
    CallWebhook: World._reply,
    Hangup: World._hang_up,
    Answer: _done(Answered),
    PromiseCallback: _done(Promised),
    LookUpAgent: _done(AgentFound),
    SetAgent: _done(AgentSet),
    Leave: _done(Left),
    Notify: _done(Sent),
    Rate: _done(Rated),
}
