"""Carries out a flow's commands on a FreeSWITCH channel: one short method per command.

Where nothing depends on a reply, commands are sent back to back: a reply costs the caller a 20 ms frame.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.errors import CallerHungUp, CommandRefused, DeadlinePassed, FlowError
from app.flow.commands import Answer, Collect, Command, Dial, Hangup, NextTurn, Play
from app.flow.dialling import most_telling
from app.flow.outcomes import Answered, Collected, Dialled, DialResult, Leg, Outcome, Played, Turn
from app.flow.snapshot import Phone, Prompt, Snapshot
from app.settings import Trunk
from app.telephony import arguments
from app.telephony.arguments import Argument
from app.telephony.causes import dial_result
from app.telephony.channel import Channel
from app.telephony.conversation import Conversation
from app.telephony.dialstring import DialLeg, dial_string
from app.telephony.event import Event

MAX_TALK_S = 4 * 3600
MAX_PROMPT_S = 600  # for prompts whose length nobody knows
MARGIN_S = 10.0  # beyond what a command takes by itself, before we call FreeSWITCH silent

KEYS_VARIABLE = "hotline_keys"
QUIET = ("answer", "hangup", "multiset", "pre_answer")  # nobody waits for these to complete
CHANNEL_VARIABLES: dict[str, str | int | bool] = {
    "continue_on_fail": True,  # a phone that does not answer must not end the caller's call
    "hangup_after_bridge": False,  # nor one that hangs up after talking: a survey may follow
    "preserve_originated_vars": False,  # each bridge tells of its own phones only
    "playback_terminators": "none",
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the driver needs to know of the installation. `next_turn` takes a counter's name and gives its next value."""

    trunk: Trunk
    prompts_dir: str
    next_turn: Callable[[str], int]


class Driver:
    """One call's driver. `do` carries out one command and returns its outcome; CallerHungUp when the caller goes."""

    def __init__(self, channel: Channel, snapshot: Snapshot, around: Surroundings) -> None:
        self._channel, self._snapshot, self._around = channel, snapshot, around
        self._began_us = channel.switch_us

    def do(self, command: Command) -> Outcome | None:
        return _METHODS[type(command)](self, command)

    def elapsed_ms(self) -> int:
        """Milliseconds from the call's begin to FreeSWITCH's last word, by FreeSWITCH's clock.

        Not ours: what counts is when things happened to the caller, not when we came to hear of them.
        """
        return max(0, self._channel.switch_us - self._began_us) // 1000

    def _answer(self, command: Answer) -> Answered:
        self._channel.execute("answer", wait=False)
        return Answered(at_ms=self.elapsed_ms())

    def _play(self, command: Play) -> Played:
        prompts = [self._prompt(prompt) for prompt in command.prompts]
        done = self._run("playback", self._sound(prompts), _seconds(prompts))
        problem = _playback_problem(done)
        return Played(complete=not problem, problem=problem, at_ms=self.elapsed_ms())

    def _collect(self, command: Collect) -> Collected:
        prompts = [self._prompt(prompt) for prompt in command.prompts]
        done = self._ask(command, self._sound(prompts), _seconds(prompts))
        problem = ""
        if not done.header("variable_read_result"):
            # FreeSWITCH asks for no key when it cannot play the prompt: give the caller his chance in silence.
            problem = "prompt could not be played: " + " ".join(command.prompts)
            done = self._ask(command, arguments.silence(1), 0)
        return Collected(
            digits=done.header(f"variable_{KEYS_VARIABLE}"), problem=problem, at_ms=self.elapsed_ms()
        )

    def _ask(self, command: Collect, sound: Argument, sound_s: float) -> Event:
        argument = arguments.digits_to_collect(
            sound,
            min_digits=command.min_digits,
            max_digits=command.max_digits,
            timeout_ms=command.timeout_ms,
            interdigit_ms=command.interdigit_ms,
            terminators=command.terminators,
            variable=KEYS_VARIABLE,
        )
        keys_s = (command.timeout_ms + command.interdigit_ms * command.max_digits) / 1000
        return self._run("play_and_get_digits", argument, sound_s + keys_s)

    def _dial(self, command: Dial) -> Dialled:
        phones = {str(uuid.uuid4()): self._snapshot.assets.phones[phone] for phone in command.phones}
        legs = [DialLeg(leg, phone.number, command.ring_timeout_s) for leg, phone in phones.items()]
        ringing = _Ringing(phones, self.elapsed_ms())
        self._channel.conversation = None
        bridge = dial_string(legs, self._around.trunk)
        # While people talk they must outlive us: with socket_resume FreeSWITCH would take their call apart if we died.
        self._channel.set(socket_resume=False)
        try:
            done = self._run("bridge", bridge, command.ring_timeout_s + MAX_TALK_S)
        except CallerHungUp as gone:
            if talk := self._talk():
                return ringing.talked(talk, self.elapsed_ms())
            raise CallerHungUp(gone.cause, ringing.given_up(self.elapsed_ms())) from gone
        self._channel.set(socket_resume=True)
        if talk := self._talk():
            return ringing.talked(talk, self.elapsed_ms())
        return ringing.failed(done, self.elapsed_ms())

    def _talk(self) -> Conversation | None:
        return self._channel.conversation

    def _next_turn(self, command: NextTurn) -> Turn:
        return Turn(n=self._around.next_turn(command.counter), at_ms=self.elapsed_ms())

    def _hangup(self, command: Hangup) -> None:
        self._channel.hangup(command.cause)

    def _run(self, application: str, argument: Argument, seconds: float) -> Event:
        """Run to completion. What FreeSWITCH refuses or never finishes is the flow's trouble: its fallback takes over."""
        try:
            done = self._channel.execute(application, argument, wait=True, deadline_s=seconds + MARGIN_S)
        except (CommandRefused, DeadlinePassed) as bad:
            raise FlowError(f"{application}: {bad}") from bad
        assert done is not None
        return done

    def _prompt(self, prompt: str) -> Prompt:
        return self._snapshot.assets.prompts[prompt]

    def _sound(self, prompts: Iterable[Prompt]) -> Argument:
        return arguments.files([f"{self._around.prompts_dir}/{prompt.file}" for prompt in prompts])


