"""Messages that somebody deleted stay for some days: when, and who it was.

A migration is a frozen copy: it does not import the application's models, which go on changing.
"""

from typing import Any

from peewee import (
    BigAutoField,
    CharField,
    Check,
    Database,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
    chunked,
)
from playhouse.migrate import SchemaMigrator

BATCH = 500  # rows copied at a time


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


class FormerVoicemail(Table):
    """Messages as they were before: there, or gone at once."""

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
    deleted_at = DateTimeField(null=True, index=True)
    deleted_by = ForeignKeyField(User, null=True, on_delete="SET NULL")

    class Meta:
        table_name = "voicemail"
        indexes = ((("company", "left_at"), False),)
        constraints = (Check("file <> ''"), Check("length_ms >= 0"))


TABLES = (Company, User, Call, FormerVoicemail, Voicemail)


def up(migrator: SchemaMigrator, db: Database) -> None:
    with db.bind_ctx(TABLES):
        _remake(db, FormerVoicemail, Voicemail)


def down(migrator: SchemaMigrator, db: Database) -> None:
    """What was deleted goes for good; its recording stays in the folder."""
    with db.bind_ctx(TABLES):
        Voicemail.delete().where(Voicemail.deleted_at.is_null(False)).execute()
        _remake(db, Voicemail, FormerVoicemail)


def _remake(db: Database, before: Any, after: Any) -> None:
    """The table anew with its rows. They get ids of their own: nothing else refers to them."""
    names = [name for name in after._meta.fields if name in before._meta.fields and name != "id"]
    rows: list[dict[str, Any]] = list(
        before.select(*(before._meta.fields[name] for name in names)).order_by(before.id).dicts()
    )
    db.drop_tables([before], safe=False)
    db.create_tables([after], safe=False)
    for batch in chunked(rows, BATCH):
        after.insert_many(batch).execute()
