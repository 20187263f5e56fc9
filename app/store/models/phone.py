"""Bound phones 绑定号码 and the groups in which they answer."""

from __future__ import annotations

from peewee import CharField, Check, ForeignKeyField, IntegerField

from app.routing.numbers import MAX_DIGITS
from app.store.models.base import Table, at_least, between, not_empty, same_company
from app.store.models.company import Company, User
from app.store.models.schedule import Hours

EXTENSION_INDEX = "phone_company_extension"


class Phone(Table):
    """An ordinary phone. `slug` is its id in flow documents, `number` digits, `extension` its 分机 or "".

    `hours` are those in which it may be rung, empty for always.
    """

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    slug = CharField(64)
    number = CharField(MAX_DIGITS)
    name = CharField(100)
    extension = CharField(8, default="")
    hours = ForeignKeyField(Hours, null=True, on_delete="RESTRICT")

    hours_id: int | None

    class Meta:
        table_name = "phone"
        indexes = (
            (("company", "slug"), True),
            (("company", "number"), True),
            (("company", "id"), True),  # what other tables' same_company rules refer to
        )
        constraints = (not_empty("slug"), not_empty("number"))

    def __str__(self) -> str:
        return f"{self.name} {self.number}".strip()


Phone.add_index(
    Phone.company, Phone.extension, unique=True, where=Phone.extension != "", name=EXTENSION_INDEX
)


class HuntGroup(Table):
    """Phones that answer for one another; `hours` are the group's own, empty for always."""

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    slug = CharField(64)
    name = CharField(100)
    hours = ForeignKeyField(Hours, null=True, on_delete="RESTRICT")

    hours_id: int | None

    class Meta:
        table_name = "hunt_group"
        indexes = (
            (("company", "slug"), True),
            (("company", "id"), True),
        )
        constraints = (not_empty("slug"),)

    def __str__(self) -> str:
        return self.name


class GroupMember(Table):
    """A phone's or another group's place in a group; `position` counts from 0.

    weight   its share where shares decide, 1 to 100
    ring_s   how long it rings, 0 for as long as the flow's step says
    """

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    group = ForeignKeyField(HuntGroup, backref="members", on_delete="CASCADE")
    phone = ForeignKeyField(Phone, backref="memberships", null=True, on_delete="RESTRICT")
    inner = ForeignKeyField(HuntGroup, backref="memberships", null=True, on_delete="RESTRICT")
    position = IntegerField()
    weight = IntegerField(default=1)
    ring_s = IntegerField(default=0)

    group_id: int
    phone_id: int | None
    inner_id: int | None

    class Meta:
        table_name = "group_member"
        indexes = (
            (("group", "phone"), True),
            (("group", "inner"), True),
            (("group", "position"), True),
        )
        constraints = (
            Check("(phone_id IS NULL) <> (inner_id IS NULL)"),
            Check("inner_id <> group_id"),
            at_least("position", 0),
            between("weight", 1, 100),
            between("ring_s", 0, 120),
            same_company("group_id", "hunt_group"),
            same_company("phone_id", "phone"),
            same_company("inner_id", "hunt_group"),
        )

    def __str__(self) -> str:
        return f"{self.position}: {self.phone or self.inner}"


class Agent(Table):
    """Who sits at a phone 坐席, so that he may set its state himself."""

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    phone = ForeignKeyField(Phone, unique=True, on_delete="CASCADE")
    user = ForeignKeyField(User, on_delete="CASCADE")

    phone_id: int

    class Meta:
        table_name = "agent"
        constraints = (same_company("phone_id", "phone"),)

    def __str__(self) -> str:
        return f"{self.user}: {self.phone}"
