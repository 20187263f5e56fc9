"""Databases with our tables, made once and emptied or copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

from app.store import migrate
from app.store.db import database
from app.store.models import TABLES


def fresh_sqlite(template: Path, folder: Path) -> str:
    """A copy of a migrated SQLite file; the template is made when it is not there yet."""
    if not template.exists():
        migrate.upgrade(f"sqlite:///{template}")
    file = folder / "hotline400.db"
    shutil.copy(template, file)
    return f"sqlite:///{file}"


def emptied_postgresql(url: str) -> str:
    """The migrated PostgreSQL database, without rows."""
    migrate.upgrade(url)
    with database.connection_context(), database.atomic():
        for table in reversed(TABLES):  # faster than TRUNCATE with few rows
            table.delete().execute()
    return url
