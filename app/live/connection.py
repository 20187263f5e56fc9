"""Redis with deadlines. Whoever holds a caller on the line may wait for it a fraction of a second."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from redis import BlockingConnectionPool, Redis, RedisError
from redis.backoff import NoBackoff
from redis.client import PubSub
from redis.retry import Retry

from app.errors import LiveError

CALL_TIMEOUT_S = 0.2  # what a caller does not notice
JOB_TIMEOUT_S = 5.0  # for what runs beside calls: jobs, pages, publishing
MAX_CONNECTIONS = 50


def connect(url: str, timeout_s: float = CALL_TIMEOUT_S) -> Redis:
    """A client for threads and greenlets. Connecting, a reply and a free connection may each take `timeout_s`.

    Nothing is tried twice behind the caller's back: a command whose reply was lost may have been done.
    """
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=MAX_CONNECTIONS,
        timeout=timeout_s,
        socket_timeout=timeout_s,
        socket_connect_timeout=timeout_s,
        retry=Retry(NoBackoff(), 0),
        protocol=2,
    )
    return Redis(connection_pool=pool)


@contextmanager
def subscribed(redis: Redis, channel: str) -> Iterator[PubSub]:
    """What is published on a channel from now on; `get_message(timeout=…)` may wait longer than the client's."""
    with redis.pubsub(ignore_subscribe_messages=True) as messages:  # type: ignore[no-untyped-call]
        messages.subscribe(channel)
        yield messages


@contextmanager
def live_errors() -> Iterator[None]:
    """Whatever goes wrong with Redis in here is a LiveError."""
    try:
        yield
    except RedisError as wrong:
        raise LiveError(f"Redis: {wrong}") from wrong
