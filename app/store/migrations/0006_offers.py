"""Queues: how a phone that misses offers is treated, and the weights of their phones.

A migration is a frozen copy: it does not import the application's models, which go on changing.
"""

from typing import Any

from peewee import SQL, CharField, Check, Database, ForeignKeyField, IntegerField, Model
from playhouse.migrate import SchemaMigrator

USUAL = {"max_misses": 3, "rest_s": 10}  # as it was, and a pause so that others are offered first


def same_company(column: str, table: str) -> SQL:
    return SQL(f'FOREIGN KEY ("company_id", "{column}") REFERENCES "{table}" ("company_id", "id")')


class Table(Model):
    class Meta:
        legacy_table_names = False


class Company(Table):
    class Meta:
        table_name = "company"


class Phone(Table):
    class Meta:
        table_name = "phone"


class Prompt(Table):
    class Meta:
        table_name = "prompt"


class CallQueue(Table):
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    slug = CharField(64)
    name = CharField(100)
    strategy = CharField(16)
    ring_timeout_s = IntegerField()
    wrap_up_s = IntegerField()
    max_size = IntegerField()
    max_misses = IntegerField()
    rest_s = IntegerField()
    music = ForeignKeyField(Prompt, null=True, on_delete="RESTRICT")

    class Meta:
        table_name = "call_queue"
        indexes = ((("company", "slug"), True), (("company", "id"), True))
        constraints = (
            Check("slug <> ''"),
            Check("ring_timeout_s BETWEEN 5 AND 120"),
            Check("wrap_up_s BETWEEN 0 AND 3600"),
            Check("max_size >= 0"),
            Check("max_misses BETWEEN 0 AND 99"),
            Check("rest_s BETWEEN 0 AND 600"),
        )


class QueueMember(Table):
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    queue = ForeignKeyField(CallQueue, on_delete="CASCADE")
    phone = ForeignKeyField(Phone, on_delete="RESTRICT")
    position = IntegerField()
    weight = IntegerField()

    class Meta:
        table_name = "queue_member"
        indexes = ((("queue", "phone"), True), (("queue", "position"), True))
        constraints = (
            Check("position >= 0"),
            Check("weight BETWEEN 1 AND 100"),
            same_company("queue_id", "call_queue"),
            same_company("phone_id", "phone"),
        )


class FormerQueue(Table):
    """Queues as they were before."""

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    slug = CharField(64)
    name = CharField(100)
    strategy = CharField(16)
    ring_timeout_s = IntegerField()
    wrap_up_s = IntegerField()
    max_size = IntegerField()
    music = ForeignKeyField(Prompt, null=True, on_delete="RESTRICT")

    class Meta:
        table_name = "call_queue"
        indexes = ((("company", "slug"), True), (("company", "id"), True))
        constraints = (
            Check("slug <> ''"),
            Check("ring_timeout_s BETWEEN 5 AND 120"),
            Check("wrap_up_s BETWEEN 0 AND 3600"),
            Check("max_size >= 0"),
        )


class FormerMember(Table):
    """Members as they were before: all alike."""

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    queue = ForeignKeyField(FormerQueue, on_delete="CASCADE")
    phone = ForeignKeyField(Phone, on_delete="RESTRICT")
    position = IntegerField()

    class Meta:
        table_name = "queue_member"
        indexes = ((("queue", "phone"), True), (("queue", "position"), True))
        constraints = (
            Check("position >= 0"),
            same_company("queue_id", "call_queue"),
            same_company("phone_id", "phone"),
        )


ABOVE = (Company, Phone, Prompt)
FORMER = (FormerQueue, FormerMember)
REMADE = (CallQueue, QueueMember)


def up(migrator: SchemaMigrator, db: Database) -> None:
    with db.bind_ctx((*ABOVE, *FORMER, *REMADE)):
        _remake(db, FORMER, REMADE, USUAL, {"weight": 1})


def down(migrator: SchemaMigrator, db: Database) -> None:
    """What the former queues do not know is lost, and what they could not do becomes the nearest that they could."""
    with db.bind_ctx((*ABOVE, *FORMER, *REMADE)):
        CallQueue.update(strategy="sequential").where(CallQueue.strategy == "simultaneous").execute()
        CallQueue.update(strategy="random").where(CallQueue.strategy == "weighted").execute()
        _remake(db, REMADE, FORMER, {}, {})


def _remake(
    db: Database,
    before: tuple[type[Model], type[Model]],
    after: tuple[type[Model], type[Model]],
    of_queue: dict[str, Any],
    of_member: dict[str, Any],
) -> None:
    """Both tables anew with their rows. They get ids of their own: nothing else refers to them."""
    queues, members = (_rows(table) for table in before)
    db.drop_tables(before, safe=False)
    db.create_tables(after, safe=False)
    ids = {row["id"]: _put(after[0], of_queue | row) for row in queues}
    for row in members:
        _put(after[1], of_member | row | {"queue": ids[row["queue"]]})


def _rows(table: Any) -> list[dict[str, Any]]:
    return list(table.select().order_by(table.id).dicts())


def _put(table: Any, row: dict[str, Any]) -> int:
    """The row, in those columns that the table has; its id."""
    names = table._meta.fields.keys() - {"id"}
    return int(table.insert({name: value for name, value in row.items() if name in names}).execute())
