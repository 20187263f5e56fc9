"""A company with everything happening at once, in an order that somebody else decides, and what must hold all the same.

A step is three small numbers: what happens, to whom, with what. It happens to the pure model and, when there is one,
to a real Redis as well; then both must be in the same state.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from redis import Redis, RedisError

from app.live import keys
from app.live.company import AVAILABLE, BREAK, GIVE_UP, KEEP_PHONE, OFFLINE, WRAP_UP, Company
from app.live.pairing import EPOCH_US
from app.live.places import QueuePlan
from app.live.scripts import Scripts, read_lease, read_waiter

COMPANY = 7
CALLS = [f"call-{n}" for n in range(9)]
PHONES = ["01", "02", "03", "04", "05"]
CONTROLLERS = ["kai", "lin", "mei"]
PLANS = [
    QueuePlan("sales", ("01", "02", "03"), "longest_idle", wrap_up_s=2),
    QueuePlan("service", ("03", "02", "04"), "round_robin"),
    QueuePlan("repair", ("04", "05"), "random", wrap_up_s=1),
    QueuePlan("parts", ("05", "01", "02"), "weighted", weights=(5, 2), max_misses=2, rest_s=0),
    QueuePlan("desk", ("04", "01"), "sequential", max_size=2, rest_s=1),
    QueuePlan("all", ("02", "05", "03"), "simultaneous", wrap_up_s=1, max_misses=0, rest_s=2),
]
CHANGED_PLANS = [
    QueuePlan("sales", ("03", "05"), "sequential", wrap_up_s=2),
    QueuePlan("service", ("04", "03"), "longest_idle"),
]
SECOND = 1_000_000


def fail(lost: RedisError) -> None:
    """Redis refused a script."""
    raise AssertionError(lost)


class Hubbub:
    """`redis` None: the model alone."""

    def __init__(self, redis: Redis | None = None) -> None:
        self.model = Company()
        self.redis = redis
        self.scripts = Scripts(redis, fail) if redis else None
        self.now = EPOCH_US + SECOND
        self.steps = 0
        self.arrivals: dict[str, tuple[int, int]] = {}
        self.acts: list[Callable[[int, int], None]] = [
            *(self.join, self.join, self.join, self.look, self.look, self.leave, self.hold, self.release),
            *(self.release, self.talked, self.agent, self.missed, self.promise, self.redeem, self.retry),
            *(self.begin, self.end, self.death, self.time_passes, self.time_passes),
            *(self.gather, self.missed),
        ]

    def step(self, what: int, whom: int, how: int) -> None:
        """One thing happens, then everything is checked."""
        self.steps += 1
        self.now += 10 + how
        act = self.acts[what % len(self.acts)]
        act(whom, how)
        if self.scripts and act in (self.release, self.talked, self.leave, self.end):
            self.scripts.flush()  # these are told, not asked
        self.check()

    # What can happen

    def join(self, whom: int, how: int) -> None:
        call_id, owner, priority = CALLS[whom % 9], CONTROLLERS[whom % 3], how % 3
        plan = (PLANS + CHANGED_PLANS)[how % 8]
        before = self.model.waiters.get(call_id)
        joined = self.both("join", self.now, owner, plan, call_id, priority)
        if joined.place and (before is None or before.queue != plan.id):
            self.arrivals[call_id] = (-priority, self.steps)

    def look(self, whom: int, how: int) -> None:
        self.both("look", self.now, CONTROLLERS[how % 3], CALLS[whom % 9])

    def leave(self, whom: int, how: int) -> None:
        waiter = self.model.waiters.get(CALLS[whom % 9])
        owner = waiter.owner if waiter and how % 4 else CONTROLLERS[how % 3]
        self.both("leave", self.now, owner, CALLS[whom % 9], ("", "", "", KEEP_PHONE, GIVE_UP)[how % 5])

    def hold(self, whom: int, how: int) -> None:
        phones = [PHONES[how % 5], PHONES[(how // 5) % 5]][: 1 + how % 2]
        limit = (0, 0, 5)[how % 3]
        self.both("hold", self.now, CONTROLLERS[whom % 3], CALLS[whom % 9], phones, limit)

    def release(self, whom: int, how: int) -> None:
        self.both("release", self.now, CONTROLLERS[how % 3], CALLS[whom % 9], PHONES)

    def gather(self, whom: int, how: int) -> None:
        """Who is offered a phone of a queue that rings all has, from then on, every phone of it that was free."""
        call_id = CALLS[whom % 9]
        waiter = self.model.waiters.get(call_id)
        phones = self.both("gather", self.now, CONTROLLERS[how % 3], call_id)
        assert phones[:1] == ((waiter.phone,) if waiter and waiter.phone else ())
        assert all(self.model.leases[phone].call_id == call_id for phone in phones)
        if waiter and waiter.phone and waiter.queue == "all":
            assert not self.model.free("all")

    def talked(self, whom: int, how: int) -> None:
        phone, ended = PHONES[whom % 5], self.now - how
        self.model.talked(self.now, phone, ended)
        if self.scripts:
            self.scripts.talked(COMPANY, self.now, phone, ended, "13800138000")
        lease = self.model.leases.get(phone)
        owner, call_id = (lease.owner, lease.call_id) if lease else ("kai", "nobody")
        self.both("release", self.now, owner, call_id, [phone])

    def agent(self, whom: int, how: int) -> None:
        state = (AVAILABLE, AVAILABLE, BREAK, OFFLINE, WRAP_UP)[how % 5]
        until = self.now + SECOND if state == WRAP_UP else 0
        self.both("agent", self.now, PHONES[whom % 5], state, until)

    def missed(self, whom: int, how: int) -> None:
        self.both("missed", self.now, PHONES[whom % 5])

    def promise(self, whom: int, how: int) -> None:
        self.both("promise", self.now, CONTROLLERS[how % 3], CALLS[whom % 9], "13900139000", 1 + how % 3)

    def redeem(self, whom: int, how: int) -> None:
        promised = [c for c, waiter in self.model.waiters.items() if waiter.number and waiter.phone]
        if promised:
            self.both("redeem", self.now, CONTROLLERS[how % 3], promised[0], f"again-{self.steps}")

    def retry(self, whom: int, how: int) -> None:
        self.both_owned("retry", CALLS[whom % 9], SECOND)

    def begin(self, whom: int, how: int) -> None:
        self.both("begin", CONTROLLERS[how % 3], CALLS[whom % 9], 4, scripts_now=True)
        assert len(self.model.calls) <= 4

    def end(self, whom: int, how: int) -> None:
        self.both("end", CONTROLLERS[how % 3], CALLS[whom % 9], scripts_now=True)

    def death(self, whom: int, how: int) -> None:
        if how % 3:
            return
        dead, heir = CONTROLLERS[whom % 3], CONTROLLERS[(whom + 1) % 3]
        self.model.give_back(self.now, dead, heir)
        if self.redis and self.scripts:
            self.redis.zrem(keys.CONTROLLERS, dead)
            items = [item.partition(" ")[2] for item in sorted(self.scripts.held(dead), reverse=True)]
            self.scripts.give_back(COMPANY, self.now, dead, heir, items)
        assert dead not in {lease.owner for lease in self.model.leases.values()}
        assert dead not in {waiter.owner for waiter in self.model.waiters.values()}

    def time_passes(self, whom: int, how: int) -> None:
        self.now += whom * SECOND // 100
        self.model.tick(self.now)
        if self.redis and self.scripts:
            due: Any = self.redis.zrangebyscore(keys.DUE, "-inf", self.now)
            self.scripts.tick(COMPANY, self.now, [item.decode().partition(" ")[2] for item in due])

    def both(self, name: str, *values: Any, scripts_now: bool = False) -> Any:
        """Does it to the model and to Redis, which must agree."""
        result = getattr(self.model, name)(*values)
        if self.scripts:
            first = (self.now, *values) if scripts_now else values
            assert getattr(self.scripts, name)(COMPANY, *first) == result, name
        return result

    def both_owned(self, name: str, *values: Any) -> Any:
        """The same for what scripts want to know the controller of."""
        result = getattr(self.model, name)(self.now, *values)
        if self.scripts:
            assert getattr(self.scripts, name)(COMPANY, self.now, "kai", *values) == result, name
        return result

    # What must hold

    def check(self) -> None:
        self.check_places()
        self.check_order()
        self.check_nobody_waits_in_vain()
        if self.redis:
            self.check_same()

    def check_places(self) -> None:
        """A caller waits in one queue at most, or has a phone that is his and nobody else's."""
        model = self.model
        in_lines = [(place, name) for name, line in model.lines.items() for place in line.waiting]
        assert len({call_id for (_, call_id), _ in in_lines}) == len(in_lines)
        for (score, call_id), name in in_lines:
            waiter = model.waiters[call_id]
            assert (waiter.queue, waiter.score, waiter.phone) == (name, score, "")
        for call_id, waiter in model.waiters.items():
            assert not waiter.phone or model.leases[waiter.phone].call_id == call_id
        assert all(line.waiting == sorted(line.waiting) for line in model.lines.values())

    def check_order(self) -> None:
        """Who was given a phone came before all that the phone could have served; who hung up was given none."""
        for pair in self.model.pairs:
            assert self.model.leases[pair.phone].call_id == pair.call_id
            for line in self.model.lines.values():
                if pair.phone in line.plan.phones:
                    later = [self.arrivals[call_id] for _, call_id in line.waiting]
                    assert all(self.arrivals[pair.call_id] < arrival for arrival in later)
        self.model.pairs.clear()

    def check_nobody_waits_in_vain(self) -> None:
        model = self.model
        for line in model.lines.values():
            free = [p for p in line.plan.phones if p not in model.leases and p not in model.states]
            assert not (free and line.waiting)

    def check_same(self) -> None:
        """Redis is in the model's state, to the last detail."""
        assert self.redis
        prefix, model, pipeline = keys.company(COMPANY), self.model, self.redis.pipeline(transaction=False)
        pipeline.mget(f"{prefix}rung:{model.rings.minute}", prefix + "refused")
        for name in ("leases", "waiters", "states", "calls", "missed"):
            pipeline.hgetall(prefix + name)
        pipeline.smembers(prefix + "promised")
        for owner in CONTROLLERS:
            pipeline.smembers(keys.HELD + owner)
        for queue in model.lines:
            pipeline.zrange(f"{prefix}waiting:{queue}", 0, -1, withscores=True)
            pipeline.zrange(f"{prefix}free:{queue}", 0, -1)
        rings, leases, waiters, states, calls, missed, promised, *rest = pipeline.execute()
        assert [int(found or 0) for found in rings] == [model.rings.count, model.rings.refused_at]
        assert {phone.decode(): read_lease(text) for phone, text in leases.items()} == model.leases
        assert {call_id.decode(): read_waiter(text) for call_id, text in waiters.items()} == model.waiters
        found = {phone.decode(): tuple(text.decode().split(" ")) for phone, text in states.items()}
        assert found == {phone: (state, str(until)) for phone, (state, until) in model.states.items()}
        assert {phone.decode(): int(count) for phone, count in missed.items()} == model.missed_of
        assert {call_id.decode(): owner.decode() for call_id, owner in calls.items()} == model.calls
        assert {call.decode() for call in promised} == {c for c, w in model.waiters.items() if w.number}
        self.check_held(rest[:3])
        for (name, line), waiting, free in zip(model.lines.items(), rest[3::2], rest[4::2], strict=True):
            assert [(int(score), call_id.decode()) for call_id, score in waiting] == line.waiting
            assert {phone.decode() for phone in free} == {line.plan.phones[at] for at in model.free(name)}

    def check_held(self, held: list[set[bytes]]) -> None:
        """What each controller would have to give back is what it has."""
        model = self.model
        for owner, found in zip(CONTROLLERS, held, strict=True):
            mine = {f"phone {phone}" for phone, lease in model.leases.items() if lease.owner == owner}
            mine |= {f"wait {call_id}" for call_id, waiter in model.waiters.items() if waiter.owner == owner}
            mine |= {f"call {call_id}" for call_id, of in model.calls.items() if of == owner}
            assert {item.decode() for item in found} == {f"{COMPANY} {item}" for item in mine}
