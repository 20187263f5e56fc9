"""The phones that can be rung: each behaves as it was told; one that is in a call is busy for the next."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

MAX_PHONES = 10_000
ANSWERS = re.compile(
    r"answers?(?: after (?P<after>\d+(?:\.\d+)?))?(?: press(?:es)? (?P<presses>[0-9*#]))?(?: talks? (?P<talk>\d+(?:\.\d+)?))?"
)


class Manner(StrEnum):
    """What a phone does when it is rung."""

    ANSWERS = "answers"
    BUSY = "busy"
    NO_ANSWER = "no answer"
    REJECTS = "rejects"
    OFF = "off"
    UNALLOCATED = "unallocated"
    UNREACHABLE = "unreachable"


REFUSALS: Mapping[Manner, str] = {
    # the hangup cause of the leg, as measured for a SIP answer: see tests/wire
    Manner.BUSY: "USER_BUSY",  # 486
    Manner.REJECTS: "CALL_REJECTED",  # 603
    Manner.OFF: "NO_USER_RESPONSE",  # 480
    Manner.UNALLOCATED: "UNALLOCATED_NUMBER",  # 404
    Manner.UNREACHABLE: "NORMAL_TEMPORARY_FAILURE",  # 503
}


@dataclass(frozen=True, slots=True)
class PhoneBehaviour:
    """How a phone behaves. `talk_s` from when it picks up; None: it leaves the end of a talk to the caller.

    presses  the key that the person presses when he is asked for one
    """

    manner: Manner = Manner.ANSWERS
    answer_after_s: float = 2.0
    talk_s: float | None = None
    presses: str = ""

    @classmethod
    def read(cls, words: str) -> PhoneBehaviour:
        """From words: "busy", "no answer", "rejects", "off", "answers after 2 presses 1 talks 10"; else ValueError."""
        words = " ".join(words.lower().replace("_", " ").split())
        if answers := ANSWERS.fullmatch(words):
            after, talk = answers["after"], answers["talk"]
            talk_s = float(talk) if talk else None
            return cls(answer_after_s=float(after or 2.0), talk_s=talk_s, presses=answers["presses"] or "")
        return cls(Manner(words))

    @property
    def rings(self) -> bool:
        """Whether it rings at all, and so is in use until it is released."""
        return self.manner in (Manner.ANSWERS, Manner.NO_ANSWER)

    def __str__(self) -> str:
        if self.manner is not Manner.ANSWERS:
            return self.manner.value
        talk = "" if self.talk_s is None else f" talks {self.talk_s:g}"
        presses = f" presses {self.presses}" if self.presses else ""
        return f"answers after {self.answer_after_s:g}{presses}{talk}"


class Phones:
    """All phones by number, shared by the calls of a switch. Others answer after 2 s."""

    def __init__(self, behaviours: Mapping[str, PhoneBehaviour] | None = None) -> None:
        self.behaviours = dict(behaviours or {})
        self._in_use: set[str] = set()

    def set(self, number: str, behaviour: PhoneBehaviour) -> None:
        """From now on the phone behaves so. ValueError when there are too many."""
        if number not in self.behaviours and len(self.behaviours) >= MAX_PHONES:
            raise ValueError(f"more than {MAX_PHONES} phones")
        self.behaviours[number] = behaviour

    def ring(self, number: str) -> PhoneBehaviour:
        """Ring a phone: how it behaves now, busy when it is in use. `release` one that `rings` afterwards."""
        behaviour = self.behaviours.get(number, PhoneBehaviour())
        if number in self._in_use:
            return PhoneBehaviour(Manner.BUSY)
        if behaviour.rings:
            self._in_use.add(number)
        return behaviour

    def release(self, number: str) -> None:
        self._in_use.discard(number)
