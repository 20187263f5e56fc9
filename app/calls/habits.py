"""What is known of phones beside one call: how they usually answer, and when they are in other calls. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.calls.causes import NOT_RUNG
from app.calls.decisions import ANSWERS_AFTER_S, TALKS_S

TELLING = 20  # ringings of all phones together; fewer say nothing about one that never rang
REMEMBERED = 40  # conversations of a phone; calls come in the order in which they began


@dataclass(frozen=True, slots=True)
class Habit:
    """How a phone usually does: the share of ringings that it answers, after how many seconds, for how long."""

    answers: float = 1.0
    after_s: float = ANSWERS_AFTER_S
    talk_s: float = TALKS_S


@dataclass(frozen=True, slots=True)
class Habits:
    """The habits of phones by number; `usual` for one that did not ring in all that time."""

    phones: Mapping[str, Habit]
    usual: Habit

    def of(self, number: str) -> Habit:
        return self.phones.get(number, self.usual)


@dataclass(slots=True)
class _Counted:
    rung: int = 0
    answered: int = 0
    ring_ms: int = 0
    talk_ms: int = 0

    def add(self, leg: Mapping[str, Any]) -> None:
        self.rung += 1
        if leg["result"] == "answered":
            self.answered += 1
            self.ring_ms += leg["ring_ms"]
            self.talk_ms += leg["talk_ms"]

    def habit(self, usual: Habit) -> Habit:
        if not self.answered:
            return Habit(0.0 if self.rung else usual.answers, usual.after_s, usual.talk_s)
        n = self.answered
        return Habit(n / self.rung, self.ring_ms / n / 1000, self.talk_ms / n / 1000)


def learn(legs: Iterable[Mapping[str, Any]]) -> Habits:
    """From all legs of the time in question; those that were not rung, or stopped ringing, say nothing."""
    everybody, phones = _Counted(), dict[str, _Counted]()
    for leg in legs:
        if leg["result"] != "cancelled" and leg["cause"] not in NOT_RUNG:
            everybody.add(leg)
            phones.setdefault(leg["number"], _Counted()).add(leg)
    usual = everybody.habit(Habit()) if everybody.rung >= TELLING else Habit()
    return Habits({number: counted.habit(usual) for number, counted in phones.items()}, usual)


class Agenda:
    """When phones ring and talk, as calls are gone through in the order in which they began. Milliseconds since 1970."""

    def __init__(self) -> None:
        self._taken: dict[str, deque[tuple[int, int]]] = {}

    def take(self, number: str, since: int, until: int) -> None:
        """The phone is in a call from then to then."""
        self._taken.setdefault(number, deque(maxlen=REMEMBERED)).append((since, until))

    def free_at(self, number: str, at: int) -> int:
        """The first moment from `at` on at which the phone is in no call."""
        taken = sorted(self._taken.get(number, ()))
        for since, until in taken:
            if since <= at < until:
                at = until
        return at