_METHODS: dict[type[Command], Callable[..., Outcome | None]] = {
    Answer: Driver._answer,
    Play: Driver._play,
    Collect: Driver._collect,
    Dial: Driver._dial,
    NextTurn: Driver._next_turn,
    Hangup: Driver._hangup,
}


class _Ringing:
    """The phones that ring, by the UUID of their leg, and what becomes of them."""

    def __init__(self, phones: dict[str, Phone], at_ms: int) -> None:
        self._phones, self._at_ms = phones, at_ms

    def talked(self, talk: Conversation, at_ms: int) -> Dialled:
        """One answered. `at_ms` is now, after the talk."""
        ring_ms = max(0, at_ms - talk.talk_ms - self._at_ms)
        legs = self._legs(talk.causes, "LOSE_RACE", ring_ms)
        answerer = talk.peer if talk.peer in self._phones else next(iter(self._phones))
        phone = self._phones[answerer]
        legs[answerer] = self._leg(phone, "SUCCESS", ring_ms, talk.talk_ms)
        return Dialled(
            result=DialResult.ANSWERED,
            phone=phone.id,
            talk_ms=talk.talk_ms,
            ended_by=talk.ended_by if talk.ended_by != "controller" else "",
            legs=tuple(legs.values()),
            at_ms=at_ms,
        )

    def failed(self, done: Event, at_ms: int) -> Dialled:
        """None answered; each phone has its own cause."""
        whole = done.header("variable_originate_disposition") or "NONE"
        causes = done.texts("variable_originate_causes") if len(self._phones) > 1 else ()
        legs = tuple(self._legs(causes, whole, at_ms - self._at_ms).values())
        result = DialResult(most_telling([leg.result for leg in legs]))
        return Dialled(result=result, legs=legs, at_ms=at_ms)

    def given_up(self, at_ms: int) -> Dialled:
        """The caller hung up while they rang."""
        legs = tuple(self._legs((), "ORIGINATOR_CANCEL", at_ms - self._at_ms).values())
        return Dialled(result=DialResult.CANCELLED, legs=legs, at_ms=at_ms)

    def _legs(self, causes: Iterable[str], otherwise: str, ring_ms: int) -> dict[str, Leg]:
        """The legs by UUID, each with its own cause where FreeSWITCH gave one."""
        given = dict(
            text.split(";", 1) for text in causes if ";" in text and not text.endswith((";NONE", ";SUCCESS"))
        )
        return {
            leg: self._leg(phone, given.get(leg, otherwise), ring_ms) for leg, phone in self._phones.items()
        }

    def _leg(self, phone: Phone, cause: str, ring_ms: int, talk_ms: int = 0) -> Leg:
        return Leg(
            phone=phone.id,
            result=dial_result(cause),
            cause=cause,
            at_ms=self._at_ms,
            ring_ms=ring_ms,
            talk_ms=talk_ms,
        )


def _seconds(prompts: Iterable[Prompt]) -> float:
    """How long the prompts play at most."""
    return sum(prompt.duration_ms / 1000 if prompt.duration_ms else MAX_PROMPT_S for prompt in prompts)


def _playback_problem(done: Event) -> str:
    response = done.header("Application-Response")
    return "" if response in ("", "_none_", "FILE PLAYED") else response
