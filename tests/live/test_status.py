"""What controllers say of themselves, read where Redis is there and where it is not."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
import redis as redis_py

from app.live import keys
from app.live.connection import connect
from app.live.status import KEPT_S, SILENT_S, Status, Statuses, newest, read
from tests.support.redis_server import RedisServer

ONE = Status("switch1-0", "switch1", os.getpid(), 1.0, calls=3, switches={"fs1": 2.0})
NOBODY = 2**22  # no process has this number


@pytest.fixture
def statuses(redis: redis_py.Redis, tmp_path: Path) -> Statuses:
    return Statuses(redis, tmp_path / "status")


def test_everybody_sees_what_a_controller_published(statuses: Statuses) -> None:
    statuses.publish(ONE)
    (found,) = statuses.everywhere()
    assert replace(found, silent_s=0) == ONE
    assert found.takes_calls


def test_a_controller_that_is_silent_is_dead_and_remembered(
    statuses: Statuses, redis: redis_py.Redis
) -> None:
    statuses.publish(ONE)
    redis.expire(keys.status(ONE.controller), KEPT_S - SILENT_S - 5)
    (found,) = statuses.everywhere()
    assert not found.is_alive
    assert found.silent_s == pytest.approx(SILENT_S + 5, abs=1)


def test_after_an_hour_it_is_forgotten(statuses: Statuses, redis: redis_py.Redis) -> None:
    statuses.publish(ONE)
    redis.delete(keys.status(ONE.controller))
    assert statuses.everywhere() == []
    assert not redis.exists(keys.STATUSES)


def test_who_ends_as_he_should_is_missed_by_nobody(statuses: Statuses) -> None:
    statuses.publish(ONE)
    statuses.keep(ONE)
    statuses.withdraw(ONE.controller)
    assert (statuses.everywhere(), statuses.here()) == ([], [])


def test_an_order_is_heard_once(statuses: Statuses) -> None:
    statuses.order(ONE.controller, "drain")
    assert [statuses.publish(ONE) for _ in range(2)] == ["drain", ""]


def test_an_order_that_nobody_reads_is_not_for_the_next_one(
    statuses: Statuses, redis: redis_py.Redis
) -> None:
    statuses.order(ONE.controller, "drain")
    assert 0 < redis.ttl(keys.order(ONE.controller)) <= SILENT_S


def test_without_redis_the_file_says_it(own_redis_server: RedisServer, tmp_path: Path) -> None:
    statuses = Statuses(connect(own_redis_server.url), tmp_path / "status")
    own_redis_server.stop()
    statuses.keep(replace(ONE, alone=True))
    (found,) = statuses.here()
    assert (found.alone, found.is_alive) == (True, True)
    with pytest.raises(redis_py.RedisError):
        statuses.publish(ONE)


def test_the_file_of_a_process_that_is_gone_does_not_count_as_alive(statuses: Statuses) -> None:
    statuses.keep(replace(ONE, pid=NOBODY))
    (found,) = statuses.here()
    assert not found.is_alive


def test_a_folder_that_is_not_there_holds_nobody(statuses: Statuses) -> None:
    assert statuses.here() == []


def test_of_two_words_the_later_counts() -> None:
    late, early = replace(ONE, silent_s=1, calls=9), replace(ONE, silent_s=5)
    other = replace(ONE, controller="a")
    assert newest([early, late, other]) == newest([late, early, other]) == [other, late]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"controller": "x"}', '"x"'])
def test_what_another_release_wrote_is_passed_over(text: str) -> None:
    assert read(text, 0) is None


def test_what_a_later_release_added_does_not_matter() -> None:
    assert read(ONE.text()[:-1] + ', "new": 1}', 0) == ONE
