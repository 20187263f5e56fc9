"""Controllers of tests, and the time they go by."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from redis import Redis

from app.live.pairing import EPOCH_US
from app.live.places import Offer, Place, QueuePlan
from app.live.shared import Shared

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Clock:
    """Microseconds; moved by the test."""

    def __init__(self) -> None:
        self.us = EPOCH_US + round((NOW - datetime(2026, 1, 1, tzinfo=UTC)).total_seconds()) * 1_000_000

    def __call__(self) -> int:
        self.us += 20
        return self.us

    def pass_s(self, seconds: float) -> None:
        self.us += round(seconds * 1_000_000)


class Patient(Shared):
    """The other controllers know of each thing before the next line of a test."""

    def release(self, company: int, call_id: str, phones: Sequence[str]) -> None:
        super().release(company, call_id, phones)
        self.flush()

    def leave(self, company: int, queue: str, call_id: str, why: str) -> None:
        super().leave(company, queue, call_id, why)
        self.flush()

    def ended(self, company: int, call_id: str) -> None:
        super().ended(company, call_id)
        self.flush()


@contextmanager
def patient(redis: Redis, name: str, clock: Clock) -> Iterator[Patient]:
    """A controller that says nothing any more when its test is over: the next test begins with an empty Redis."""
    shared = Patient(redis, name, clock)
    yield shared
    shared.flush()


def look(shared: Shared, plan: QueuePlan, call_id: str) -> Offer | Place:
    """How the caller stands now."""
    return shared.wait(1, plan, call_id, 0, threading.Event())
