"""Counters that all controllers share, for whose turn it is."""

from __future__ import annotations

from redis import Redis, RedisError

from app.live import keys

_last: dict[str, int] = {}  # this process's own count, for while Redis is away


def next_turn(redis: Redis, counter: str) -> int:
    """Take the next number, from 0. Without Redis this process counts on alone from what it saw last."""
    try:
        turn = int(redis.incr(keys.counter(counter))) - 1
    except RedisError:
        turn = _last.get(counter, -1) + 1
    _last[counter] = turn
    return turn
