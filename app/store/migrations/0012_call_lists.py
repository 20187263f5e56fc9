"""A list of a million calls: indexes for every filter, the phones that were rung by time, and saved views.

A migration is a frozen copy: it does not import the application's models, which go on changing.
"""

from typing import Any

from peewee import (
    SQL,
    BigAutoField,
    CharField,
    Check,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
    SqliteDatabase,
)
from playhouse.migrate import SchemaMigrator


class Table(Model):
    class Meta:
        legacy_table_names = False


class Company(Table):
    class Meta:
        table_name = "company"


class User(Table):
    class Meta:
        table_name = "user_account"


class FormerCall(Table):
    """The index that goes."""

    company = ForeignKeyField(Company, null=True, index=False)
    began_at = DateTimeField()

    class Meta:
        table_name = "call"
        indexes = ((("company", "began_at"), False),)


class Call(Table):
    """The indexes that come."""

    id = BigAutoField()
    company = ForeignKeyField(Company, null=True, index=False)
    began_at = DateTimeField()
    ani = CharField(32)
    did = CharField(32)
    province = CharField(32)
    result = CharField(16)
    ended = CharField(16)
    standing = CharField(16)
    wait_ms = IntegerField()

    class Meta:
        table_name = "call"
        indexes = (
            (("company", "began_at", "id", "ani"), False),
            (("company", "began_at", "result", "ended", "standing", "wait_ms"), False),
            (("company", "ani", "began_at"), False),
            (("company", "did", "began_at"), False),
            (("company", "province", "began_at"), False),
        )


Call.add_index(Call.company, Call.began_at, where=SQL("ended = 'over_limit'"), name="call_over_limit")
Call.add_index(Call.company, Call.began_at, where=SQL("resumed > 0"), name="call_resumed")

LEG_RULES = (
    Check("result IN ('answered', 'busy', 'no_answer', 'unreachable', 'rejected', 'cancelled')"),
    Check("ring_ms >= 0"),
    Check("talk_ms >= 0"),
)


class FormerLeg(Table):
    id = BigAutoField()
    call = ForeignKeyField(Call, on_delete="CASCADE")
    position = IntegerField()
    phone = CharField(64)
    number = CharField(32)
    name = CharField(100)
    node = CharField(64)
    result = CharField(16)
    cause = CharField(64)
    at_ms = IntegerField()
    ring_ms = IntegerField()
    talk_ms = IntegerField()

    class Meta:
        table_name = "call_leg"
        indexes = ((("call", "position"), True),)
        constraints = LEG_RULES


class CallLeg(FormerLeg):
    company = ForeignKeyField(Company, null=True, on_delete="RESTRICT", index=False)
    began_at = DateTimeField()

    class Meta:
        table_name = "call_leg"
        indexes = ((("call", "position"), True), (("company", "phone", "began_at"), False))
        constraints = LEG_RULES


class CallView(Table):
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    user = ForeignKeyField(User, null=True, on_delete="CASCADE")
    name = CharField(50)
    query = CharField(500)
    made_at = DateTimeField()

    class Meta:
        table_name = "call_view"
        indexes = ((("company", "user", "name"), True),)
        constraints = (Check("name <> ''"), Check("query <> ''"))


CallView.add_index(
    CallView.company, CallView.name, unique=True, where=CallView.user.is_null(), name="call_view_shared"
)

TABLES = (Company, User, FormerCall, Call, FormerLeg, CallLeg, CallView)
OF_CALL = '(SELECT "call".{0} FROM "call" WHERE "call"."id" = "{1}"."call_id")'


def up(migrator: SchemaMigrator, db: Any) -> None:
    with db.bind_ctx(TABLES):
        if isinstance(db, SqliteDatabase):
            _remake(db, FormerLeg, CallLeg, ("company_id", "began_at"))
        else:
            _add_columns(db)
        _change_indexes(db, FormerCall, Call)
        db.create_tables([CallView], safe=False)


def down(migrator: SchemaMigrator, db: Any) -> None:
    with db.bind_ctx(TABLES):
        db.drop_tables([CallView], safe=False)
        _change_indexes(db, Call, FormerCall)
        if isinstance(db, SqliteDatabase):
            _remake(db, CallLeg, FormerLeg, ())
        else:
            db.execute_sql('ALTER TABLE "call_leg" DROP COLUMN "company_id", DROP COLUMN "began_at"')


def _change_indexes(db: Any, before: type[Model], after: type[Model]) -> None:
    for index in before._meta.fields_to_index():
        db.execute_sql(f'DROP INDEX "{index._name}"')
    for index in after._meta.fields_to_index():
        db.execute(index)


def _remake(db: Any, before: type[Model], after: type[Model], added: tuple[str, ...]) -> None:
    """SQLite adds no column with a rule: the table is made anew with its rows and their ids; `added` are the call's."""
    columns = ", ".join(
        f'"{field.column_name}"' for field in after._meta.sorted_fields if field.column_name not in added
    )
    db.execute_sql(f'CREATE TEMPORARY TABLE "kept" AS SELECT {columns} FROM "call_leg"')  # noqa: S608
    db.drop_tables([before], safe=False)
    db.create_tables([after], safe=False)
    into = ", ".join([columns, *(f'"{name}"' for name in added)])
    values = ", ".join([columns, *(OF_CALL.format(name, "kept") for name in added)])
    db.execute_sql(f'INSERT INTO "call_leg" ({into}) SELECT {values} FROM "kept"')  # noqa: S608
    db.execute_sql('DROP TABLE "kept"')


def _add_columns(db: Any) -> None:
    db.execute_sql(
        'ALTER TABLE "call_leg" ADD COLUMN "company_id" INTEGER REFERENCES "company" ("id") ON DELETE RESTRICT, '
        'ADD COLUMN "began_at" TIMESTAMP'
    )
    values = ", ".join(
        f'"{name}" = {OF_CALL.format(name, "call_leg")}' for name in ("company_id", "began_at")
    )
    db.execute_sql(f'UPDATE "call_leg" SET {values}')  # noqa: S608
    db.execute_sql('ALTER TABLE "call_leg" ALTER COLUMN "began_at" SET NOT NULL')
    for index in CallLeg._meta.fields_to_index():
        if "phone" in index._name:
            db.execute(index)
