"""How the installation is, asked while real parts of it are stopped."""

from __future__ import annotations

import os
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis as redis_py
from rq import Queue, Worker
from rq.serializers import JSONSerializer

from app.health import database as asked_database
from app.health.controllers import ago, controllers, disks, switches
from app.health.database import database
from app.health.look import look
from app.health.part import Part, Standing
from app.health.shared import shared
from app.live.connection import connect
from app.live.status import FOLDER, SILENT_S, Status, Statuses
from app.processes.scheduler import PERIODIC, Scheduler
from app.words import Words
from tests.conftest import HAVE_POSTGRESQL
from tests.support import sample_health
from tests.support.postgresql_server import PostgresqlServer, find_programs
from tests.support.redis_server import RedisServer

ONE = sample_health.STATUS


def of(parts: list[Part], name: str) -> Part:
    (part,) = [part for part in parts if part.name == name]
    return part


# The database


def test_a_database_that_answers_is_well(database_url: str) -> None:
    assert database(database_url).standing == Standing.WELL


def test_a_locked_file_can_be_read_and_not_written(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked_database, "WAIT_S", 0.05)
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        part = database(sqlite_url)
        assert (part.standing, part.facts) == (Standing.WEAK, {"locked": True})
        assert part.callers
        assert "通话照常" in part.callers.zh
        other.execute("ROLLBACK")
    assert database(sqlite_url).standing == Standing.WELL


def test_a_file_that_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    part = database(f"sqlite:///{tmp_path}/gone.db")
    assert part.standing == Standing.AWAY
    assert list(tmp_path.iterdir()) == []
    assert str(tmp_path) not in str(part.facts)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "odd.db").write_text(
        "not a database at all, but a text that is long enough to be read as one" * 9
    )
    assert database(f"sqlite:///{tmp_path}/odd.db").standing == Standing.AWAY


@pytest.fixture
def own_postgresql() -> Iterator[PostgresqlServer]:
    """A PostgreSQL that the test may stop."""
    programs = find_programs()
    assert programs
    server = PostgresqlServer(programs)
    server.start()
    yield server
    server.stop()


@pytest.mark.skipif(not HAVE_POSTGRESQL, reason="PostgreSQL is not installed")
def test_a_server_that_is_stopped(own_postgresql: PostgresqlServer) -> None:
    assert database(own_postgresql.url).standing == Standing.WELL
    own_postgresql.stop()
    part = database(own_postgresql.url)
    assert part.standing == Standing.AWAY
    assert str(own_postgresql.folder) not in str(part.facts)


# Redis, workers, scheduler


def test_an_empty_redis_has_neither_workers_nor_a_scheduler(redis: redis_py.Redis) -> None:
    parts = shared(redis)
    assert [part.standing for part in parts] == [Standing.WELL, Standing.AWAY, Standing.WEAK]


def test_a_worker_and_a_scheduler_that_run(redis: redis_py.Redis) -> None:
    worker = Worker(["calls"], connection=redis, serializer=JSONSerializer)
    worker.register_birth()
    Scheduler(redis, "here-1", PERIODIC).acquire_locks()
    assert [part.standing for part in shared(redis)] == [Standing.WELL] * 3
    worker.register_death()
    assert of(shared(redis), "workers").standing == Standing.AWAY


def test_a_job_that_waits_for_long_waits_for_a_worker(redis: redis_py.Redis) -> None:
    Worker(["calls"], connection=redis, serializer=JSONSerializer).register_birth()
    job = Queue("calls", connection=redis, serializer=JSONSerializer).enqueue("workers.calls.store_calls")
    assert of(shared(redis), "workers").standing == Standing.WELL
    job.enqueued_at = datetime.now(UTC) - timedelta(minutes=5)
    job.save()
    part = of(shared(redis), "workers")
    assert (part.standing, part.facts["waiting"]) == (Standing.WEAK, 1)
    assert part.facts["oldest_s"] == pytest.approx(300, abs=5)


def test_a_redis_that_is_stopped(own_redis_server: RedisServer) -> None:
    client = connect(own_redis_server.url)
    own_redis_server.stop()
    parts = shared(client)
    assert [part.standing for part in parts] == [Standing.AWAY, Standing.WEAK, Standing.WEAK]
    assert parts[0].callers


