"""What the shared state tells those who ask it: frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class QueuePlan:
    """A queue as the caller's snapshot has it.

    phones      numbers, in order
    strategy    which free phone is offered: longest_idle, sequential, round_robin, random, weighted, or the first when
                they are rung simultaneous; any other is sequential
    max_size    callers waiting at most, 0 for no limit
    weights     by position of the phone, for the strategy by weight; 1 for those beyond its end
    max_misses  offers in a row that a phone does not answer until it is taken to be off, 0 for never
    rest_s      how long a phone is offered to nobody after an offer that it did not answer
    """

    id: str
    phones: tuple[str, ...]
    strategy: str = "longest_idle"
    max_size: int = 0
    wrap_up_s: int = 0
    weights: tuple[int, ...] = ()
    max_misses: int = 3
    rest_s: int = 10

    def weight(self, position: int) -> int:
        """At least 1, so that every phone has a share."""
        return max(1, self.weights[position]) if position < len(self.weights) else 1


@dataclass(frozen=True, slots=True)
class JoinedPlace:
    """`place` counts from 1; 0 and `full` when the queue takes nobody more."""

    place: int
    full: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A phone that is held for the caller."""

    phone: str


@dataclass(frozen=True, slots=True)
class Place:
    """Still waiting: `place` counts from 1, `eta_s` is the estimated wait in seconds, -1 when nobody can tell.

    `staffed`: at least one phone of the queue is not off.
    """

    place: int
    eta_s: int = -1
    staffed: bool = True


@dataclass(frozen=True, slots=True)
class Callback:
    """A promised call-back whose turn has come: `phone` is held for it, `number` is to be rung, `tries` are left."""

    company: int
    queue: str
    call_id: str
    number: str
    phone: str
    tries: int


@dataclass(frozen=True, slots=True)
class AgentState:
    """available, break, wrap_up, rest (after an offer that was not answered) or offline.

    Wrap-up and rest end by themselves at `until`.
    """

    state: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A caller and the phone that was taken for him, and the controller to be told."""

    owner: str
    call_id: str
    phone: str
    queue: str
    number: str = ""
    tries: int = 0
