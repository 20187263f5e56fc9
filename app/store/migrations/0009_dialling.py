"""What a company may dial, how many phones may be rung for it in a minute, and room for numbers abroad.

A migration is a frozen copy: it does not import the application's models, which go on changing.
"""

from typing import Any

from peewee import (
    AutoField,
    CharField,
    Check,
    Database,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
    SqliteDatabase,
    TextField,
)
from playhouse.migrate import SchemaMigrator

BEGUN = {"max_dials": "600", "dialling": "'{}'"}


class Table(Model):
    class Meta:
        legacy_table_names = False


class FormerCompany(Table):
    """Companies as they were before: they could dial whatever the forms took."""

    id = AutoField()
    name = CharField(100)
    timezone = CharField(64)
    max_calls = IntegerField()
    webhook_secret = CharField(64)

    class Meta:
        table_name = "company"
        constraints = (
            Check("name <> ''"),
            Check("timezone <> ''"),
            Check("max_calls BETWEEN 0 AND 10000"),
            Check("webhook_secret <> ''"),
        )


class Company(Table):
    id = AutoField()
    name = CharField(100)
    timezone = CharField(64)
    max_calls = IntegerField()
    webhook_secret = CharField(64)
    max_dials = IntegerField()
    dialling = TextField()

    class Meta:
        table_name = "company"
        constraints = (
            Check("name <> ''"),
            Check("timezone <> ''"),
            Check("max_calls BETWEEN 0 AND 10000"),
            Check("webhook_secret <> ''"),
            Check("max_dials BETWEEN 0 AND 100000"),
            Check("dialling <> ''"),
        )


class User(Table):
    class Meta:
        table_name = "user_account"


class Number(Table):
    revision = IntegerField()

    class Meta:
        table_name = "number"


class Phone(Table):
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    slug = CharField(64)
    number = CharField(20)
    name = CharField(100)
    extension = CharField(8)

    class Meta:
        table_name = "phone"
        indexes = ((("company", "slug"), True), (("company", "number"), True), (("company", "id"), True))
        constraints = (Check("slug <> ''"), Check("number <> ''"))


Phone.add_index(
    Phone.company,
    Phone.extension,
    unique=True,
    where=Phone.extension != "",
    name="phone_company_extension",
)


class Emergency(Table):
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    target = CharField(20)
    began_at = DateTimeField()
    began_by = ForeignKeyField(User, null=True, on_delete="SET NULL")
    ended_at = DateTimeField(null=True)
    ended_by = ForeignKeyField(User, null=True, on_delete="SET NULL")

    class Meta:
        table_name = "emergency"
        constraints = (Check("target <> ''"),)


Emergency.add_index(Emergency.company, unique=True, where=Emergency.ended_at.is_null(), name="emergency_open")

TABLES = (FormerCompany, Company, User, Number, Phone, Emergency)


def up(migrator: SchemaMigrator, db: Database) -> None:
    with db.bind_ctx(TABLES):
        if isinstance(db, SqliteDatabase):
            _remake(db, FormerCompany, Company, BEGUN)
            _remake(db, Phone, Phone, {})
            _remake(db, Emergency, Emergency, {})
        else:
            _add_columns(db)
            _widen(db)
        Number.update(revision=Number.revision + 1).execute()  # so that their calls get to know the rules


def down(migrator: SchemaMigrator, db: Any) -> None:
    """There stays room for numbers abroad: one that is cut short would be somebody else's."""
    with db.bind_ctx(TABLES):
        if isinstance(db, SqliteDatabase):
            _remake(db, Company, FormerCompany, {})
        else:
            db.execute_sql('ALTER TABLE "company" DROP COLUMN "max_dials", DROP COLUMN "dialling"')


def _remake(db: Any, before: type[Model], after: type[Model], begun: dict[str, str]) -> None:
    """SQLite changes no rule of a table: it is made anew with its rows and their ids, which others refer to."""
    kept = [field.column_name for field in after._meta.sorted_fields if field.name not in begun]
    columns = ", ".join(f'"{name}"' for name in kept)
    name = before._meta.table_name
    db.execute_sql(f'CREATE TEMPORARY TABLE "kept" AS SELECT {columns} FROM "{name}"')  # noqa: S608
    db.drop_tables([before], safe=False)
    db.create_tables([after], safe=False)
    into = ", ".join([columns, *(f'"{column}"' for column in begun)])
    values = ", ".join([columns, *begun.values()])
    db.execute_sql(f'INSERT INTO "{name}" ({into}) SELECT {values} FROM "kept"')  # noqa: S608
    db.execute_sql('DROP TABLE "kept"')


def _add_columns(db: Any) -> None:
    for column, kind, rule in (
        ("max_dials", "INTEGER", "max_dials BETWEEN 0 AND 100000"),
        ("dialling", "TEXT", "dialling <> ''"),
    ):
        added = f'ADD COLUMN "{column}" {kind} NOT NULL DEFAULT {BEGUN[column]}, ADD CHECK ({rule})'
        db.execute_sql(f'ALTER TABLE "company" {added}')
        db.execute_sql(f'ALTER TABLE "company" ALTER COLUMN "{column}" DROP DEFAULT')


def _widen(db: Any) -> None:
    for table, column in (("phone", "number"), ("emergency", "target")):
        db.execute_sql(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE VARCHAR(20)')
