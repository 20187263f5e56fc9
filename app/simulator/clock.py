"""Simulated time: as fast as the wall clock, n times faster, or as fast as the controller can answer.

Everything in the simulator waits through `Clock.until`; whatever changes a state calls `Change.notify`.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import gevent
from gevent.event import Event

CONTROLLER_MAY_THINK_S = 5.0  # real seconds that an instant clock stands still at most
HOPS = 3  # greenlets that news pass through at most: one reads it, one is told, one answers


class Change:
    """Wakes those who wait for some state to change; they look for themselves at what it is now."""

    def __init__(self) -> None:
        self._waiting: set[Event] = set()

    def notify(self) -> None:
        for waiter in self._waiting:
            waiter.set()

    @contextmanager
    def watched(self) -> Iterator[Event]:
        """An event that is set by the next `notify`."""
        waiter = Event()
        self._waiting.add(waiter)
        try:
            yield waiter
        finally:
            self._waiting.discard(waiter)


class Clock:
    """Time that runs `speed` times as fast as the wall clock; seconds count from its making."""

    def __init__(self, speed: float = 1.0) -> None:
        if not 0 < speed <= 1000:
            raise ValueError(f"speed {speed!r} is not between 0 and 1000")
        self._speed = speed
        self._began = time.monotonic()
        self._epoch_us = time.time_ns() // 1000

    def now(self) -> float:
        """Simulated seconds since the clock was made."""
        return (time.monotonic() - self._began) * self._speed

    def wall_us(self) -> int:
        """The simulated time of day, in microseconds since 1970, as FreeSWITCH stamps its events."""
        return self._epoch_us + int(self.now() * 1_000_000)

    def until(self, change: Change, holds: Callable[[], bool], seconds: float | None = None) -> bool:
        """Wait until `holds()`, looking again after each `change`; False when `seconds` went by first."""
        deadline = None if seconds is None else self.now() + seconds
        while not holds():
            with change.watched() as waiter:
                if not self._wait(waiter, deadline):
                    return holds()
        return True

    def sleep(self, seconds: float) -> None:
        """Wait, whatever happens."""
        self.until(Change(), lambda: False, seconds)

    @contextmanager
    def standing(self) -> Iterator[None]:
        """A controller is to speak: time that is not tied to the wall clock stands still meanwhile."""
        yield

    def _wait(self, waiter: Event, deadline: float | None) -> bool:
        if deadline is None:
            return waiter.wait()
        left = deadline - self.now()
        return left > 0 and waiter.wait(left / self._speed)


class InstantClock(Clock):
    """Time that jumps to the next thing that is to happen, once every controller has said what it wants.

    So a test of a call that rings 20 s takes milliseconds, and goes the same way on a slow machine.
    """

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0
        self._standing = 0
        self._free = Event()
        self._free.set()
        self._timers: list[tuple[float, int, Event]] = []
        self._order = count()
        self._ticking = False

    def now(self) -> float:
        return self._now

    @contextmanager
    def standing(self) -> Iterator[None]:
        self._standing += 1
        self._free.clear()
        try:
            yield
        finally:
            self._standing -= 1
            if not self._standing:
                self._free.set()

    def _wait(self, waiter: Event, deadline: float | None) -> bool:
        if deadline is not None:
            if deadline <= self._now:
                return False
            heapq.heappush(self._timers, (deadline, next(self._order), waiter))
            self._tick()
        waiter.wait()
        return deadline is None or self._now < deadline

    def _tick(self) -> None:
        if not self._ticking:
            self._ticking = True
            gevent.spawn(self._run)

    def _run(self) -> None:
        try:
            while self._timers:
                if self._timers[0][2].is_set():
                    heapq.heappop(self._timers)
                    continue
                self._let_others_run()
                if self._free.is_set():
                    self._fire(*heapq.heappop(self._timers))
        finally:
            self._ticking = False

    def _fire(self, when: float, _order: int, waiter: Event) -> None:
        if not waiter.is_set():
            self._now = max(self._now, when)
            waiter.set()

    def _let_others_run(self) -> None:
        """Until nobody has anything to do at this moment, not even with what is still in a socket."""
        for _ in range(HOPS):
            gevent.idle()
            if not self._free.wait(CONTROLLER_MAY_THINK_S):
                self._free.set()
