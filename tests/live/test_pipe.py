"""Scripts share round trips and keep their order; what Redis does not know it is taught; what it refuses is told."""

from __future__ import annotations

import threading

import pytest
from redis import Redis, RedisError
from redis.exceptions import ResponseError

from app.live.connection import connect
from app.live.pipe import Pipe
from tests.support.redis_server import RedisServer
from tests.support.waiting import until

PUSH = "return redis.call('RPUSH', KEYS[1], ARGV[1])"


def fail(lost: RedisError) -> None:
    raise AssertionError(lost)


def test_each_asker_gets_his_own_answer(redis: Redis) -> None:
    pipe = Pipe(redis)
    sha = pipe.learn("return {KEYS[1], ARGV[1]}")
    answers: dict[int, object] = {}

    def ask(n: int) -> None:
        answers[n] = pipe.ask(sha, [f"k{n}"], [n])

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert answers == {n: [f"k{n}".encode(), str(n).encode()] for n in range(50)}


def test_what_is_told_is_done_before_what_is_asked_next(redis: Redis) -> None:
    pipe = Pipe(redis)
    sha = pipe.learn(PUSH)
    pipe.tell(sha, ["order"], ["first"], fail)
    assert pipe.ask(sha, ["order"], ["second"]) == 2
    assert redis.lrange("order", 0, -1) == [b"first", b"second"]


def test_nothing_overtakes_a_script_that_redis_does_not_know_yet(redis: Redis) -> None:
    redis.script_flush()
    pipe = Pipe(redis)
    known, new = pipe.learn(PUSH), pipe.learn(PUSH + " -- new")
    pipe.ask(known, ["order"], ["zeroth"])
    pipe.tell(new, ["order"], ["first"], fail)
    pipe.ask(known, ["order"], ["second"])
    assert redis.lrange("order", 0, -1) == [b"zeroth", b"first", b"second"]


def test_a_redis_that_forgot_the_scripts_is_taught_again(redis: Redis) -> None:
    pipe = Pipe(redis)
    sha = pipe.learn(PUSH)
    redis.script_flush()
    assert [pipe.ask(sha, ["order"], [n]) for n in range(2)] == [1, 2]


def test_a_script_that_fails_fails_for_its_asker_alone(redis: Redis) -> None:
    pipe = Pipe(redis)
    bad, good = pipe.learn("return redis.call('NO SUCH')"), pipe.learn(PUSH)
    with pytest.raises(ResponseError):
        pipe.ask(bad, [], [])
    assert pipe.ask(good, ["order"], ["x"]) == 1


def test_without_redis_the_asker_is_told(own_redis_server: RedisServer) -> None:
    pipe = Pipe(connect(own_redis_server.url))
    sha = pipe.learn(PUSH)
    own_redis_server.stop()
    with pytest.raises(RedisError):
        pipe.ask(sha, ["order"], ["x"])
    own_redis_server.start()
    assert pipe.ask(sha, ["order"], ["x"]) == 1


def test_what_is_told_is_done_though_nobody_asks_anything(redis: Redis) -> None:
    pipe = Pipe(redis)
    pipe.tell(pipe.learn(PUSH), ["order"], ["first"], fail)
    until(lambda: redis.lrange("order", 0, -1) == [b"first"])


def test_a_flush_waits_for_all_that_was_told(redis: Redis) -> None:
    pipe = Pipe(redis)
    sha = pipe.learn(PUSH)
    for n in range(100):
        pipe.tell(sha, ["order"], [n], fail)
    pipe.flush()
    assert redis.llen("order") == 100


def test_what_is_told_to_a_redis_that_is_away_is_known_to_be_lost(own_redis_server: RedisServer) -> None:
    pipe = Pipe(connect(own_redis_server.url))
    sha = pipe.learn(PUSH)
    own_redis_server.stop()
    lost: list[RedisError] = []
    pipe.tell(sha, ["order"], ["x"], lost.append)
    until(lambda: lost)
