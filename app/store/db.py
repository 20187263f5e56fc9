"""The one database of a process: SQLite (a file) or PostgreSQL, chosen by URL.

`connect` once per process, then `with database.connection_context():` around each unit of work (a request,
a job, a command), and `with writing():` around what must happen whole or not at all. Call-control processes
do not come here: a locked SQLite file stops the whole event loop.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import unquote, urlsplit

from peewee import Database, DatabaseProxy, DataError, IntegrityError, Model, ModelSelect, SqliteDatabase
from playhouse.pool import PooledPostgresqlDatabase

from app.errors import StoreError

Row = TypeVar("Row", bound=Model)

database = DatabaseProxy()

LOCK_WAIT_MS = 5000  # how long a SQLite write waits for another process's
PRAGMAS = {"journal_mode": "wal", "foreign_keys": 1, "synchronous": "normal", "busy_timeout": LOCK_WAIT_MS}
CONNECT_WAIT_S = 5  # for PostgreSQL to accept a connection
STATEMENT_WAIT_MS = 30_000  # no question of ours takes that long
POOL_SIZE = 20
POOL_WAIT_S = 5
IDLE_S = 300


class NotFound(StoreError):
    """This company has no such thing."""


class Conflict(StoreError):
    """The tables forbid it: the name is taken, something else still refers to it, a value does not fit."""


def connect(url: str) -> Database:
    """Make `database` the one that the URL names: `sqlite:///file` or `postgresql://user@host/name`.

    Nothing is sent before the first question. The one connected before, if another, is closed.
    """
    if database.obj is None or database.obj.url != url:
        disconnect()
        opened = _sqlite(url) if urlsplit(url).scheme == "sqlite" else _postgresql(url)
        opened.url = url
        database.initialize(opened)
    return cast(Database, database.obj)


def disconnect() -> None:
    """Close this thread's connection, and those that no thread uses."""
    if database.obj is not None:
        database.obj.close()
        if not is_sqlite():
            database.obj.close_idle()


def is_sqlite() -> bool:
    return isinstance(database.obj, SqliteDatabase)


def first(query: ModelSelect[Row]) -> Row | None:
    """The first row, None when there is none."""
    row: Row | None = query.first()
    return row


def locked(query: ModelSelect[Row]) -> ModelSelect[Row]:
    """The same rows, kept from others until the transaction ends; SQLite's write lock does that anyway."""
    return query if is_sqlite() else query.for_update()


@contextmanager
def writing() -> Iterator[None]:
    """A transaction that changes something; StoreError when the tables' rules forbid it.

    SQLite takes its write lock at once: a transaction that reads first and then cannot write is refused
    without waiting.
    """
    begin = ("IMMEDIATE",) if is_sqlite() else ()
    try:
        with database.atomic(*begin):
            yield
    except (IntegrityError, DataError) as refused:
        raise Conflict(str(refused).strip()) from refused


def _sqlite(url: str) -> Any:
    file = unquote(urlsplit(url).path.removeprefix("/"))
    if not file:
        raise StoreError(f"{url} names no file: write sqlite:///name or sqlite:////folder/name")
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    return SqliteDatabase(file, pragmas=PRAGMAS)


def _postgresql(url: str) -> Any:
    return PooledPostgresqlDatabase(
        url.replace("postgres://", "postgresql://", 1),
        prefer_psycopg3=True,
        max_connections=POOL_SIZE,
        timeout=POOL_WAIT_S,
        stale_timeout=IDLE_S,
        connect_timeout=CONNECT_WAIT_S,
        options=f"-c timezone=UTC -c statement_timeout={STATEMENT_WAIT_MS}",
    )
