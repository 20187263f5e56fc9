"""Bringing a database up to date: numbered files in `migrations/`, each with `up` and `down`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from playhouse.migrations import Runner

from app.store import db
from app.store.db import database

FOLDER = Path(__file__).parent / "migrations"
LOCK = 400_400  # an arbitrary number that all of ours agree on


def upgrade(database_url: str) -> list[str]:
    """Apply what is missing; returns the names of what was applied. Several processes may try at once."""
    db.connect(database_url)
    with database.connection_context(), _alone():
        applied: list[str] = _runner().up()
    return applied


def downgrade(database_url: str, target: str | None = None) -> list[str]:
    """Take back the newest migration, or all down to and including `target`."""
    db.connect(database_url)
    with database.connection_context(), _alone():
        reverted: list[str] = _runner().down(target)
    return reverted


def pending(database_url: str) -> list[str]:
    """The migrations that are not applied yet."""
    db.connect(database_url)
    with database.connection_context():
        return [migration.name for migration in _runner().status() if not migration.applied]


def _runner() -> Any:
    return Runner(database.obj, str(FOLDER))


def _alone() -> AbstractContextManager[None]:
    """One migrating process at a time; the others wait and then find nothing to do."""
    return _sqlite_locked() if db.is_sqlite() else _postgresql_locked()


@contextmanager
def _sqlite_locked() -> Iterator[None]:
    """Foreign keys are off meanwhile: to change a table, SQLite's is dropped and made anew."""
    database.obj.pragma("foreign_keys", 0)
    try:
        with database.atomic("IMMEDIATE"):
            yield
    finally:
        database.obj.pragma("foreign_keys", 1)


@contextmanager
def _postgresql_locked() -> Iterator[None]:
    database.execute_sql("SELECT pg_advisory_lock(%s)", (LOCK,))
    try:
        yield
    finally:
        database.execute_sql("SELECT pg_advisory_unlock(%s)", (LOCK,))
