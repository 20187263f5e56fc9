"""Opening hours 营业时间."""

from __future__ import annotations

from peewee import CharField, DateField, ForeignKeyField

from app.store.models.base import DocumentField, Table, not_empty
from app.store.models.company import Company


class Hours(Table):
    """Named opening hours; `document` as routing/opening_hours.py reads it."""

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    slug = CharField(64)
    name = CharField(100)
    document = DocumentField()

    class Meta:
        table_name = "hours"
        indexes = ((("company", "slug"), True),)
        constraints = (not_empty("slug"),)

    def __str__(self) -> str:
        return self.name


class Closure(Table):
    """A day on which the whole company is closed 休息日, whatever its opening hours say."""

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    day = DateField()
    note = CharField(50, default="")

    class Meta:
        table_name = "closure"
        indexes = ((("company", "day"), True),)

    def __str__(self) -> str:
        return f"{self.day} {self.note}".strip()
