"""The numbered migrations and the models say the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.errors import StoreError
from app.store import db, migrate
from app.store.db import database
from app.store.models import TABLES
from tests.support.processes import ROOT

CATALOGUE = """
    SELECT 'column', table_name, column_name,
           concat_ws(' ', data_type, character_maximum_length, is_nullable, column_default)
      FROM information_schema.columns WHERE table_schema = current_schema()
    UNION ALL
    SELECT 'constraint', conrelid::regclass::text, '', pg_get_constraintdef(oid)
      FROM pg_constraint WHERE connamespace = current_schema()::regnamespace
    UNION ALL
    SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()
    ORDER BY 1, 2, 3, 4
"""


def schema() -> list[tuple[Any, ...]]:
    """Everything that the database knows about our tables: columns, types, rules, indexes."""
    if db.is_sqlite():
        query = "SELECT type, tbl_name, name, sql FROM sqlite_master WHERE tbl_name <> 'schema_migration'"
        rows = database.execute_sql(query).fetchall()
        return sorted(row for row in rows if row[3])
    return [row for row in database.execute_sql(CATALOGUE).fetchall() if "schema_migration" not in row[1]]


def test_the_migrations_make_the_tables_that_the_models_describe(database_url: str) -> None:
    db.connect(database_url)
    with database.connection_context():
        migrated = schema()
        database.drop_tables(TABLES)
        database.create_tables(TABLES, safe=False)
        assert migrated == schema()
        assert {row[1].strip('"') for row in migrated} >= {table._meta.table_name for table in TABLES}


def test_going_down_leaves_nothing_and_up_again_works(database_url: str) -> None:
    everything = [path.stem for path in sorted(migrate.FOLDER.glob("[0-9]*.py"))]
    assert migrate.pending(database_url) == []
    assert migrate.downgrade(database_url, everything[0]) == everything[::-1]
    with database.connection_context():
        assert schema() == []
    assert migrate.pending(database_url) == everything
    assert migrate.upgrade(database_url) == everything
    assert migrate.upgrade(database_url) == []


def test_of_several_processes_one_migrates(database_url: str) -> None:
    migrate.downgrade(database_url)
    upgrade = "import sys; from app.store import migrate; print(len(migrate.upgrade(sys.argv[1])))"
    command = [sys.executable, "-c", upgrade, database_url]
    processes = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    applied = sorted(process.communicate(timeout=30)[0].strip() for process in processes)
    assert applied == ["0", "0", "1"]


def test_sqlite_is_opened_with_our_pragmas(tmp_path: Path) -> None:
    db.connect(f"sqlite:///{tmp_path}/new folder/x.db")
    with database.connection_context():
        values = {name: database.obj.pragma(name) for name in db.PRAGMAS}
    assert values == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 1, "busy_timeout": 5000}


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///"])
def test_a_sqlite_url_must_name_a_file(url: str) -> None:
    with pytest.raises(StoreError, match="names no file"):
        db.connect(url)
