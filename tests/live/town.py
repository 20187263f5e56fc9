"""Three controllers and their calls on one Redis that comes and goes, and what must hold once all have talked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from redis import ConnectionError, ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.client import PubSub
from redis.connection import UnixDomainSocketConnection
from redis.retry import Retry

from app.live import keys
from app.live.company import AVAILABLE, OFFLINE
from app.live.membership import ALIVE_US, LOOK_BEATS
from app.live.pairing import EPOCH_US
from app.live.places import QueuePlan
from app.live.scripts import read_lease, read_pair, read_waiter
from app.live.shared import Shared

COMPANY = 7
SECOND = 1_000_000
PHONES = ("01", "02", "03", "04")
PLANS = (
    QueuePlan("sales", ("01", "02"), "round_robin"),
    QueuePlan("service", ("02", "03", "04"), "longest_idle", wrap_up_s=1),
    QueuePlan("all", ("01", "03"), "simultaneous", rest_s=2),
)


@dataclass
class Mood:
    """Whether Redis is away for one of its clients."""

    away: bool = False


class MoodyConnection(UnixDomainSocketConnection):
    """What the client sends does not arrive while Redis is away."""

    def __init__(self, mood: Mood, **options: Any) -> None:
        super().__init__(**options)
        self._mood = mood

    def send_packed_command(self, command: Any, check_health: bool = True) -> None:
        if self._mood.away:
            raise ConnectionError("away")
        super().send_packed_command(command, check_health)


class Controller:
    """One process: its part of the shared state, its calls, and its inbox, looked into when the town says so."""

    def __init__(self, name: str, socket: str, clock: Callable[[], int]) -> None:
        self.name = name
        self.mood = Mood()
        options: dict[str, Any] = {
            "path": socket,
            "protocol": 2,
            "mood": self.mood,
            "retry": Retry(NoBackoff(), 0),
        }
        self.redis = Redis(connection_pool=ConnectionPool(MoodyConnection, **options))
        self.shared = Shared(self.redis, name, clock)
        self.inbox: PubSub = self.redis.pubsub(ignore_subscribe_messages=True)
        self.inbox.subscribe(keys.INBOX + name)
        self.inbox.get_message(timeout=1)
        self.dead = False

    @property
    def local(self) -> Any:
        return self.shared._link.local.of(COMPANY)

    def hear(self) -> None:
        """Whatever Redis has sent."""
        while message := self.inbox.get_message(timeout=0):
            self.shared._link.received(*read_pair(self.name, message["data"]))

    def close(self) -> None:
        self.inbox.close()
        self.redis.close()


class Town:
    """A step is three small numbers, as in hubbub.py."""

    def __init__(self, socket: str) -> None:
        self.now = EPOCH_US + SECOND
        self.socket = socket
        self.redis = Redis(unix_socket_path=socket, protocol=2)
        self.born = 0
        self.controllers = [self.controller() for _ in range(3)]
        self.steps = 0
        self.acts = [
            *(
                self.join,
                self.join,
                self.join,
                self.look,
                self.leave,
                self.acquire,
                self.release,
                self.release,
            ),
            *(self.gather, self.missed, self.talked, self.agent, self.ended),
            *(self.away, self.back, self.hear, self.touch, self.death),
        ]

    def controller(self) -> Controller:
        self.born += 1
        return Controller(f"c{self.born}", self.socket, lambda: self.now)

    def step(self, what: int, whom: int, how: int) -> None:
        self.steps += 1
        self.now += 20
        at = self.controllers[whom % 3]
        self.acts[what % len(self.acts)](at, f"{at.name}-{whom // 3 % 4}", how)
        at.shared.flush()
        self.check_each()
        if what >= 248:
            self.check_all()

    # What can happen

    def join(self, at: Controller, call_id: str, how: int) -> None:
        at.shared.join(COMPANY, PLANS[how % 3], call_id, how % 2)

    def look(self, at: Controller, call_id: str, how: int) -> None:
        if call_id in at.local.waiters:
            at.shared.wait(COMPANY, PLANS[0], call_id, 0, threading.Event())

    def gather(self, at: Controller, call_id: str, how: int) -> None:
        for phone in at.shared.gather(COMPANY, call_id):
            assert at.local.leases[phone].call_id == call_id

    def missed(self, at: Controller, call_id: str, how: int) -> None:
        at.shared.unanswered(COMPANY, PHONES[how % 4])

    def leave(self, at: Controller, call_id: str, how: int) -> None:
        at.shared.leave(COMPANY, "", call_id, "abandoned")
        assert call_id not in at.local.waiters

    def acquire(self, at: Controller, call_id: str, how: int) -> None:
        """As to ring it: whatever comes of that, what is not taken is released."""
        phone = PHONES[how % 4]
        taken = at.shared.ring(COMPANY, call_id, [phone], limit=(0, 0, 2)[how % 3])
        if taken is None:
            at.shared.release(COMPANY, call_id, [phone])
        elif phone in taken:
            assert at.local.leases[phone].call_id == call_id

    def release(self, at: Controller, call_id: str, how: int) -> None:
        at.shared.release(COMPANY, call_id, PHONES)

    def talked(self, at: Controller, call_id: str, how: int) -> None:
        ended = datetime.fromtimestamp(self.now / SECOND, UTC)
        for phone in [p for p, lease in at.local.leases.items() if lease.call_id == call_id]:
            at.shared.talked(COMPANY, phone, "13800138000", ended)
            at.shared.release(COMPANY, call_id, [phone])

    def agent(self, at: Controller, call_id: str, how: int) -> None:
        at.shared.set_agent(COMPANY, PHONES[how % 4], AVAILABLE if how % 3 else OFFLINE)

    def ended(self, at: Controller, call_id: str, how: int) -> None:
        at.shared.ended(COMPANY, call_id)
        assert call_id not in {lease.call_id for lease in at.local.leases.values()}

    def away(self, at: Controller, call_id: str, how: int) -> None:
        at.mood.away = how % 3 == 0

    def back(self, at: Controller, call_id: str, how: int) -> None:
        at.mood.away = False

    def hear(self, at: Controller, call_id: str, how: int) -> None:
        if not at.mood.away:
            at.hear()

    def touch(self, at: Controller, call_id: str, how: int) -> None:
        at.shared.touch()

    def death(self, at: Controller, call_id: str, how: int) -> None:
        """It is gone, with all its calls, and another one starts. Sometimes Redis forgets everything as well."""
        if how % 8:
            return
        at.close()
        self.controllers[self.controllers.index(at)] = self.controller()
        if how % 16:
            self.redis.flushdb()

    # What must hold

    def check_each(self) -> None:
        """In each process, at any time."""
        for at in self.controllers:
            model, alone = at.local, at.shared._link.alone
            for line in model.lines.values():
                assert line.waiting == sorted(line.waiting)
                assert not alone or not line.waiting or not model.free(line.plan.id)
            for call_id, waiter in model.waiters.items():
                assert not waiter.phone or model.leases[waiter.phone].call_id == call_id

    def check_all(self) -> None:
        """When all have talked to Redis, it knows what they know, and nobody waits in vain."""
        self.heal()
        leases, waiters = self.leases(), self.waiters()
        assert {lease.owner for lease in leases.values()} <= {at.name for at in self.controllers}
        for at in self.controllers:
            mine = {call_id: waiter for call_id, waiter in waiters.items() if waiter.owner == at.name}
            assert mine.keys() == at.local.waiters.keys()
            for call_id, waiter in mine.items():
                believed = at.local.waiters[
                    call_id
                ].phone  # while alone, somebody else may have been given it
                assert believed in ("", waiter.phone) or leases[believed].call_id != call_id
            ours = {phone for phone, lease in leases.items() if lease.owner == at.name}
            assert ours <= at.local.leases.keys() | {waiter.phone for waiter in mine.values()}
        self.check_nobody_waits_in_vain(leases)

    def heal(self) -> None:
        for at in self.controllers:
            at.mood.away = False
        for _ in range(2):
            self.now += ALIVE_US // 2 + SECOND
            for at in self.controllers:
                at.shared.touch()
        for _ in range(2 * LOOK_BEATS + 1):
            for at in self.controllers:
                at.hear()
                at.shared.touch()

    def check_nobody_waits_in_vain(self, leases: dict[str, Any]) -> None:
        prefix: str = keys.company(COMPANY)
        states: Any = self.redis.hgetall(prefix + "states")
        for plan in PLANS:
            free = [phone for phone in plan.phones if phone not in leases and phone.encode() not in states]
            waiting: Any = self.redis.zcard(f"{prefix}waiting:{plan.id}")
            assert not (free and waiting)

    def leases(self) -> dict[str, Any]:
        found: Any = self.redis.hgetall(keys.company(COMPANY) + "leases")
        return {phone.decode(): read_lease(text) for phone, text in found.items()}

    def waiters(self) -> dict[str, Any]:
        found: Any = self.redis.hgetall(keys.company(COMPANY) + "waiters")
        return {call_id.decode(): read_waiter(text) for call_id, text in found.items()}

    def close(self) -> None:
        for at in self.controllers:
            at.close()
        self.redis.close()
