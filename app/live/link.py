"""This process's part of the shared state: in Redis together with all controllers, alone while Redis is away.

What this process's calls hold and wait for is always kept here as well (`local`). So when Redis goes away the same
model goes on pairing, with this process's phones and callers only; and when Redis is back, or has forgotten us,
everything is said again.
"""

from __future__ import annotations

import queue
import time
from _thread import (
    RLock,  # not gevent's: what it guards never waits, and gevent's costs as much as the rest together
)
from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

import structlog
from redis import Redis, RedisError

from app.live.company import Company
from app.live.local import Local
from app.live.places import Callback, Pair
from app.live.scripts import Scripts

log = structlog.get_logger()
T = TypeVar("T")


class Wake(Protocol):
    """An event of threading or gevent."""

    def set(self) -> object: ...

    def wait(self, timeout: float | None = None) -> object: ...


class Link:
    """Does each operation here and, unless Redis is away, there. Redis decides when both can."""

    def __init__(self, redis: Redis, controller: str, clock: Callable[[], int] | None = None) -> None:
        self.controller = controller
        self.scripts = Scripts(redis, self.cut_off)
        self.local = Local()
        self.alone = False
        self.lock = RLock()
        self.callbacks: queue.SimpleQueue[Callback] = queue.SimpleQueue()
        self.claimed: set[tuple[int, str]] = set()
        self._clock = clock
        self._wakes: dict[str, Wake] = {}
        self._told: set[str] = set()

    def now(self) -> int:
        """Microseconds since 1970, by this process's clock."""
        return self._clock() if self._clock else time.time_ns() // 1000

    def script_now(self) -> int:
        """What scripts are told: 0, for they have a clock that all controllers share."""
        return self._clock() if self._clock else 0

    def do(
        self,
        company: int,
        here: Callable[[Company], T],
        there: Callable[[Scripts], T],
        settle: Callable[[Company, T], object] | None = None,
    ) -> T:
        """First here, so that nothing of ours is unknown to us; then there; `settle` corrects what we believed."""
        with self.lock:
            mine = self._here(company, here)
            if self.alone:
                return mine
        try:
            theirs = there(self.scripts)
        except RedisError as away:
            self.cut_off(away)
            return mine
        if settle and theirs != mine:
            with self.lock:
                settle(self.local.of(company), theirs)
        return theirs

    def read(self, there: Callable[[Scripts], T], here: Callable[[], T]) -> T:
        """Ask Redis, or ourselves while it is away."""
        if not self.alone:
            try:
                return there(self.scripts)
            except RedisError as away:
                self.cut_off(away)
        with self.lock:
            return here()

    def tell(self, there: Callable[[Scripts], None]) -> None:
        """Let Redis have something that is of no use here; lost while it is away."""
        if not self.alone:
            there(self.scripts)

    def cut_off(self, why: object) -> None:
        """From now on this process pairs its own callers and phones."""
        with self.lock:
            if self.alone:
                return
            self.alone = True
            log.warning("redis_away", controller=self.controller, problem=str(why))
            self.local.go_alone(self.now())
            for number in self.local.companies:
                self._tell(number, self.local.of(number).pairs)

    def received(self, company: int, pair: Pair) -> None:
        """Redis took a phone for a caller of ours: wake him, and let him look."""
        with self.lock:
            if not self.alone and (pair.number or pair.call_id in self.local.of(company).waiters):
                self._tell(company, [pair])

    def expect(self, call_id: str, wake: Wake) -> bool:
        """`wake` is set when a phone is held for the call. True when one was while nobody expected it."""
        with self.lock:
            self._wakes[call_id] = wake
            told = call_id in self._told
            self._told.discard(call_id)
            return told

    def expect_no_more(self, call_id: str) -> None:
        """Until `expect` comes again."""
        with self.lock:
            self._wakes.pop(call_id, None)

    def forget(self, call_id: str) -> None:
        """The call waits no more."""
        with self.lock:
            self._told.discard(call_id)

    def tick(self) -> None:
        """Time has passed here."""
        with self.lock:
            for number in list(self.local.companies):
                self._here(number, lambda company: company.tick(self.now()))

    def _here(self, number: int, here: Callable[[Company], T]) -> T:
        company = self.local.of(number)
        result = here(company)
        if company.pairs:
            self._tell(number, company.pairs)
        return result

    def _tell(self, company: int, pairs: Iterable[Pair]) -> None:
        for pair in list(pairs):
            if pair.number:
                self.callbacks.put(
                    Callback(company, pair.queue, pair.call_id, pair.number, pair.phone, pair.tries)
                )
            elif wake := self._wakes.get(pair.call_id):
                wake.set()
            else:
                self._told.add(pair.call_id)
        if isinstance(pairs, list):
            pairs.clear()
