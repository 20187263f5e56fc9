"""What people do in a world that is made up (scripted.py): the questions it asks, and what may be answered. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

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
from app.flow.outcomes import Dialled, Leg, Replied
from app.flow.snapshot import Phone, Prompt

if TYPE_CHECKING:
    from app.calls.rung import Round, Rung
    from app.calls.scripted import World

ANSWERS_AFTER_S = 4.0
TALKS_S = 20.0


class Manner(StrEnum):
    """What a phone does when it is rung."""

    ANSWERS = "answers"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    OFF = "off"
    REJECTS = "rejects"
    MAILBOX = "mailbox"  # picks up by itself and presses no key
    IN_OUR_CALL = "in_our_call"  # is not even rung


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How a phone behaves; seconds until it answers and of the talk."""

    manner: Manner = Manner.ANSWERS
    after_s: float = ANSWERS_AFTER_S
    talk_s: float = TALKS_S


@dataclass(frozen=True, slots=True)
class Pressed:
    """Keys, the last of them so long after the question began; None: as soon as it has been asked."""

    keys: str = ""
    after_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Stands:
    """A caller's place in a queue from 1; 0 when it takes nobody, because it is `full` or nobody is on duty."""

    place: int = 1
    full: bool = False


@dataclass(frozen=True, slots=True)
class TurnInQueue:
    """What ends a spell of waiting after so long: phones that are free, a key, or neither."""

    after_ms: int
    phones: tuple[str, ...] = ()
    pressed: str = ""
    place: int = 0
    eta_s: int = -1


@dataclass(frozen=True, slots=True)
class Scene:
    """Something that the caller comes to hear: "play", "ask", "record", "ring", "rung", "talk" or "wait".

    `at_ms` is when it begins, `length_ms` how long its sounds take; `phones` are ids; `legs` those that did not answer.
    """

    kind: str
    node: str
    at_ms: int
    length_ms: int
    prompts: tuple[Prompt, ...] = ()
    phones: tuple[str, ...] = ()
    legs: tuple[Leg, ...] = ()


@dataclass
class Decisions:
    """A caller who presses nothing and waits, phones that answer, queues without anybody ahead."""

    turns: dict[str, int] = field(default_factory=dict)

    def keys(self, world: World, command: Collect, prompts_ms: int) -> Pressed:
        """What the caller presses; no keys: nothing in time."""
        return Pressed()

    def says_ms(self, world: World, command: Record, prompts_ms: int) -> int:
        """How long the message is that he leaves, 0 for none."""
        return 0

    def phone(self, world: World, phone: Phone, ring_s: int) -> Behaviour:
        """How a phone behaves that is rung now."""
        return Behaviour()

    def rings(self, world: World, command: Dial, rung: Round) -> None:
        """Phones begin to ring."""

    def talk_ms(self, world: World, winner: Rung) -> int:
        """How long the person who answered talks before he hangs up."""
        return round(winner.talk_s * 1000)

    def dialled(self, world: World, dialled: Dialled) -> None:
        """What became of phones that rang."""

    def joins(self, world: World, command: Join) -> Stands:
        """Where the caller stands in a queue that he enters."""
        return Stands()

    def waits(self, world: World, command: WaitTurn) -> TurnInQueue:
        """What comes of waiting there."""
        return TurnInQueue(command.seconds * 1000, place=1)

    def turn(self, world: World, command: NextTurn) -> int:
        """The next number of a counter."""
        self.turns[command.counter] = self.turns.get(command.counter, -1) + 1
        return self.turns[command.counter]

    def rank(self, world: World, command: RankIdle) -> tuple[str, ...]:
        """Phones by how long they have not talked."""
        return command.phones

    def recall(self, world: World, command: RecallPhone) -> str:
        """The phone that this caller talked to last."""
        return ""

    def reply(self, world: World, command: CallWebhook) -> Replied:
        """What a web service says."""
        return Replied(problem="nobody asked it")
