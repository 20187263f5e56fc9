"""The operations of company.py on Redis, where all controllers share them: one script each, the `.lua` files here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from redis import Redis, RedisError

from app.live import keys
from app.live.company import AVAILABLE, MOST_CALLBACKS, Joined, Looked
from app.live.pairing import Lease, Waiter
from app.live.pipe import Pipe
from app.live.places import Pair, QueuePlan

STATE_S = 24 * 3600
NONE = "-"  # in a record, where there is nothing
PARTS = {"hold": ("_rates",)} | {
    **dict.fromkeys(("agent", "missed", "talked"), ("_agents",)),
    **dict.fromkeys(("join", "restore_waiter"), ("_plans",)),
}


@cache
def source(name: str) -> str:
    """The whole text of a script about one company."""
    files = ("_common", *PARTS.get(name, ()), name)
    return "\n".join(text_of(file) for file in files)


def text_of(file: str) -> str:
    return Path(__file__).with_name(f"{file}.lua").read_text(encoding="utf-8")


class Scripts:
    """`now` 0 is Redis's own clock: those of the controllers differ. RedisError when Redis is away.

    `release`, `talked`, `leave` and `end` return at once and are done soon after, before whatever is asked later; see `flush`.
    """

    def __init__(self, redis: Redis, lost: Callable[[RedisError], object]) -> None:
        """`lost` hears of what was told and could not be done."""
        self.redis = redis
        self._lost = lost
        self._pipe = Pipe(redis)
        self._known: dict[str, str] = {}
        self._alive_until = b"0"

    def flush(self) -> None:
        """Wait until Redis has done all that it was told."""
        self._pipe.flush()

    # Phones

    def hold(
        self,
        company: int,
        now: int,
        owner: str,
        call_id: str,
        phones: Sequence[str],
        limit: int = 0,
        caller: str = "",
    ) -> frozenset[str] | None:
        found = self._run("hold", company, now, owner, call_id, caller, limit, *phones)
        return None if found is None else frozenset(phone.decode() for phone in found)

    def release(self, company: int, now: int, owner: str, call_id: str, phones: Sequence[str]) -> None:
        self._tell("release", company, now, owner, call_id, *phones)

    def gather(self, company: int, now: int, owner: str, call_id: str) -> tuple[str, ...]:
        return tuple(phone.decode() for phone in self._run("gather", company, now, owner, call_id))

    def talked(self, company: int, now: int, phone: str, ended: int, ani: str) -> None:
        last = keys.last_phone(company, ani) if ani else ""
        self._tell("talked", company, now, NONE, phone, ended, last)

    def agent(self, company: int, now: int, phone: str, state: str, until: int) -> None:
        self._run("agent", company, now, NONE, phone, state, until)

    def missed(self, company: int, now: int, phone: str) -> bool:
        return bool(self._run("missed", company, now, NONE, phone))

    # Queues

    def join(
        self,
        company: int,
        now: int,
        owner: str,
        plan: QueuePlan,
        call_id: str,
        priority: int,
        caller: str = "",
    ) -> Joined:
        place, score = self._run("join", company, now, owner, call_id, priority, caller, *_packed(plan))
        return Joined(int(place), int(score))

    def look(self, company: int, now: int, owner: str, call_id: str) -> Looked | None:
        found = self._run("look", company, now, owner, call_id)
        return Looked(found[0].decode(), int(found[1]), int(found[2]), bool(found[3])) if found else None

    def leave(self, company: int, now: int, owner: str, call_id: str, how: str = "") -> None:
        self._tell("leave", company, now, owner, call_id, how)

    # Call-backs

    def promise(self, company: int, now: int, owner: str, call_id: str, number: str, tries: int) -> bool:
        return bool(self._run("promise", company, now, owner, call_id, number, tries, MOST_CALLBACKS))

    def redeem(self, company: int, now: int, owner: str, call_id: str, new_call: str) -> str:
        phone = self._run("redeem", company, now, owner, call_id, new_call)
        return phone.decode() if phone else ""

    def retry(self, company: int, now: int, owner: str, call_id: str, pause: int) -> int:
        return int(self._run("retry", company, now, owner, call_id, pause))

    # Calls at once

    def begin(self, company: int, now: int, owner: str, call_id: str, limit: int) -> bool:
        return bool(self._run("begin", company, now, owner, call_id, limit))

    def end(self, company: int, now: int, owner: str, call_id: str) -> None:
        self._tell("end", company, now, owner, call_id)

    # Time and death

    def beat(self, now: int, owner: str, alive_us: int, most: int) -> tuple[bool, list[str], list[str]]:
        """Whether the controller was alive since its last beat; dead ones; what is due."""
        names = (keys.CONTROLLERS, keys.DUE, keys.HELD + owner)
        values = (now, owner, alive_us, most, self._alive_until)
        self._alive_until, known, dead, due = self._ask("beat", text_of, names, values)
        return bool(known), [name.decode() for name in dead], [item.decode() for item in due]

    def tick(self, company: int, now: int, due: Sequence[str]) -> None:
        self._run("tick", company, now, NONE, *due)

    def give_back(self, company: int, now: int, dead: str, heir: str, items: Sequence[str]) -> None:
        self._run("give_back", company, now, heir, dead, *items)

    def held(self, owner: str) -> set[str]:
        """All that the controller must give back when it dies."""
        found: Any = self.redis.smembers(keys.HELD + owner)
        return {item.decode() for item in found}

    def forget(self, owner: str) -> None:
        """The dead controller has nothing any more."""
        self.redis.zrem(keys.CONTROLLERS, owner)

    # Joining up again

    def restore_phone(self, company: int, now: int, owner: str, phone: str, lease: Lease) -> bool:
        values = (phone, lease.call_id, lease.queue or NONE, lease.since)
        return bool(self._run("restore_phone", company, now, owner, *values))

    def restore_waiter(
        self, company: int, now: int, owner: str, call_id: str, waiter: Waiter, lined: str, plan: QueuePlan
    ) -> None:
        """`lined`: "now" when he may be offered a phone, "later" when not yet, or µs when a call-back's pause is over."""
        record = (waiter.score, waiter.phone or NONE, waiter.number or NONE, waiter.tries)
        self._run("restore_waiter", company, now, owner, call_id, *record, lined, *_packed(plan))

    # For the board

    # States of calls

    def keep_state(self, call_id: str, text: str) -> None:
        self._pipe.tell(self._sha("keep", text_of), (keys.state(call_id),), (text, STATE_S), self._lost)

    def kept_state(self, call_id: str) -> str:
        found: Any = self.redis.get(keys.state(call_id))
        return found.decode() if found else ""

    # Reading

    def lease(self, company: int, phone: str) -> Lease | None:
        found: Any = self.redis.hget(keys.company(company) + "leases", phone)
        return read_lease(found) if found else None

    def waiter(self, company: int, call_id: str) -> Waiter | None:
        found: Any = self.redis.hget(keys.company(company) + "waiters", call_id)
        return read_waiter(found) if found else None

    def state(self, company: int, phone: str) -> tuple[str, int]:
        """One phone's state and until when in µs."""
        found: Any = self.redis.hget(keys.company(company) + "states", phone)
        return _state(found) if found else (AVAILABLE, 0)

    def states(self, company: int) -> dict[str, tuple[str, int]]:
        """Of the phones that are not simply available: state and until when in µs."""
        found: Any = self.redis.hgetall(keys.company(company) + "states")
        return {phone.decode(): _state(text) for phone, text in found.items()}

    def refused_at(self, company: int) -> int:
        """When a phone was last not rung because of the company's limit, µs since 1970, 0 for never."""
        found: Any = self.redis.get(keys.company(company) + "refused")
        return int(found or 0)

    def idle_ms(self, company: int, phones: Sequence[str]) -> list[int]:
        """When each phone's last conversation ended, ms since 1970, 0 for those that had none."""
        found: Any = self.redis.hmget(keys.company(company) + "idle", list(phones))
        return [int(ms or 0) for ms in found]

    def last_phone(self, company: int, ani: str) -> tuple[str, int]:
        """The phone and the end of the conversation in µs; ("", 0) for none."""
        found: Any = self.redis.get(keys.last_phone(company, ani))
        phone, _, ended = (found or b" 0").decode().partition(" ")
        return phone, int(ended)

    def _run(self, name: str, company: int, now: int, owner: str, *values: object) -> Any:
        return self._ask(name, source, _names(company), (now, owner, *values))

    def _tell(self, name: str, company: int, now: int, owner: str, *values: object) -> None:
        """Run what nobody waits for."""
        self._pipe.tell(self._sha(name, source), _names(company), (now, owner, *values), self._lost)

    def _sha(self, name: str, text: Callable[[str], str]) -> str:
        if name not in self._known:
            self._known[name] = self._pipe.learn(text(name))
        return self._known[name]

    def _ask(
        self, name: str, text: Callable[[str], str], names: Sequence[str], values: Sequence[object]
    ) -> Any:
        return self._pipe.ask(self._sha(name, text), names, values)