def test_a_redis_that_stands_still_is_away_within_its_deadlines(tmp_path: Path) -> None:
    """Connections are taken by the system, and nobody answers."""
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "silent.sock"))
        silent.listen()
        parts = shared(connect(f"unix://{tmp_path}/silent.sock", 0.05))
    assert parts[0].standing == Standing.AWAY


# Controllers


@pytest.mark.parametrize(
    ("status", "standing", "says"),
    [
        (ONE, Standing.WELL, "3 个通话"),
        (replace(ONE, draining=True), Standing.WELL, "正在退出"),
        (replace(ONE, alone=True), Standing.WEAK, "独自工作"),
        (replace(ONE, waiting=12), Standing.WELL, "12 条记录等着入库"),
        (replace(ONE, waiting=5000), Standing.WEAK, "5000 条记录等着入库"),
        (replace(ONE, disk_fails=True), Standing.WEAK, "写不进磁盘"),
        (replace(ONE, silent_s=SILENT_S + 50), Standing.WEAK, "60 秒没有消息"),
    ],
)
def test_a_controller(status: Status, standing: Standing, says: str) -> None:
    other = replace(ONE, controller="switch2-0")
    part = controllers([status, other], redis_is_away=False)[0]
    assert (part.standing, part.name) == (standing, "controller switch1-0")
    assert says in part.what.zh


@pytest.mark.parametrize("statuses", [[], [replace(ONE, draining=True)], [replace(ONE, silent_s=99)]])
def test_when_nobody_takes_calls_that_comes_first(statuses: list[Status]) -> None:
    part = controllers(statuses, redis_is_away=False)[0]
    assert (part.name, part.standing) == ("control", Standing.AWAY)
    assert part.callers
    assert "致歉" in part.callers.zh


def test_without_redis_nobody_is_declared_dead_on_other_machines() -> None:
    assert controllers([], redis_is_away=True)[0].standing == Standing.WEAK


def test_switches_and_when_they_last_gave_a_call() -> None:
    now = time.time()
    first = replace(ONE, switches={"fs1": now - 300, "fs2": now - 7200})
    second = replace(ONE, controller="switch2-0", switches={"fs1": now - 5}, order_ok=False)
    parts = list(switches([first, second]))
    assert [part.name for part in parts] == ["switch fs1", "switch fs2", "switch"]
    assert "5 秒前" in parts[0].what.zh
    assert "2 小时前" in parts[1].what.zh
    assert parts[2].standing == Standing.WEAK


@pytest.mark.parametrize(
    ("mb", "standing"), [(9000, Standing.WELL), (900, Standing.WEAK), (90, Standing.AWAY)]
)
def test_the_disk_with_the_least_room_counts(mb: int, standing: Standing) -> None:
    statuses = [replace(ONE, free_mb={"recordings": mb}), replace(ONE, free_mb={"recordings": 50_000})]
    (part,) = disks(statuses)
    assert (part.name, part.standing) == ("disk recordings", standing)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(5, Words("5 秒", "5 seconds")), (119, Words("119 秒", "119 seconds")), (120, Words("2 分钟", "2 minutes")),
     (7300, Words("2 小时", "2 hours")), (400_000, Words("4 天", "4 days"))],
)  # fmt: skip
def test_lengths_of_time(seconds: float, words: Words) -> None:
    assert ago(seconds) == words


# All of it


def test_all_is_well(redis: redis_py.Redis, sqlite_url: str, tmp_path: Path) -> None:
    sample_health.publish(redis, tmp_path)
    health = look(sqlite_url, redis, tmp_path)
    assert health.troubles == []


def test_without_redis_the_controllers_of_this_machine_are_known(
    own_redis_server: RedisServer, sqlite_url: str, tmp_path: Path
) -> None:
    client = connect(own_redis_server.url)
    Statuses(client, tmp_path / FOLDER).keep(replace(ONE, pid=os.getpid(), alone=True))
    own_redis_server.stop()
    health = look(sqlite_url, client, tmp_path)
    assert health.standing == Standing.AWAY
    assert health.troubles[0].name == "redis"
    assert "独自工作" in of(list(health.parts), "controller switch1-0").what.zh


def test_nothing_is_there_at_all(own_redis_server: RedisServer, tmp_path: Path) -> None:
    own_redis_server.stop()
    health = look(f"sqlite:///{tmp_path}/gone.db", connect(own_redis_server.url), tmp_path / "gone")
    assert [part.name for part in health.troubles] == ["database", "redis"]
