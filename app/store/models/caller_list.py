"""Lists of callers 名单: black, white and VIP."""

from __future__ import annotations

from peewee import CharField, DateField, ForeignKeyField

from app.store.models.base import Table, UtcField, not_empty, one_of, same_company, utc_now
from app.store.models.company import Company, User


class CallerList(Table):
    """A named list; `kind` says what people use it for."""

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    slug = CharField(64)
    name = CharField(100)
    kind = CharField(8)

    class Meta:
        table_name = "caller_list"
        indexes = (
            (("company", "slug"), True),
            (("company", "id"), True),
        )
        constraints = (not_empty("slug"), one_of("kind", "black", "white", "vip"))

    def __str__(self) -> str:
        return self.name


class CallerListEntry(Table):
    """Whom the list means: a whole number, the beginning of numbers, an area code, or a province by its short name.

    `until` is its last day on the company's clock, empty for ever.
    """

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    list = ForeignKeyField(CallerList, backref="entries", on_delete="CASCADE")
    kind = CharField(16)
    value = CharField(32)
    note = CharField(100, default="")
    until = DateField(null=True)
    added_at = UtcField(default=utc_now)
    added_by = ForeignKeyField(User, null=True, on_delete="SET NULL")

    list_id: int

    class Meta:
        table_name = "caller_list_entry"
        indexes = ((("list", "kind", "value"), True),)
        constraints = (
            one_of("kind", "number", "prefix", "area_code", "province"),
            not_empty("value"),
            same_company("list_id", "caller_list"),
        )

    def __str__(self) -> str:
        return self.value