def _names(company: int) -> tuple[str, ...]:
    """The keys that a script about a company works on."""
    return (keys.company(company), keys.HELD, keys.INBOX, keys.CONTROLLERS, keys.DUE)


def _packed(plan: QueuePlan) -> tuple[object, ...]:
    weights, phones = ",".join(map(str, plan.weights)), ",".join(plan.phones)
    offers = (plan.max_misses, plan.rest_s * 1000)
    return (plan.id, plan.strategy, plan.max_size, plan.wrap_up_s * 1000, weights, *offers, phones)


def read_lease(text: bytes) -> Lease:
    call_id, owner, queue, since = text.decode().split(" ")
    return Lease(call_id, owner, "" if queue == NONE else queue, int(since))


def read_waiter(text: bytes) -> Waiter:
    queue, score, owner, phone, number, tries = (
        "" if word == NONE else word for word in text.decode().split(" ")
    )
    return Waiter(queue, int(score), owner, phone, number, int(tries))


def read_pair(owner: str, text: bytes) -> tuple[int, Pair]:
    """What a controller finds in its channel: the company and the pair."""
    company, call_id, phone, queue, number, tries = text.decode().split(" ")
    return int(company), Pair(owner, call_id, phone, queue, "" if number == NONE else number, int(tries))


def _state(text: bytes) -> tuple[str, int]:
    state, _, until = text.decode().partition(" ")
    return state, int(until)
