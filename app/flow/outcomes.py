"""What came of a command: frozen values, past tense.

Each outcome knows `at_ms`, the milliseconds since the call began at its first controller, so that a replay rebuilds
the times too. `encode` and `decode` are the one place that knows how outcomes look as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar


class DialResult(StrEnum):
    """How ringing a phone ended, as far as routing cares. Q.850 causes map onto it in calls/causes.py."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    UNREACHABLE = "unreachable"
    REJECTED = "rejected"
    CANCELLED = "cancelled"  # stopped ringing because another phone answered, or the caller hung up


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Base of all outcomes."""

    name: ClassVar[str]
    at_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(Outcome):
    name: ClassVar[str] = "answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Played(Outcome):
    """`complete` is false when the sound could not be played to its end (a missing file); `problem` says why."""

    name: ClassVar[str] = "played"
    complete: bool = True
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected(Outcome):
    """The keys that the caller pressed; empty when he pressed none in time. `problem` says what went wrong meanwhile."""

    name: ClassVar[str] = "collected"
    digits: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg(Outcome):
    """One phone that was rung: `at_ms` when the ringing began, how long it rang and talked, and why it ended."""

    name: ClassVar[str] = "leg"
    phone: str
    result: DialResult
    cause: str
    ring_ms: int = 0
    talk_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialled(Outcome):
    """`phone` is the one that answered ("" if none), `ended_by` is "caller" or "callee" after a conversation.

    `problem` says why phones were not even rung that should have been.
    """

    name: ClassVar[str] = "dialled"
    result: DialResult
    phone: str = ""
    talk_ms: int = 0
    ended_by: str = ""
    legs: tuple[Leg, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn(Outcome):
    """The counter's value, counted from 0."""

    name: ClassVar[str] = "turn"
    n: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded(Outcome):
    """`file` is relative to the recordings folder, "" when nothing was said; `length_ms` of it."""

    name: ClassVar[str] = "recorded"
    file: str = ""
    length_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked(Outcome):
    name: ClassVar[str] = "ranked"
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled(Outcome):
    """The phone that this caller talked to last; "" when there is none."""

    name: ClassVar[str] = "recalled"
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined(Outcome):
    """`place` counts from 1; 0 and `full` when the queue takes nobody more, 0 alone when nobody is on duty in it."""

    name: ClassVar[str] = "joined"
    place: int = 0
    full: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited(Outcome):
    """One of: a `phone` is held for the caller, he `pressed` a key, or the time is up.

    In a queue that rings all at once, `phones` are held with it: the others that were free.
    `place` counts from 1, 0 when the time is up and nobody is on duty any more. `eta_s` is the estimated wait, -1
    when nobody can tell.
    """

    name: ClassVar[str] = "waited"
    phone: str = ""
    pressed: str = ""
    place: int = 0
    eta_s: int = -1
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Left(Outcome):
    name: ClassVar[str] = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised(Outcome):
    """`kept` is false when no call-back can be promised: no number, too many, or the queue is not there."""

    name: ClassVar[str] = "promised"
    kept: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFound(Outcome):
    """`state` is available, break, wrap_up, rest or offline."""

    name: ClassVar[str] = "agent_found"
    state: str = "available"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSet(Outcome):
    name: ClassVar[str] = "agent_set"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replied(Outcome):
    """What a web service said: the name of an exit and variables; `problem` when it said nothing useful."""

    name: ClassVar[str] = "replied"
    exit: str = ""
    variables: tuple[tuple[str, str], ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent(Outcome):
    name: ClassVar[str] = "sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated(Outcome):
    name: ClassVar[str] = "rated"


KINDS: dict[str, type[Outcome]] = {
    kind.name: kind
    for kind in (
        *(Answered, Played, Collected, Leg, Dialled, Turn, Recorded, Ranked, Recalled),
        *(Joined, Waited, Left, Promised, AgentFound, AgentSet, Replied, Sent, Rated),
    )
}


def encode(outcome: Outcome) -> dict[str, Any]:
    """The outcome as JSON values; fields that hold their default are left out."""
    encoded: dict[str, Any] = {"is": outcome.name}
    kind: Any = type(outcome)
    for name, default in _defaults(kind):
        value = getattr(outcome, name)
        if value != default:
            encoded[name] = [encode(leg) for leg in value] if name == "legs" else value
    return encoded


@cache
def _defaults(kind: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((field.name, field.default) for field in fields(kind))


def decode(encoded: Mapping[str, Any]) -> Outcome:
    """The outcome that `encode` made; KeyError or TypeError when it is none."""
    values = dict(encoded)
    kind = KINDS[values.pop("is")]
    if "legs" in values:
        values["legs"] = tuple(decode(leg) for leg in values["legs"])
    if "phones" in values:
        values["phones"] = tuple(values["phones"])
    if "variables" in values:
        values["variables"] = tuple((str(name), str(value)) for name, value in values["variables"])
    if "result" in values:
        values["result"] = DialResult(values["result"])
    return kind(**values)
