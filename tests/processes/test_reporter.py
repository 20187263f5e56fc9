"""A controller says how it is, and does what it is told."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
import redis as redis_py

from app.live.connection import connect
from app.live.status import Status, Statuses
from app.processes.reporter import Reporter
from tests.support.redis_server import RedisServer

ONE = Status("switch1-0", "switch1", os.getpid(), 1.0)


def reporter(statuses: Statuses, folder: Path, heard: list[str], status: Status = ONE) -> Reporter:
    return Reporter(
        lambda: status, statuses, {"journal": folder, "recordings": folder / "none"}, heard.append
    )


def test_everybody_and_this_machine_are_told(redis: redis_py.Redis, tmp_path: Path) -> None:
    statuses = Statuses(redis, tmp_path / "status")
    reporter(statuses, tmp_path, []).step()
    for told in (statuses.everywhere(), statuses.here()):
        (status,) = told
        assert list(status.free_mb) == ["journal"]
        assert status.free_mb["journal"] > 0
        assert status.is_alive


def test_an_order_is_obeyed_once(redis: redis_py.Redis, tmp_path: Path) -> None:
    statuses, heard = Statuses(redis, tmp_path / "status"), []  # type: tuple[Statuses, list[str]]
    one = reporter(statuses, tmp_path, heard)
    statuses.order("switch1-0", "drain")
    statuses.order("switch2-0", "hand-over")
    one.step()
    one.step()
    assert heard == ["drain"]


def test_without_redis_this_machine_is_still_told(own_redis_server: RedisServer, tmp_path: Path) -> None:
    statuses = Statuses(connect(own_redis_server.url), tmp_path / "status")
    own_redis_server.stop()
    one = reporter(statuses, tmp_path, [], replace(ONE, alone=True))
    one.step()
    assert [status.alone for status in statuses.here()] == [True]
    one.withdraw()
    assert statuses.here() == []


def test_without_a_disk_everybody_is_still_told(redis: redis_py.Redis, tmp_path: Path) -> None:
    (tmp_path / "status").write_text("a file where a folder should be")
    statuses = Statuses(redis, tmp_path / "status")
    reporter(statuses, tmp_path, []).step()
    assert [status.controller for status in statuses.everywhere()] == ["switch1-0"]


@pytest.mark.parametrize("redis_is_there", [True, False])
def test_who_ends_takes_his_leave(
    own_redis_server: RedisServer, tmp_path: Path, redis_is_there: bool
) -> None:
    statuses = Statuses(connect(own_redis_server.url), tmp_path / "status")
    one = reporter(statuses, tmp_path, [])
    one.step()
    if not redis_is_there:
        own_redis_server.stop()
    one.withdraw()
    assert statuses.here() == []
    if redis_is_there:
        assert statuses.everywhere() == []
