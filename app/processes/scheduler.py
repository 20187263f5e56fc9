"""`hotline400 scheduler`: starts the jobs that are due: retries with a pause, and what recurs.

Any number may run; one holds the lock in Redis and does it, the others take over within a minute or so.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Sequence
from typing import NamedTuple

from redis import Redis
from rq import Queue
from rq.scheduler import RQScheduler
from rq.serializers import JSONSerializer

from app.processes import logs
from app.processes.programs import name_of
from app.processes.redis import url_of
from app.settings import Settings
from workers import QUEUES

FAILED_TTL_S = 86_400
QUEUE = "default"


class Periodic(NamedTuple):
    """A job that recurs. One that no worker has begun by the time of the next is dropped."""

    name: str
    every_s: int


PERIODIC = (
    Periodic("workers.snapshots.republish_all", 60),  # an emptied Redis heals
    Periodic("workers.publishing.carry_out_due", 15),
    Periodic("workers.notify.resume", 60),
    Periodic("workers.reconcile.collect_files", 60),
    Periodic("workers.reconcile.close_calls", 60),
    Periodic("workers.voicemail.remove_deleted", 3600),
    Periodic("workers.exports.tidy", 3600),
)


class Scheduler(RQScheduler):
    """RQ's scheduler, with our recurring jobs, in a process of its own rather than beside a worker."""

    def __init__(self, connection: Redis, name: str, periodic: Sequence[Periodic] = PERIODIC) -> None:
        super().__init__(
            QUEUES, connection, serializer=JSONSerializer, name=name, logging_level=logging.WARNING
        )
        self._queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)
        self._due = dict.fromkeys(periodic, 0.0)  # by the monotonic clock

    @property
    def should_reacquire_locks(self) -> bool:
        """Ask for the lock all the time, not every ten minutes, while another has it."""
        return bool(self._queue_names != self.acquired_locks)

    def enqueue_scheduled_jobs(self) -> None:
        super().enqueue_scheduled_jobs()
        if self._queue.name in self.acquired_locks:
            self._enqueue_periodic(time.monotonic())

    def _enqueue_periodic(self, now: float) -> None:
        for job, due in self._due.items():
            if now >= due:
                self._queue.enqueue(job.name, ttl=job.every_s, result_ttl=0, failure_ttl=FAILED_TTL_S)
                self._due[job] = now + job.every_s


def run(settings: Settings) -> int:
    """Schedule until SIGTERM."""
    logs.configure(settings.log_level)
    Scheduler(Redis.from_url(url_of(settings)), name_of(os.getpid())).work()
    return 0
