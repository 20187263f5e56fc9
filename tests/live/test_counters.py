"""Whose turn it is, with Redis and without."""

from __future__ import annotations

import pytest
from redis import Redis

from app.live import counters
from app.live.connection import connect
from app.live.counters import next_turn
from tests.support.redis_server import RedisServer


@pytest.fixture(autouse=True)
def _no_turns_taken() -> None:
    counters._last.clear()


def test_turns_count_from_zero_each_counter_by_itself(redis: Redis) -> None:
    assert [next_turn(redis, "a") for _ in range(3)] == [0, 1, 2]
    assert next_turn(redis, "b") == 0


def test_processes_share_a_counter(redis: Redis, redis_server: RedisServer) -> None:
    with connect(redis_server.url) as other:
        assert [next_turn(redis, "a"), next_turn(other, "a"), next_turn(redis, "a")] == [0, 1, 2]


def test_without_redis_this_process_counts_on(own_redis_server: RedisServer) -> None:
    with connect(own_redis_server.url) as redis:
        assert [next_turn(redis, "a") for _ in range(2)] == [0, 1]
        own_redis_server.stop()
        assert [next_turn(redis, "a") for _ in range(2)] == [2, 3]
        assert next_turn(redis, "never seen") == 0
        own_redis_server.start()
        assert next_turn(redis, "a") == 0
