"""Databases with our tables, made once and emptied or copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

from app.store import db, migrate
from app.store.db import database
from app.store.models import TABLES


def fresh_sqlite(template: Path, folder: Path) -> str:
    """A copy of a migrated SQLite file; the template is made when it is not there yet."""
    if not template.exists():
        migrate.upgrade(f"sqlite:///{template}")
        database.close()
    file = folder / "hotline400.db"
    shutil.copy(template, file)
    return f"sqlite:///{file}"


def emptied_postgresql(url: str) -> str:
    """The migrated PostgreSQL database, without rows."""
    migrate.upgrade(url)
    names = ", ".join(f'"{table._meta.table_name}"' for table in TABLES)
    with database.connection_context():
        database.execute_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
    close()
    return url


def close() -> None:
    """Close this thread's connection and, with PostgreSQL, the pool's."""
    database.close()
    if not db.is_sqlite():
        database.obj.close_all()
