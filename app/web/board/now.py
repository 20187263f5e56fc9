"""The board: what the live state says about a company's queues and phones, put in words and seconds. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.routing.regions import Region, lookup
from app.store.models import Phone, User

LONG_S, TOO_LONG_S = 60, 120  # waits that are shown in amber and in red
SHOWN = 20  # callers of one queue
CALM, LONG, TOO_LONG = "calm", "long", "too-long"

TAKEN, RINGS, TALKS, CALLS_BACK = "taken", "rings", "talks", "calls_back"  # what a busy phone does
AVAILABLE, BREAK, WRAP_UP, OFFLINE = "available", "break", "wrap_up", "offline"


@dataclass(frozen=True, slots=True)
class Who:
    """A caller and the 400 number that he called; `ani` "" when withheld, `did` as well when nobody knows who it is."""

    ani: str = ""
    did: str = ""

    @property
    def region(self) -> Region | None:
        return lookup(self.ani)


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody in a queue; one with a promise has hung up and is called back when his turn comes."""

    place: int
    since: datetime
    waited_s: int
    is_vip: bool
    who: Who = Who()
    is_promised: bool = False

    @property
    def tone(self) -> str:
        return CALM if self.is_promised else tone(self.waited_s)


@dataclass(frozen=True, slots=True)
class Line:
    """A queue: how many wait on the line, how many for a call-back, the first of both, and how many phones are free."""

    id: str
    name: str
    slug: str
    waiting: int
    promised: int
    callers: tuple[Caller, ...]
    free: int
    phones: int

    @property
    def longest_s(self) -> int:
        return max((caller.waited_s for caller in self.callers if not caller.is_promised), default=0)

    @property
    def unseen(self) -> int:
        """How many stand behind those that are shown."""
        return self.waiting + self.promised - len(self.callers)

    @property
    def tone(self) -> str:
        return tone(self.longest_s)


@dataclass(frozen=True, slots=True)
class Seat:
    """A phone: what it does with whom, since when, for which queue; its state, and who sits there."""

    phone: Phone
    state: str
    doing: str
    busy_s: int
    who: Who
    queue: str
    left_s: int
    user: User | None

    @property
    def is_busy(self) -> bool:
        return self.doing != ""

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
    def promised(self) -> int:
        return sum(line.promised for line in self.lines)

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


def waiting_of(live: Mapping[str, Any]) -> int:
    """How many wait on the line, in all of a company's queues; not those who will be called back."""
    promised = sum(bool(caller.get("promised")) for caller in live["callers"].values())
    waiting: int = sum(queue["waiting"] for queue in live["queues"].values())
    return max(0, waiting - promised)


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
        callers = [_caller(live, c, now_ms) for c in waiting.get(id, {}).get("callers", ())]
        promised = sum(caller.is_promised for caller in callers)
        yield Line(
            id,
            queue.name,
            queue.slug,
            waiting.get(id, {}).get("waiting", 0) - promised,
            promised,
            tuple(callers[:SHOWN]),
            len(queue.numbers & free),
            len(queue.numbers),
        )


def _caller(live: Mapping[str, Any], waiter: Mapping[str, Any], now_ms: int) -> Caller:
    known = live["callers"].get(waiter["call_id"], {})
    since = datetime.fromtimestamp(waiter["since"] / 1000, UTC)
    waited_s, is_vip = _seconds(waiter["since"], now_ms), waiter["priority"] > 0
    return Caller(waiter["place"], since, waited_s, is_vip, _who(known), bool(known.get("promised")))


def _who(known: Mapping[str, Any]) -> Who:
    return Who(known.get("ani", ""), known.get("did", ""))


def _seat(
    live: Mapping[str, Any],
    phone: Phone,
    left_s: Mapping[str, int],
    known: Mapping[str, Known],
    user: User | None,
    now_ms: int,
) -> Seat:
    at = live["phones"].get(phone.number, {"state": AVAILABLE, "call_id": "", "queue": "", "since": 0})
    caller, queue = live["callers"].get(at["call_id"], {}), known.get(at["queue"])
    return Seat(
        phone,
        at["state"],
        doing(at, caller),
        _seconds(at["since"], now_ms) if at["call_id"] else 0,
        _who(caller),
        queue.name if queue else "",
        left_s.get(phone.number, 0),
        user,
    )


def doing(at: Mapping[str, Any], caller: Mapping[str, Any]) -> str:
    """ "" for a phone that is in no call. Outside of queues nobody can tell whether it rings or talks.

    All phones of a caller ring as long as he is offered one: his queue may ring several at once.
    """
    if not at["call_id"]:
        return ""
    if caller.get("offered"):
        return CALLS_BACK if caller["promised"] else RINGS
    return TALKS if at["queue"] else TAKEN


def _seconds(since_ms: int, now_ms: int) -> int:
    return max(0, (now_ms - since_ms) // 1000) if since_ms else 0
