"""Messages to people, handed to the workers who send them."""

from __future__ import annotations

import logging

import gevent
from gevent.pool import Pool
from redis import Redis, RedisError
from rq import Queue, Retry

from app.telephony.surroundings import Job

log = logging.getLogger(__name__)

JOB = "workers.notify.send"
QUEUE = "default"
JOB_S = 60
MOST_AT_ONCE = 50  # while Redis is slow; more are dropped rather than kept for ever


class Messages:
    """Enqueues each message in a greenlet of its own, so that no call waits for Redis."""

    def __init__(self, redis: Redis) -> None:
        self._queue = Queue(QUEUE, connection=redis, serializer="json")
        self._pool = Pool(MOST_AT_ONCE)

    def send(self, message: Job) -> None:
        """Returns at once. A message that Redis does not take is lost, and the log says so."""
        if self._pool.full():
            log.error("message about call %s is lost: Redis is too slow", message.get("call_id"))
            return
        self._pool.spawn(self._enqueue, message)

    def flush(self, seconds: float) -> None:
        """Wait for those that are under way."""
        gevent.joinall(list(self._pool), timeout=seconds)

    def _enqueue(self, message: Job) -> None:
        try:
            self._queue.enqueue_call(
                JOB,
                kwargs=dict(message),
                timeout=JOB_S,
                result_ttl=0,
                description="message to a person",
                retry=Retry(max=3, interval=[10, 60, 300]),
            )
        except RedisError as away:
            log.error("message about call %s is lost: %s", message.get("call_id"), away)
