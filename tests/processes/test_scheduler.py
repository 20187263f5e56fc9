"""The scheduler on a real Redis: what recurs, what is delayed, and that only one of them does it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
import redis as redis_py
from rq import Queue
from rq.serializers import JSONSerializer

from app.processes import scheduler as scheduler_module
from app.processes.scheduler import PERIODIC, Periodic, Scheduler
from workers import JOBS, QUEUES

REPUBLISH = Periodic("workers.snapshots.republish_all", 60)


class Clock:
    """Stands in for the time module."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(scheduler_module, "time", clock)
    return clock


def started(redis: redis_py.Redis, name: str, periodic: Sequence[Periodic] = (REPUBLISH,)) -> Scheduler:
    scheduler = Scheduler(redis, name, periodic)
    turn(scheduler)
    return scheduler


def turn(scheduler: Scheduler) -> None:
    """One round of RQ's loop, without its sleep."""
    if scheduler.should_reacquire_locks:
        scheduler.acquire_locks()
    scheduler.enqueue_scheduled_jobs()


def waiting(redis: redis_py.Redis, queue: str = "default") -> list[str]:
    return [str(job.func_name) for job in Queue(queue, connection=redis, serializer=JSONSerializer).jobs]


def test_what_recurs_is_started_at_once_and_then_every_so_often(redis: redis_py.Redis, clock: Clock) -> None:
    scheduler = started(redis, "a")
    assert waiting(redis) == [REPUBLISH.name]
    clock.now += 59
    turn(scheduler)
    assert len(waiting(redis)) == 1
    clock.now += 1
    turn(scheduler)
    assert len(waiting(redis)) == 2


def test_without_workers_nothing_piles_up(redis: redis_py.Redis, clock: Clock) -> None:
    started(redis, "a")
    job = Queue("default", connection=redis, serializer=JSONSerializer).jobs[0]
    assert redis.ttl(job.key) <= REPUBLISH.every_s


def test_only_one_schedules_and_another_takes_over(redis: redis_py.Redis, clock: Clock) -> None:
    first, second = started(redis, "a"), started(redis, "b")
    assert len(waiting(redis)) == 1
    first.release_locks()
    turn(second)
    assert len(waiting(redis)) == 2


def test_an_emptied_redis_heals(redis: redis_py.Redis, clock: Clock) -> None:
    scheduler = started(redis, "a")
    redis.flushall()
    scheduler.heartbeat()
    clock.now += REPUBLISH.every_s
    turn(scheduler)
    assert waiting(redis) == [REPUBLISH.name]


@pytest.mark.parametrize("queue", QUEUES)
def test_delayed_jobs_of_every_queue_are_started_when_due(
    queue: str, redis: redis_py.Redis, clock: Clock
) -> None:
    late = Queue(queue, connection=redis, serializer=JSONSerializer)
    late.enqueue_in(timedelta(seconds=-1), "workers.calls.store_calls")
    late.enqueue_in(timedelta(hours=1), "workers.snapshots.republish_all")
    started(redis, "a", periodic=())
    assert waiting(redis, queue) == ["workers.calls.store_calls"]


def test_what_recurs_is_on_the_list_of_jobs() -> None:
    assert {job.name for job in PERIODIC} <= JOBS
