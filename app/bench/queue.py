"""The measurements of the queue: from a phone becoming free to its offer, joining and leaving, memory of Redis."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redis import Redis

from app.live.connection import JOB_TIMEOUT_S, connect
from app.live.places import Offer, QueuePlan
from app.live.shared import Shared
from app.processes.redis import EmbeddedRedis

COMPANY = 1
PHONES = tuple(f"139{n:08}" for n in range(200))
PLAN = QueuePlan("bench", PHONES)
WAITING = 10_000
SIZES = (1_000, 10_000, 100_000)
SAMPLES = 1_000
OFFERS = 2_000


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a queue with so many callers: microseconds for one more to join and to leave, bytes of Redis a caller."""

    callers: int
    join_us: float
    leave_us: float
    bytes_per_caller: float


@dataclass(frozen=True, slots=True)
class Offers:
    """Milliseconds from giving a phone back at one controller to the offer in the hands of a call at another."""

    waiting: int
    p50_ms: float
    p99_ms: float
    most_ms: float


def costs() -> list[Cost]:
    """For each of SIZES."""
    found = []
    for size in SIZES:
        with _redis() as url, connect(url, JOB_TIMEOUT_S) as redis:
            found.append(_cost(redis, size))
    return found


def offers() -> Offers:
    """With WAITING callers of one controller, all phones taken, and another controller's calls ending one by one."""
    with _redis() as url, connect(url, JOB_TIMEOUT_S) as one, connect(url, JOB_TIMEOUT_S) as two:
        waiting, talking = Shared(one, "waiting"), Shared(two, "talking")
        with _running(waiting), _running(talking):
            _until_listening(one)
            talking.acquire(COMPANY, "talk", PHONES)
            for n in range(WAITING):
                waiting.join(COMPANY, PLAN, f"caller-{n:031}")
            times = sorted(_offer_ms(waiting, talking, n) for n in range(OFFERS))
    return Offers(WAITING, times[len(times) // 2], times[len(times) * 99 // 100], times[-1])


def _offer_ms(waiting: Shared, talking: Shared, n: int) -> float:
    """The first in the queue, number n, gets a phone; it goes back to the one who talks."""
    wake = threading.Event()
    call_id, phone = f"caller-{n:031}", PHONES[n % len(PHONES)]
    freed: list[float] = []

    def free() -> None:
        freed.append(time.perf_counter())
        talking.release(COMPANY, "talk", [phone])

    timer = threading.Timer(0.002, free)
    timer.start()
    got = waiting.wait(COMPANY, PLAN, call_id, 10, wake)
    ms = (time.perf_counter() - freed[0]) * 1000
    timer.join()
    assert got == Offer(phone), got
    waiting.leave(COMPANY, PLAN.id, call_id, "answered")  # keeps the phone busy
    _hand_over(waiting, talking, call_id, phone)
    return ms


def _hand_over(waiting: Shared, talking: Shared, call_id: str, phone: str) -> None:
    """The phone is off, free, taken and on again, so that it is not offered in between."""
    talking.set_agent(COMPANY, phone, "break")
    waiting.release(COMPANY, call_id, [phone])
    talking.acquire(COMPANY, "talk", [phone])
    talking.set_agent(COMPANY, phone, "available")


def _cost(redis: Redis, size: int) -> Cost:
    shared = Shared(redis, "bench")
    shared.acquire(COMPANY, "talk", PHONES)
    before = _memory(redis)
    for n in range(size):
        shared.join(COMPANY, PLAN, f"caller-{n:031}")
    used = (_memory(redis) - before) / size
    began = time.perf_counter()
    for n in range(SAMPLES):
        shared.join(COMPANY, PLAN, f"more---{n:031}", priority=n % 3)
    joined = time.perf_counter()
    for n in range(SAMPLES):
        shared.leave(COMPANY, PLAN.id, f"more---{n:031}", "abandoned")
    left = time.perf_counter()
    return Cost(size, (joined - began) * 1e6 / SAMPLES, (left - joined) * 1e6 / SAMPLES, used)


def _memory(redis: Redis) -> int:
    info: Any = redis.info("memory")
    return int(info["used_memory"])


def _until_listening(redis: Redis) -> None:
    deadline = time.monotonic() + JOB_TIMEOUT_S
    while time.monotonic() < deadline:
        channels: Any = redis.pubsub_channels()
        if len(channels) == 2:
            return
        time.sleep(0.01)
    raise TimeoutError("nobody listens for offers")


@contextmanager
def _running(shared: Shared) -> Iterator[None]:
    thread = threading.Thread(target=shared.run)
    thread.start()
    try:
        yield
    finally:
        shared.stop()
        thread.join()


@contextmanager
def _redis() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="h400-bench-") as home, EmbeddedRedis(Path(home)) as redis:
        yield redis.url
