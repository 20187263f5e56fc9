"""Real servers for all tests: one Redis and one PostgreSQL per session, an empty database per test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis as redis_py
from argon2 import PasswordHasher

from app.store import db, users
from app.store.db import database as current_database
from tests.support import databases
from tests.support.postgresql_server import PostgresqlServer, find_programs
from tests.support.redis_server import RedisServer

HAVE_POSTGRESQL = find_programs() is not None
DATABASES = ["sqlite", "postgresql"] if HAVE_POSTGRESQL or os.environ.get("CI") == "true" else ["sqlite"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line, not one per test, for what was not tested."""
    if "postgresql" not in DATABASES:
        terminalreporter.write_line("SKIPPED: PostgreSQL is not installed, the store ran on SQLite only")


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> None:
    """Argon2 at its weakest: with its real cost the suite would spend most of its time on it."""
    users._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis for everybody. A test that stops it takes `own_redis_server` instead."""
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def own_redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A running Redis that the test may stop and start."""
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis(redis_server: RedisServer) -> Iterator[redis_py.Redis]:
    """A client of an empty Redis."""
    with redis_py.from_url(redis_server.url) as client:
        client.flushall()
        yield client


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """A PostgreSQL for everybody."""
    programs = find_programs()
    if programs is None:
        pytest.fail("CI runs the suite on PostgreSQL too: apt-get install postgresql")
    server = PostgresqlServer(programs)
    server.start()
    yield server
    db.disconnect()
    server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the migrated SQLite file lies from which tests get copies."""
    return tmp_path_factory.mktemp("sqlite") / "template.db"


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """An empty SQLite database with our tables."""
    return databases.fresh_sqlite(sqlite_template, tmp_path)


@pytest.fixture
def postgresql_url(postgresql_server: PostgresqlServer) -> str:
    """An empty PostgreSQL database with our tables."""
    return databases.emptied_postgresql(postgresql_server.url)


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database with our tables: the test runs once on SQLite, once on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[str]:
    """The same, connected; yields its URL."""
    yield from _connected(database_url)


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[str]:
    """The same on SQLite only, for tests in which the database does not matter."""
    yield from _connected(sqlite_url)


def _connected(url: str) -> Iterator[str]:
    db.connect(url)
    with current_database.connection_context():
        yield url
    db.disconnect()
