"""Voicemail, survey marks, what flows noted about calls, tasks.

A migration is a frozen copy: it does not import the application's models, which go on changing.
"""

from peewee import (
    BigAutoField,
    BooleanField,
    CharField,
    Check,
    Database,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
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


class Call(Table):
    id = BigAutoField()

    class Meta:
        table_name = "call"


class Voicemail(Table):
    id = BigAutoField()
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    call = ForeignKeyField(Call, unique=True, on_delete="CASCADE")
    node = CharField(80)
    label = CharField(100)
    file = CharField(255)
    length_ms = IntegerField()
    left_at = DateTimeField()
    heard_at = DateTimeField(null=True)
    heard_by = ForeignKeyField(User, null=True, on_delete="SET NULL")

    class Meta:
        table_name = "voicemail"
        indexes = ((("company", "left_at"), False),)
        constraints = (Check("file <> ''"), Check("length_ms >= 0"))


class SurveyMark(Table):
    id = BigAutoField()
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    call = ForeignKeyField(Call, on_delete="CASCADE")
    position = IntegerField()
    survey = CharField(80)
    label = CharField(100)
    phone = CharField(64)
    mark = IntegerField()
    told = BooleanField()
    given_at = DateTimeField()

    class Meta:
        table_name = "survey_mark"
        indexes = ((("call", "position"), True), (("company", "given_at"), False))
        constraints = (Check("mark BETWEEN 1 AND 9"),)


class CallVariable(Table):
    id = BigAutoField()
    call = ForeignKeyField(Call, on_delete="CASCADE")
    name = CharField(80)
    value = CharField(200)

    class Meta:
        table_name = "call_variable"
        indexes = ((("call", "name"), True),)


class Task(Table):
    id = BigAutoField()
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    kind = CharField(16)
    key = CharField(150)
    call_id = CharField(64)
    ani = CharField(32)
    phone = CharField(64)
    text = CharField(400)
    created_at = DateTimeField()
    done_at = DateTimeField(null=True)
    done_by = ForeignKeyField(User, null=True, on_delete="SET NULL")

    class Meta:
        table_name = "task"
        indexes = ((("company", "key"), True), (("company", "done_at", "created_at"), False))
        constraints = (Check("kind IN ('missed_call', 'low_mark', 'notice')"), Check("key <> ''"))


TABLES = (Voicemail, SurveyMark, CallVariable, Task)


def up(migrator: SchemaMigrator, db: Database) -> None:
    with db.bind_ctx((Company, User, Call, *TABLES)):
        db.create_tables(TABLES, safe=False)


def down(migrator: SchemaMigrator, db: Database) -> None:
    with db.bind_ctx((Company, User, Call, *TABLES)):
        db.drop_tables(TABLES, safe=False)
