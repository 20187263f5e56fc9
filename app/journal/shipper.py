"""The way of ended calls from this process's outbox to the store: jobs in Redis, taken back when nothing comes of them.

A job stores up to BATCH calls and, after the commit, says so in a list in Redis that is read here. A job that is not
done after RESEND_S, and not waiting for a worker either, counts as lost, and its calls are shipped again; storing a
call twice does nothing. Few jobs are under way at once, so that with workers or database away the calls stay on disk,
not in Redis.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from redis import Redis
from rq import Queue, Retry
from rq.job import Job

from app.errors import LiveError
from app.journal.outbox import Outbox
from app.journal.records import Cdr
from app.live import keys
from app.live.connection import live_errors

log = structlog.get_logger()

JOB = "workers.calls.store_calls"
QUEUE = "calls"
BATCH = 200  # calls a job
MAX_JOBS = 20
WINDOW_S = 0.25  # calls that end within this time share a job
LOOK_S = 1.0  # how often acknowledgements are read when no call ends
RESEND_S = 20.0
JOB_S = 60  # what storing a batch may take
FAILED_TTL_S = 24 * 3600
PAUSE_S = 2.0  # before Redis is tried again
ACKS = 100  # read at once
PENDING = (b"queued", b"started")


@dataclass(frozen=True, slots=True)
class Shipment:
    """A job that is under way."""

    call_ids: frozenset[str]
    due: float


class Shipper:
    """Runs beside the calls of a process. `redis` wants the longer deadline: JOB_TIMEOUT_S."""

    def __init__(self, outbox: Outbox, redis: Redis, controller: str) -> None:
        self._outbox, self._redis, self._controller = outbox, redis, controller
        self._queue = Queue(QUEUE, connection=redis, serializer="json")
        self._under_way: dict[str, Shipment] = {}
        self._stopped = threading.Event()

    def run(self) -> None:
        """Ship until `stop`."""
        while not self._stopped.is_set():
            self._outbox.changed.wait(LOOK_S)
            self._outbox.changed.clear()
            try:
                self.step()
                self._stopped.wait(WINDOW_S)
            except LiveError as away:
                log.warning("calls_not_shipped", waiting=self._outbox.waiting(), problem=str(away))
                self._stopped.wait(PAUSE_S)

    def stop(self) -> None:
        """Let `run` return, within LOOK_S."""
        self._stopped.set()
        self._outbox.changed.set()

    def step(self) -> None:
        """Read what was stored, take back what was lost, ship what is due. LiveError when Redis is away."""
        with live_errors():
            self._read_acks()
            self._take_back()
            self._ship_fresh()
            self._ship_older()

    def _read_acks(self) -> None:
        while acks := self._pop_acks():
            stored = {call_id for ack in acks for call_id in json.loads(ack)}
            self._outbox.stored(stored)
            for job_id, shipment in list(self._under_way.items()):
                left = shipment.call_ids - stored
                if not left:
                    del self._under_way[job_id]
                elif len(left) < len(shipment.call_ids):
                    self._under_way[job_id] = Shipment(left, shipment.due)

    def _pop_acks(self) -> list[bytes]:
        popped: Any = self._redis.lpop(keys.acks(self._controller), ACKS)
        return popped or []

    def _take_back(self) -> None:
        now = time.monotonic()
        for job_id, shipment in list(self._under_way.items()):
            if shipment.due > now:
                continue
            if self._redis.hget(Job.key_for(job_id), "status") in PENDING:
                self._under_way[job_id] = Shipment(shipment.call_ids, now + RESEND_S)
            else:
                log.warning("calls_shipped_again", job=job_id, calls=len(shipment.call_ids))
                del self._under_way[job_id]

    def _ship_fresh(self) -> None:
        while len(self._under_way) < MAX_JOBS and (batch := self._outbox.fresh(BATCH)):
            self._ship(batch)
            self._outbox.drop_fresh(len(batch))

    def _ship_older(self) -> None:
        """What memory did not hold, what an earlier life left, and what was taken back: one file's at a time."""
        shipped = sum(len(shipment.call_ids) for shipment in self._under_way.values())
        if self._outbox.fresh(1) or len(self._under_way) >= MAX_JOBS or self._outbox.waiting() <= shipped:
            return
        under_way = {call_id for shipment in self._under_way.values() for call_id in shipment.call_ids}
        for batch in _batches(self._outbox.older(but_not=under_way)):
            self._ship(batch)

    def _ship(self, batch: Sequence[Cdr]) -> None:
        job = self._queue.enqueue_call(
            JOB,
            args=(self._controller, batch),
            timeout=JOB_S,
            result_ttl=0,
            failure_ttl=FAILED_TTL_S,
            description=f"{len(batch)} calls of {self._controller}",
            retry=Retry(max=3, interval=[5, 20, 60]),
        )
        call_ids = frozenset(cdr["call_id"] for cdr in batch)
        self._under_way[job.id] = Shipment(call_ids, time.monotonic() + RESEND_S)


def _batches(cdrs: Sequence[Cdr]) -> Iterator[Sequence[Cdr]]:
    return (cdrs[start : start + BATCH] for start in range(0, len(cdrs), BATCH))
