"""Lists of callers, queues, agents, closures, the emergency switch; groups in groups, weights and ring times.

A migration is a frozen copy: it does not import the application's models, which go on changing.
"""

from typing import Any

from peewee import (
    SQL,
    CharField,
    Check,
    Database,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
)
from playhouse.migrate import SchemaMigrator


def same_company(column: str, table: str) -> SQL:
    return SQL(f'FOREIGN KEY ("company_id", "{column}") REFERENCES "{table}" ("company_id", "id")')


class Table(Model):
    class Meta:
        legacy_table_names = False


class Company(Table):
    class Meta:
        table_name = "company"


class User(Table):
    class Meta:
        table_name = "user_account"


class Phone(Table):
    class Meta:
        table_name = "phone"


class Prompt(Table):
    class Meta:
        table_name = "prompt"


class Hours(Table):
    class Meta:
        table_name = "hours"


class HuntGroup(Table):
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    slug = CharField(64)
    name = CharField(100)
    hours = ForeignKeyField(Hours, null=True, on_delete="RESTRICT")

    class Meta:
        table_name = "hunt_group"
        indexes = ((("company", "slug"), True), (("company", "id"), True))
        constraints = (Check("slug <> ''"),)


class GroupMember(Table):
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    group = ForeignKeyField(HuntGroup, on_delete="CASCADE")
    phone = ForeignKeyField(Phone, null=True, on_delete="RESTRICT")
    inner = ForeignKeyField(HuntGroup, null=True, on_delete="RESTRICT")
    position = IntegerField()
    weight = IntegerField()
    ring_s = IntegerField()

    class Meta:
        table_name = "group_member"
        indexes = ((("group", "phone"), True), (("group", "inner"), True), (("group", "position"), True))
        constraints = (
            Check("(phone_id IS NULL) <> (inner_id IS NULL)"),
            Check("inner_id <> group_id"),
            Check("position >= 0"),
            Check("weight BETWEEN 1 AND 100"),
            Check("ring_s BETWEEN 0 AND 120"),
            same_company("group_id", "hunt_group"),
            same_company("phone_id", "phone"),
            same_company("inner_id", "hunt_group"),
        )


class FormerGroup(Table):
    """Groups as they were before: without hours of their own."""

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    slug = CharField(64)
    name = CharField(100)

    class Meta:
        table_name = "hunt_group"
        indexes = ((("company", "slug"), True), (("company", "id"), True))
        constraints = (Check("slug <> ''"),)


class FormerMember(Table):
    """Members as they were before: phones only."""

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    group = ForeignKeyField(FormerGroup, on_delete="CASCADE")
    phone = ForeignKeyField(Phone, on_delete="RESTRICT")
    position = IntegerField()

    class Meta:
        table_name = "group_member"
        indexes = ((("group", "phone"), True), (("group", "position"), True))
        constraints = (
            Check("position >= 0"),
            same_company("group_id", "hunt_group"),
            same_company("phone_id", "phone"),
        )


class Agent(Table):
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    phone = ForeignKeyField(Phone, unique=True, on_delete="CASCADE")
    user = ForeignKeyField(User, on_delete="CASCADE")

    class Meta:
        table_name = "agent"
        constraints = (same_company("phone_id", "phone"),)


class Closure(Table):
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    day = DateField()
    note = CharField(50)

    class Meta:
        table_name = "closure"
        indexes = ((("company", "day"), True),)


class Emergency(Table):
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    target = CharField(12)
    began_at = DateTimeField()
    began_by = ForeignKeyField(User, null=True, on_delete="SET NULL")
    ended_at = DateTimeField(null=True)
    ended_by = ForeignKeyField(User, null=True, on_delete="SET NULL")

    class Meta:
        table_name = "emergency"
        constraints = (Check("target <> ''"),)


Emergency.add_index(Emergency.company, unique=True, where=Emergency.ended_at.is_null(), name="emergency_open")


class CallerList(Table):
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    slug = CharField(64)
    name = CharField(100)
    kind = CharField(8)

    class Meta:
        table_name = "caller_list"
        indexes = ((("company", "slug"), True), (("company", "id"), True))
        constraints = (Check("slug <> ''"), Check("kind IN ('black', 'white', 'vip')"))


class CallerListEntry(Table):
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    list = ForeignKeyField(CallerList, on_delete="CASCADE")
    kind = CharField(16)
    value = CharField(32)
    note = CharField(100)
    added_at = DateTimeField()
    added_by = ForeignKeyField(User, null=True, on_delete="SET NULL")

    class Meta:
        table_name = "caller_list_entry"
        indexes = ((("list", "kind", "value"), True),)
        constraints = (
            Check("kind IN ('number', 'prefix', 'area_code', 'province')"),
            Check("value <> ''"),
            same_company("list_id", "caller_list"),
        )


class CallQueue(Table):
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


class QueueMember(Table):
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    queue = ForeignKeyField(CallQueue, on_delete="CASCADE")
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


ABOVE = (Company, User, Phone, Prompt, Hours)
FORMER = (FormerGroup, FormerMember)
REMADE = (HuntGroup, GroupMember)
NEW = (Agent, Closure, Emergency, CallerList, CallerListEntry, CallQueue, QueueMember)


def up(migrator: SchemaMigrator, db: Database) -> None:
    with db.bind_ctx((*ABOVE, *FORMER, *REMADE, *NEW)):
        groups, members = _rows(FormerGroup), _rows(FormerMember)
        db.drop_tables(FORMER)
        db.create_tables((*REMADE, *NEW), safe=False)
        _refill(*REMADE, groups, [member | {"weight": 1, "ring_s": 0} for member in members])


def down(migrator: SchemaMigrator, db: Database) -> None:
    with db.bind_ctx((*ABOVE, *FORMER, *REMADE, *NEW)):
        groups, members = _rows(HuntGroup), _rows(GroupMember)
        db.drop_tables((*NEW, *REMADE), safe=False)
        db.create_tables(FORMER, safe=False)
        phones = [
            _only(member, "group", "company", "phone", "position") for member in members if member["phone"]
        ]
        _refill(*FORMER, [_only(group, "id", "company", "slug", "name") for group in groups], phones)


def _rows(table: Any) -> list[dict[str, Any]]:
    return list(table.select().order_by(table.id).dicts())


def _only(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _refill(
    groups: type[Model],
    members: type[Model],
    group_rows: list[dict[str, Any]],
    member_rows: list[dict[str, Any]],
) -> None:
    """Put the rows back. They get ids of their own: nothing else refers to them."""
    ids = {row.pop("id"): groups.insert(row).execute() for row in group_rows}
    for row in member_rows:
        row.pop("id", None)
        members.insert(row | {"group": ids[row["group"]]}).execute()
