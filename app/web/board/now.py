"""The board: what the live state says about a company's queues and phones, put in words and seconds. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.store.models import Phone, User

LONG_S, TOO_LONG_S = 60, 120  # waits that are shown in amber and in red
SHOWN = 20  # callers of one queue
CALM, LONG, TOO_LONG = "calm", "long", "too-long"

AVAILABLE, BREAK, WRAP_UP, OFFLINE = "available", "break", "wrap_up", "offline"


@dataclass(frozen=True, slots=True)
class Caller:
    place: int
    waited_s: int
    is_vip: bool

    @property
    def tone(self) -> str:
        return tone(self.waited_s)


@dataclass(frozen=True, slots=True)
class Line:
    """A queue: how many wait, the first of them, and how many of its phones are free to answer."""

    id: str
    name: str
    slug: str
    waiting: int
    callers: tuple[Caller, ...]
    free: int
    phones: int

    @property
    def longest_s(self) -> int:
        return max((caller.waited_s for caller in self.callers), default=0)

    @property
    def tone(self) -> str:
        return tone(self.longest_s)


@dataclass(frozen=True, slots=True)
class Seat:
    """A phone: whether it is in a call, since when, for which queue; its state, and who sits there."""

    phone: Phone
    state: str
    is_busy: bool
    busy_s: int
    queue: str
    left_s: int
    user: User | None

    @property
    def is_free(self) -> bool:
        return self.state == AVAILABLE and not self.is_busy


@dataclass(frozen=True, slots=True)
class Board:
    lines: tuple[Line, ...]
    seats: tuple[Seat, ...]
    calls: int

    @property
    def waiting(self) -> int:
        return sum(line.waiting for line in self.lines)

    @property
    def longest_s(self) -> int:
        return max((line.longest_s for line in self.lines), default=0)

    @property
    def free(self) -> int:
        return sum(seat.is_free for seat in self.seats)

    @property
    def busy(self) -> int:
        return sum(seat.is_busy for seat in self.seats)


@dataclass(frozen=True, slots=True)
class Known:
    """A queue as the console knows it: its name, the page of its settings ("" for a step's own), its phones' numbers."""

    name: str
    slug: str
    numbers: frozenset[str]


def tone(waited_s: int) -> str:
    """How alarming a wait is."""
    return TOO_LONG if waited_s >= TOO_LONG_S else LONG if waited_s >= LONG_S else CALM


def board(
    live: Mapping[str, Any],
    left_s: Mapping[str, int],
    known: Mapping[str, Known],
    phones: Sequence[Phone],
    users: Mapping[int, User],
    now_ms: int,
) -> Board:
    """Everything on the page. `left_s` is what remains of wrap-ups, by number; those who wait longest come first."""
    seats = tuple(_seat(live, phone, left_s, known, users.get(phone.id), now_ms) for phone in phones)
    free = {seat.phone.number for seat in seats if seat.is_free}
    lines = sorted(_lines(live, known, free, now_ms), key=lambda line: (-line.longest_s, line.name))
    return Board(tuple(lines), seats, int(live["calls"]))


def _lines(
    live: Mapping[str, Any], known: Mapping[str, Known], free: set[str], now_ms: int
) -> Iterator[Line]:
    """The company's queues, and those that steps have of their own while somebody waits in them."""
    waiting = {id: queue for id, queue in live["queues"].items() if queue["waiting"]}
    for id in dict.fromkeys((*(id for id, queue in known.items() if queue.slug), *waiting)):
        queue = known.get(id, Known(id, "", frozenset()))
        callers = waiting.get(id, {}).get("callers", ())[:SHOWN]
        yield Line(
            id,
            queue.name,
            queue.slug,
            waiting.get(id, {}).get("waiting", 0),
            tuple(Caller(c["place"], _seconds(c["since"], now_ms), c["priority"] > 0) for c in callers),
            len(queue.numbers & free),
            len(queue.numbers),
        )


def _seat(
    live: Mapping[str, Any],
    phone: Phone,
    left_s: Mapping[str, int],
    known: Mapping[str, Known],
    user: User | None,
    now_ms: int,
) -> Seat:
    at = live["phones"].get(phone.number, {"state": AVAILABLE, "call_id": "", "queue": "", "since": 0})
    queue = known.get(at["queue"])
    is_busy = bool(at["call_id"])
    busy_s = _seconds(at["since"], now_ms) if is_busy else 0
    name = queue.name if queue else ""
    return Seat(phone, at["state"], is_busy, busy_s, name, left_s.get(phone.number, 0), user)


def _seconds(since_ms: int, now_ms: int) -> int:
    return max(0, (now_ms - since_ms) // 1000) if since_ms else 0
