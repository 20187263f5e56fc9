"""Redis never keeps a caller waiting."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from app.errors import LiveError
from app.live.connection import connect, live_errors
from tests.support.redis_server import RedisServer


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A peer that accepts and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_silent_redis_costs_no_more_than_the_deadline(silent_port: int) -> None:
    began = time.monotonic()
    with connect(f"redis://127.0.0.1:{silent_port}", 0.05) as redis, pytest.raises(LiveError), live_errors():
        redis.get("x")
    assert time.monotonic() - began < 5  # redis-py's own defaults take a minute


def test_a_redis_that_is_not_there_is_a_live_error() -> None:
    with connect("redis://127.0.0.1:1", 0.2) as redis, pytest.raises(LiveError), live_errors():
        redis.get("x")


def test_a_command_whose_reply_is_lost_is_not_sent_twice() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with connect(f"redis://127.0.0.1:{port}", 0.1) as redis, pytest.raises(LiveError), live_errors():
            redis.incr("x")
        server.settimeout(0.1)
        first, _ = server.accept()
        first.close()
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_restarted_redis_is_used_again_at_once(own_redis_server: RedisServer) -> None:
    with connect(own_redis_server.url) as redis:
        redis.set("x", "1")
        own_redis_server.stop()
        with pytest.raises(LiveError), live_errors():
            redis.get("x")
        own_redis_server.start()
        assert redis.get("x") is None
