"""Who gets which phone: one company's callers, phones and leases as a pure model.

The Lua scripts beside this file do the same in Redis, for all controllers; this model does it within one process
while Redis is away, and is what the scripts are tested against. Times are integer microseconds since 1970.

What holds after each operation: a phone has at most one lease; a caller is in at most one queue; nobody is in a line
while a phone of his queue is free; who is offered a phone comes first by priority, then by arrival. In a queue that rings
all at once he then takes those that are still free (Company.gather), so that this holds there, too.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass

from app.live.places import Pair, QueuePlan

PRIORITIES = 100  # 0 to 99, the highest goes first
SPAN = 2**46  # of one priority's scores: ticks of 10 µs for 22 years
EPOCH_US = 1_767_225_600_000_000  # 2026-01-01
POSITIONS = 1024  # in scores of idle phones


@dataclass(slots=True)
class Lease:
    """A phone is taken: by which call, of which controller, through which queue ("" for none), since when."""

    call_id: str
    owner: str
    queue: str
    since: int


@dataclass(slots=True)
class Waiter:
    """A caller in a queue. `phone` is held for him, "" while none is; `number` is to be rung when he was promised that."""

    queue: str
    score: int
    owner: str
    phone: str = ""
    number: str = ""
    tries: int = 0


@dataclass(slots=True)
class Line:
    """A queue: `waiting` holds (score, call) in order; `last` is the position that was last offered in turn."""

    plan: QueuePlan
    waiting: list[tuple[int, str]]
    last: int = -1
    service_ms: int = 0


def score(priority: int, now: int) -> int:
    """Where a caller stands: the lowest goes first. Exact in a double, as Redis keeps it."""
    return (PRIORITIES - 1 - min(max(priority, 0), PRIORITIES - 1)) * SPAN + (now - EPOCH_US) // 10


def chance(call_id: str) -> int:
    """A number that depends on the call alone, for choices that can be explained afterwards."""
    return int(hashlib.sha1(call_id.encode(), usedforsecurity=False).hexdigest()[:8], 16)


class Pairing:
    """State of one company, and the one function that pairs.

    paused   keep the state, leave pairing to Redis
    pairs    what was paired since somebody took it away
    changed  "phone X", "wait X", "call X" and "agent X" that changed since somebody took it away
    """

    def __init__(self) -> None:
        self.paused = False
        self.leases: dict[str, Lease] = {}
        self.waiters: dict[str, Waiter] = {}
        self.lines: dict[str, Line] = {}
        self.states: dict[str, tuple[str, int]] = {}
        self.idle_ms: dict[str, int] = {}
        self.calls: dict[str, str] = {}
        self.pairs: list[Pair] = []
        self.changed: set[str] = set()
        self._serves: dict[str, set[str]] = {}

    def register(self, plan: QueuePlan) -> set[str]:
        """The queue is now so. The queues to be matched."""
        line = self.lines.setdefault(plan.id, Line(QueuePlan(plan.id, ()), []))
        if line.plan == plan:
            return set()
        for phone in line.plan.phones:
            self._serves[phone].discard(plan.id)
        for phone in plan.phones:
            self._serves.setdefault(phone, set()).add(plan.id)
        line.plan = plan
        return {plan.id}

    def take(self, phone: str, lease: Lease) -> None:
        self.leases[phone] = lease
        self.changed.add(f"phone {phone}")

    def drop(self, phone: str) -> set[str]:
        """The phone is free of its call. The queues to be matched."""
        lease = self.leases.pop(phone)
        self.changed.add(f"phone {phone}")
        waiter = self.waiters.get(lease.call_id)
        if waiter and waiter.phone == phone:
            waiter.phone = ""
            self.changed.add(f"wait {lease.call_id}")
        return self._serves.get(phone, set())

    def cede(self, phone: str, call_id: str) -> None:
        """If another call has the phone here, it has it no more."""
        if phone in self.leases and self.leases[phone].call_id != call_id:
            self.drop(phone)

    def line_up(self, call_id: str) -> set[str]:
        """The caller may be offered a phone from now on."""
        waiter = self.waiters[call_id]
        self.changed.add(f"wait {call_id}")
        place = (waiter.score, call_id)
        waiting = self.lines[waiter.queue].waiting
        at = bisect_left(waiting, place)
        if waiting[at : at + 1] != [place]:
            insort(waiting, place)
        return {waiter.queue}

    def step_out(self, call_id: str) -> None:
        """The caller may not be offered a phone for now."""
        waiter = self.waiters[call_id]
        self.changed.add(f"wait {call_id}")
        waiting = self.lines[waiter.queue].waiting
        at = bisect_left(waiting, (waiter.score, call_id))
        if waiting[at : at + 1] == [(waiter.score, call_id)]:
            del waiting[at]

    def rescore(self, call_id: str, score: int) -> None:
        """The caller's place is this, as Redis says."""
        lined_up = self.lined_up(call_id)
        self.step_out(call_id)
        self.waiters[call_id].score = score
        if lined_up:
            self.line_up(call_id)

    def lined_up(self, call_id: str) -> bool:
        return self.place(call_id) > 0

    def place(self, call_id: str) -> int:
        """From 1; 0 for who is in no line."""
        waiter = self.waiters[call_id]
        waiting = self.lines[waiter.queue].waiting
        at = bisect_left(waiting, (waiter.score, call_id))
        return at + 1 if waiting[at : at + 1] == [(waiter.score, call_id)] else 0

    def match(self, queues: Iterable[str], now: int) -> None:
        """Pair until in each of the queues nobody waits or no phone is free."""
        touched = set(queues)
        while not self.paused:
            heads = [self.lines[queue].waiting[0] for queue in touched if self._may_pair(queue)]
            if not heads:
                return
            self._pair(min(heads)[1], now)

    def free(self, queue: str) -> list[int]:
        """Positions of the queue's phones that nobody has and that are not off."""
        phones = enumerate(self.lines[queue].plan.phones)
        return [
            position for position, phone in phones if phone not in self.leases and phone not in self.states
        ]

    def _may_pair(self, queue: str) -> bool:
        return bool(queue in self.lines and self.lines[queue].waiting and self.free(queue))

    def _pair(self, call_id: str, now: int) -> None:
        waiter = self.waiters[call_id]
        line = self.lines[waiter.queue]
        phone = line.plan.phones[self._choose(line, call_id)]
        self.step_out(call_id)
        waiter.phone = phone
        self.take(phone, Lease(call_id, waiter.owner, waiter.queue, now))
        self.pairs.append(Pair(waiter.owner, call_id, phone, waiter.queue, waiter.number, waiter.tries))

    def _choose(self, line: Line, call_id: str) -> int:
        """The position of the free phone that the strategy prefers."""
        free = self.free(line.plan.id)
        if line.plan.strategy == "longest_idle":
            return min(free, key=lambda at: self.idle_ms.get(line.plan.phones[at], 0) * POSITIONS + at)
        if line.plan.strategy == "random":
            return free[chance(call_id) % len(free)]
        if line.plan.strategy == "weighted":
            return _by_weight(line.plan, free, chance(call_id))
        if line.plan.strategy == "round_robin":
            line.last = next((at for at in free if at > line.last), free[0])
            return line.last
        return free[0]


def _by_weight(plan: QueuePlan, free: list[int], luck: int) -> int:
    mark = luck % sum(plan.weight(at) for at in free)
    for at in free:
        mark -= plan.weight(at)
        if mark < 0:
            return at
    raise AssertionError("the mark lies below the sum")
