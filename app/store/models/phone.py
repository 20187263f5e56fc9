"""Bound phones 绑定号码 and the groups in which they answer."""

from __future__ import annotations

from peewee import CharField, ForeignKeyField, IntegerField

from app.store.models.base import Table, at_least, not_empty, same_company
from app.store.models.company import Company

EXTENSION_INDEX = "phone_company_extension"


class Phone(Table):
    """An ordinary phone. `slug` is its id in flow documents, `number` digits, `extension` its 分机 or ""."""

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    slug = CharField(64)
    number = CharField(12)
    name = CharField(100)
    extension = CharField(8, default="")

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
    """Phones that answer for one another."""

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    slug = CharField(64)
    name = CharField(100)

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
    """A phone's place in a group; `position` counts from 0."""

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    group = ForeignKeyField(HuntGroup, backref="members", on_delete="CASCADE")
    phone = ForeignKeyField(Phone, backref="memberships", on_delete="RESTRICT")
    position = IntegerField()

    group_id: int

    class Meta:
        table_name = "group_member"
        indexes = (
            (("group", "phone"), True),
            (("group", "position"), True),
        )
        constraints = (
            at_least("position", 0),
            same_company("group_id", "hunt_group"),
            same_company("phone_id", "phone"),
        )

    def __str__(self) -> str:
        return f"{self.position}: {self.phone}"
