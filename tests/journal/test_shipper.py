"""From the outbox to the store and back: lost on the way or not, each call arrives once."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
from redis import Redis
from rq import Queue

from app.errors import LiveError
from app.journal import outbox, shipper
from app.journal.journal import Journal
from app.journal.shipper import Shipper
from app.live import keys
from app.live.connection import JOB_TIMEOUT_S, connect
from app.store import companies
from app.store.db import database
from app.store.models import Call, CallLeg, Company
from tests.journal.conftest import Open
from tests.support.cdrs import cdr
from tests.support.jobs import work
from tests.support.redis_server import RedisServer
from tests.support.waiting import until


@pytest.fixture
def company(sqlite_database: str) -> Company:
    return companies.create("甲公司")


@pytest.fixture
def journal(open_journal: Open) -> Journal:
    return open_journal()


@pytest.fixture
def ship(journal: Journal, redis: Redis) -> Shipper:
    return Shipper(journal.outbox, redis, "host-1")


def end(journal: Journal, company: Company, *call_ids: str) -> None:
    for call_id in call_ids:
        journal.end(cdr(call_id, company.id))
    assert journal.flush(10)


def jobs(redis: Redis) -> int:
    return len(Queue("calls", connection=redis))


def stored() -> list[str]:
    return sorted(call.call_id for call in Call.select())


def test_an_ended_call_is_stored_and_then_forgotten(
    journal: Journal, ship: Shipper, redis: Redis, company: Company
) -> None:
    end(journal, company, "a", "b")
    ship.step()
    assert jobs(redis) == 1
    work(redis)
    assert stored() == ["a", "b"]
    assert journal.outbox.waiting() == 2
    ship.step()
    assert journal.outbox.waiting() == 0
    assert not redis.exists(keys.acks("host-1"))


def test_calls_travel_together_up_to_a_limit(
    journal: Journal, ship: Shipper, redis: Redis, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipper, "BATCH", 4)
    end(journal, company, *"abcdefghi")
    ship.step()
    assert jobs(redis) == 3
    work(redis)
    assert stored() == list("abcdefghi")


def test_a_call_is_shipped_once_while_its_job_waits(
    journal: Journal, ship: Shipper, redis: Redis, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipper, "RESEND_S", 0.0)
    end(journal, company, "a")
    for _ in range(3):
        ship.step()
    assert jobs(redis) == 1


def test_a_lost_job_is_made_up_for(
    journal: Journal, ship: Shipper, redis: Redis, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipper, "RESEND_S", 0.0)
    end(journal, company, "a", "b")
    ship.step()
    redis.flushall()
    ship.step()
    assert jobs(redis) == 1
    work(redis)
    assert stored() == ["a", "b"]


def test_a_job_whose_acknowledgement_is_lost_is_done_again_without_harm(
    journal: Journal, ship: Shipper, redis: Redis, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipper, "RESEND_S", 0.0)
    end(journal, company, "a")
    ship.step()
    work(redis)
    redis.delete(keys.acks("host-1"))
    ship.step()
    work(redis)
    ship.step()
    assert (stored(), CallLeg.select().count(), journal.outbox.waiting()) == (["a"], 1, 0)


def test_what_an_earlier_life_left_is_shipped(
    open_journal: Open, redis: Redis, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipper, "BATCH", 2)
    end(open_journal(), company, "a", "b", "c")
    journal = open_journal()
    ship = Shipper(journal.outbox, redis, "host-1")
    ship.step()
    work(redis)
    ship.step()
    assert (stored(), journal.outbox.waiting()) == (["a", "b", "c"], 0)


def test_beyond_what_memory_holds_calls_are_read_from_disk(
    journal: Journal, ship: Shipper, redis: Redis, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MEMORY_LIMIT", 2)
    end(journal, company, *"abcde")
    assert len(journal.outbox.fresh(10)) == 2
    for _ in range(2):
        ship.step()
    work(redis)
    ship.step()
    assert (stored(), journal.outbox.waiting()) == (list("abcde"), 0)


def test_with_workers_away_redis_does_not_fill(
    journal: Journal, ship: Shipper, redis: Redis, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipper, "BATCH", 1)
    monkeypatch.setattr(shipper, "MAX_JOBS", 3)
    end(journal, company, *"abcdefgh")
    for _ in range(5):
        ship.step()
    assert jobs(redis) == 3
    for _ in range(5):
        work(redis)
        ship.step()
    assert (stored(), journal.outbox.waiting()) == (list("abcdefgh"), 0)


def test_what_the_store_refuses_is_put_aside_and_holds_nobody_up(
    journal: Journal, ship: Shipper, redis: Redis, company: Company
) -> None:
    journal.end(cdr("wrong", company.id, result="no such result"))
    journal.end(cdr("nonsense", company.id, began_at="once upon a time"))
    end(journal, company, "right")
    ship.step()
    work(redis)
    ship.step()
    assert (stored(), journal.outbox.waiting(), redis.llen(keys.REFUSED)) == (["right"], 0, 2)


def test_without_redis_calls_wait(own_redis_server: RedisServer, journal: Journal, company: Company) -> None:
    with connect(own_redis_server.url, JOB_TIMEOUT_S) as redis:
        ship = Shipper(journal.outbox, redis, "host-1")
        own_redis_server.stop()
        end(journal, company, "a", "b")
        with pytest.raises(LiveError):
            ship.step()
        own_redis_server.start()
        ship.step()
        work(redis)
        ship.step()
        assert (stored(), journal.outbox.waiting()) == (["a", "b"], 0)


def test_with_the_database_away_calls_wait(
    journal: Journal,
    ship: Shipper,
    redis: Redis,
    company: Company,
    sqlite_database: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shipper, "RESEND_S", 0.0)
    database.obj.pragma("busy_timeout", 20)
    end(journal, company, "a", "b")
    with closing(sqlite3.connect(sqlite_database.removeprefix("sqlite:///"))) as somebody_else:
        somebody_else.execute("BEGIN IMMEDIATE")
        ship.step()
        work(redis)
        ship.step()
        assert (stored(), journal.outbox.waiting()) == ([], 2)
    work(redis)
    ship.step()
    assert (stored(), journal.outbox.waiting()) == (["a", "b"], 0)


@pytest.fixture
def running(ship: Shipper, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shipper]:
    for name in ("LOOK_S", "WINDOW_S", "PAUSE_S"):
        monkeypatch.setattr(shipper, name, 0.01)
    thread = threading.Thread(target=ship.run)
    thread.start()
    yield ship
    ship.stop()
    thread.join(10)
    assert not thread.is_alive()


def test_beside_the_calls_it_goes_by_itself(
    journal: Journal, running: Shipper, redis: Redis, company: Company
) -> None:
    end(journal, company, "a")
    until(lambda: jobs(redis) == 1)
    work(redis)
    until(lambda: journal.outbox.waiting() == 0)
    assert stored() == ["a"]
