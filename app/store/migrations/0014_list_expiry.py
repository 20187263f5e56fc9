"""Entries of callers' lists that end.

A migration is a frozen copy: it does not import the application's models, which go on changing.
"""

from typing import Any

from peewee import (
    SQL,
    CharField,
    Check,
    DateField,
    DateTimeField,
    ForeignKeyField,
    Model,
    SqliteDatabase,
)
from playhouse.migrate import SchemaMigrator

INDEXES = ((("list", "kind", "value"), True),)
RULES = (
    Check("kind IN ('number', 'prefix', 'area_code', 'province')"),
    Check("value <> ''"),
    SQL('FOREIGN KEY ("company_id", "list_id") REFERENCES "caller_list" ("company_id", "id")'),
)


class Table(Model):
    class Meta:
        legacy_table_names = False


class Company(Table):
    class Meta:
        table_name = "company"


class User(Table):
    class Meta:
        table_name = "user_account"


class CallerList(Table):
    class Meta:
        table_name = "caller_list"


class FormerEntry(Table):
    """Entries as they were before: for ever."""

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    list = ForeignKeyField(CallerList, on_delete="CASCADE")
    kind = CharField(16)
    value = CharField(32)
    note = CharField(100)
    added_at = DateTimeField()
    added_by = ForeignKeyField(User, null=True, on_delete="SET NULL")

    class Meta:
        table_name = "caller_list_entry"
        indexes = INDEXES
        constraints = RULES


class Entry(Table):
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    list = ForeignKeyField(CallerList, on_delete="CASCADE")
    kind = CharField(16)
    value = CharField(32)
    note = CharField(100)
    until = DateField(null=True)
    added_at = DateTimeField()
    added_by = ForeignKeyField(User, null=True, on_delete="SET NULL")

    class Meta:
        table_name = "caller_list_entry"
        indexes = INDEXES
        constraints = RULES


TABLES = (Company, User, CallerList, FormerEntry, Entry)


def up(migrator: SchemaMigrator, db: Any) -> None:
    with db.bind_ctx(TABLES):
        if isinstance(db, SqliteDatabase):
            _remake(db, FormerEntry, Entry)
        else:
            db.execute_sql('ALTER TABLE "caller_list_entry" ADD COLUMN "until" DATE')


def down(migrator: SchemaMigrator, db: Any) -> None:
    """Entries that end are taken out: without their last day they would count for ever."""
    with db.bind_ctx(TABLES):
        db.execute_sql('DELETE FROM "caller_list_entry" WHERE "until" IS NOT NULL')
        if isinstance(db, SqliteDatabase):
            _remake(db, Entry, FormerEntry)
        else:
            db.execute_sql('ALTER TABLE "caller_list_entry" DROP COLUMN "until"')


def _remake(db: Any, before: type[Model], after: type[Model]) -> None:
    """SQLite adds no column as the table's own text has it: the table is made anew with its rows and their ids."""
    columns = ", ".join(f'"{field.column_name}"' for field in FormerEntry._meta.sorted_fields)
    name = before._meta.table_name
    db.execute_sql(f'CREATE TEMPORARY TABLE "kept" AS SELECT {columns} FROM "{name}"')  # noqa: S608
    db.drop_tables([before], safe=False)
    db.create_tables([after], safe=False)
    db.execute_sql(f'INSERT INTO "{name}" ({columns}) SELECT {columns} FROM "kept"')  # noqa: S608
    db.execute_sql('DROP TABLE "kept"')
