"""How many calls a company may have at once, its secret for web services, ways to reach people, deliveries.

A migration is a frozen copy: it does not import the application's models, which go on changing.
"""

import secrets
from typing import Any

from peewee import (
    SQL,
    AutoField,
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

FORMER_ENDINGS = "'caller', 'callee', 'flow', 'flow_error', 'no_flow', 'switch_lost', 'no_controller'"
ENDINGS = "'caller', 'callee', 'flow', 'flow_error', 'over_limit', 'no_flow', 'switch_lost', 'no_controller'"
KINDS = Check("kind IN ('email', 'wecom', 'dingtalk', 'feishu', 'sms')")


class Table(Model):
    class Meta:
        legacy_table_names = False


class FormerCompany(Table):
    """Companies as they were before: without a limit and a secret."""

    name = CharField(100)
    timezone = CharField(64)

    class Meta:
        table_name = "company"
        constraints = (Check("name <> ''"), Check("timezone <> ''"))


class Company(Table):
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


class Phone(Table):
    class Meta:
        table_name = "phone"


class Number(Table):
    revision = IntegerField()

    class Meta:
        table_name = "number"


class Task(Table):
    id = BigAutoField()

    class Meta:
        table_name = "task"


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


def call_rules(endings: str) -> tuple[Any, ...]:
    return (
        Check("result IN ('answered', 'missed', 'abandoned', 'no_flow', 'failed')"),
        Check(f"ended IN ({endings})"),
        Check("duration_ms >= 0"),
        Check("wait_ms >= 0"),
        Check("talk_ms >= 0"),
    )


CALL_INDEXES = ((("company", "began_at"), False), (("company", "result", "began_at"), False))


class FormerCall(CallColumns):
    """Calls as they were before: none was turned away."""

    class Meta:
        table_name = "call"
        indexes = CALL_INDEXES
        constraints = call_rules(FORMER_ENDINGS)


class Call(CallColumns):
    class Meta:
        table_name = "call"
        indexes = CALL_INDEXES
        constraints = call_rules(ENDINGS)


class NoticeChannel(Table):
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    phone = ForeignKeyField(Phone, null=True, on_delete="CASCADE")
    kind = CharField(16)
    address = CharField(500)
    secret = CharField(200)

    class Meta:
        table_name = "notice_channel"
        indexes = ((("company", "phone", "kind"), True),)
        constraints = (
            KINDS,
            Check("address <> ''"),
            SQL('FOREIGN KEY ("company_id", "phone_id") REFERENCES "phone" ("company_id", "id")'),
        )


NoticeChannel.add_index(
    NoticeChannel.company,
    NoticeChannel.kind,
    unique=True,
    where=NoticeChannel.phone.is_null(),
    name="notice_channel_owners",
)


class Delivery(Table):
    id = BigAutoField()
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    task = ForeignKeyField(Task, on_delete="CASCADE")
    kind = CharField(16)
    address = CharField(500)
    state = CharField(16)
    attempts = IntegerField()
    reason = CharField(16)
    detail = CharField(200)
    changed_at = DateTimeField()

    class Meta:
        table_name = "delivery"
        indexes = ((("task", "kind", "address"), True), (("state", "changed_at"), False))
        constraints = (
            KINDS,
            Check("state IN ('waiting', 'sending', 'sent', 'failed')"),
            Check("address <> ''"),
            Check("attempts >= 0"),
        )


NEW = (NoticeChannel, Delivery)
TABLES = (FormerCompany, Company, Phone, Number, Task, FormerCall, Call, *NEW)


def up(migrator: SchemaMigrator, db: Database) -> None:
    with db.bind_ctx(TABLES):
        if isinstance(db, SqliteDatabase):
            _remake(db, FormerCompany, Company, "max_calls", "webhook_secret")
            _remake(db, FormerCall, Call)
        else:
            _add_columns(db)
            _put_endings(db, ENDINGS)
        for company in Company.select(Company.id):
            Company.update(webhook_secret=secrets.token_hex(32)).where(Company.id == company.id).execute()
        Number.update(revision=Number.revision + 1).execute()  # so that their calls get to know the secret
        db.create_tables(NEW, safe=False)


def down(migrator: SchemaMigrator, db: Any) -> None:
    """Calls that were turned away are kept as calls that the flow ended."""
    with db.bind_ctx(TABLES):
        db.drop_tables(NEW, safe=False)
        Call.update(ended="flow").where(Call.ended == "over_limit").execute()
        if isinstance(db, SqliteDatabase):
            _remake(db, Call, FormerCall)
            _remake(db, Company, FormerCompany)
        else:
            _put_endings(db, FORMER_ENDINGS)
            db.execute_sql('ALTER TABLE "company" DROP COLUMN "max_calls", DROP COLUMN "webhook_secret"')


def _remake(db: Any, before: type[Model], after: type[Model], *added: str) -> None:
    """SQLite changes no rule of a table: it is made anew with its rows and their ids, which others refer to.

    `added` columns begin as 0 and as a text that is not empty, to be filled afterwards.
    """
    kept = [field.column_name for field in after._meta.sorted_fields if field.name not in added]
    columns = ", ".join(f'"{name}"' for name in kept)
    begun = {"max_calls": "0", "webhook_secret": "'none yet'"}
    name = before._meta.table_name
    db.execute_sql(f'CREATE TEMPORARY TABLE "kept" AS SELECT {columns} FROM "{name}"')  # noqa: S608
    db.drop_tables([before], safe=False)
    db.create_tables([after], safe=False)
    into = ", ".join([columns, *(f'"{column}"' for column in added)])
    values = ", ".join([columns, *(begun[column] for column in added)])
    db.execute_sql(f'INSERT INTO "{name}" ({into}) SELECT {values} FROM "kept"')  # noqa: S608
    db.execute_sql('DROP TABLE "kept"')


def _add_columns(db: Any) -> None:
    for column, kind, begun, rule in (
        ("max_calls", "INTEGER", "0", "max_calls BETWEEN 0 AND 10000"),
        ("webhook_secret", "VARCHAR(64)", "'none yet'", "webhook_secret <> ''"),
    ):
        added = f'ADD COLUMN "{column}" {kind} NOT NULL DEFAULT {begun}, ADD CHECK ({rule})'
        db.execute_sql(f'ALTER TABLE "company" {added}')
        db.execute_sql(f'ALTER TABLE "company" ALTER COLUMN "{column}" DROP DEFAULT')


def _put_endings(db: Any, endings: str) -> None:
    db.execute_sql(f'ALTER TABLE "call" DROP CONSTRAINT "call_ended_check", ADD CHECK (ended IN ({endings}))')
