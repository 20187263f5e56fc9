"""How sure a record of a call is, how often a call changed its controller, and what FreeSWITCH wrote down itself.

A migration is a frozen copy: it does not import the application's models, which go on changing.
"""

from typing import Any

from peewee import (
    SQL,
    BigAutoField,
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

STANDING = "standing IN ('provisional', 'reconciled', 'final')"
RESUMED = "resumed >= 0"
RULES = (
    Check("result IN ('answered', 'missed', 'abandoned', 'no_flow', 'failed')"),
    Check(
        "ended IN ('caller', 'callee', 'flow', 'flow_error', 'over_limit', 'no_flow', 'switch_lost', "
        "'no_controller')"
    ),
)
LENGTHS = (Check("duration_ms >= 0"), Check("wait_ms >= 0"), Check("talk_ms >= 0"))
INDEXES = ((("company", "began_at"), False), (("company", "result", "began_at"), False))


class Table(Model):
    class Meta:
        legacy_table_names = False


class Company(Table):
    class Meta:
        table_name = "company"


class CallColumns(Table):
    id = BigAutoField()
    call_id = CharField(64, unique=True)
    company = ForeignKeyField(Company, null=True, on_delete="RESTRICT")
    did = CharField(32)
    ani = CharField(32)
    province = CharField(32)
    city = CharField(32)
    carrier = CharField(32)
    switch = CharField(100)
    controller = CharField(100)
    flow_id = CharField(64)
    snapshot_version = IntegerField()
    began_at = DateTimeField()
    answered_ms = IntegerField(null=True)
    duration_ms = IntegerField()
    wait_ms = IntegerField()
    talk_ms = IntegerField()
    result = CharField(16)
    ended = CharField(16)
    hangup_cause = CharField(64)
    answered_by = CharField(64)
    keys = CharField(255)
    trail = TextField()
    received_at = DateTimeField()


class FormerCall(CallColumns):
    """Calls as they were before: each record was the last word."""

    class Meta:
        table_name = "call"
        indexes = INDEXES
        constraints = (*RULES, *LENGTHS)


class Call(CallColumns):
    standing = CharField(16)
    resumed = IntegerField()

    class Meta:
        table_name = "call"
        indexes = INDEXES
        constraints = (*RULES, Check(STANDING), *LENGTHS, Check(RESUMED))


Call.add_index(Call.company, Call.began_at, where=SQL("standing <> 'final'"), name="call_not_final")
Call.add_index(Call.received_at, where=SQL("standing = 'provisional'"), name="call_provisional")
ADDED = ("call_not_final", "call_provisional")


class SwitchRecord(Table):
    id = BigAutoField()
    call_id = CharField(64, unique=True)
    ended_at = DateTimeField()
    record = TextField()
    state = CharField(16)
    problem = CharField(400)
    received_at = DateTimeField()

    class Meta:
        table_name = "switch_record"
        indexes = ((("state", "received_at"), False),)
        constraints = (Check("state IN ('waiting', 'settled', 'refused')"),)


TABLES = (Company, FormerCall, Call, SwitchRecord)


def up(migrator: SchemaMigrator, db: Database) -> None:
    with db.bind_ctx(TABLES):
        if isinstance(db, SqliteDatabase):
            _remake(db, FormerCall, Call, standing="'final'", resumed="0")
        else:
            _add_columns(db)
        db.create_tables([SwitchRecord], safe=False)


def down(migrator: SchemaMigrator, db: Any) -> None:
    """Records stay as they are, but nobody can tell any more how sure they were."""
    with db.bind_ctx(TABLES):
        db.drop_tables([SwitchRecord], safe=False)
        if isinstance(db, SqliteDatabase):
            _remake(db, Call, FormerCall)
        else:
            db.execute_sql('ALTER TABLE "call" DROP COLUMN "standing", DROP COLUMN "resumed"')


def _remake(db: Any, before: type[Model], after: type[Model], **added: str) -> None:
    """SQLite changes no rule of a table: it is made anew with its rows and their ids, which others refer to.

    `added` are new columns and what they begin as.
    """
    kept = [field.column_name for field in after._meta.sorted_fields if field.name not in added]
    columns = ", ".join(f'"{name}"' for name in kept)
    name = before._meta.table_name
    db.execute_sql(f'CREATE TEMPORARY TABLE "kept" AS SELECT {columns} FROM "{name}"')  # noqa: S608
    db.drop_tables([before], safe=False)
    db.create_tables([after], safe=False)
    into = ", ".join([columns, *(f'"{column}"' for column in added)])
    values = ", ".join([columns, *added.values()])
    db.execute_sql(f'INSERT INTO "{name}" ({into}) SELECT {values} FROM "kept"')  # noqa: S608
    db.execute_sql('DROP TABLE "kept"')


def _add_columns(db: Any) -> None:
    for column, kind, begun, rule in (
        ("standing", "VARCHAR(16)", "'final'", STANDING),
        ("resumed", "INTEGER", "0", RESUMED),
    ):
        added = f'ADD COLUMN "{column}" {kind} NOT NULL DEFAULT {begun}, ADD CHECK ({rule})'
        db.execute_sql(f'ALTER TABLE "call" {added}')
        db.execute_sql(f'ALTER TABLE "call" ALTER COLUMN "{column}" DROP DEFAULT')
    for index in Call._meta.fields_to_index():
        if index._name in ADDED:
            db.execute(index)
