"""Opening hours 营业时间."""

from __future__ import annotations

from peewee import CharField, ForeignKeyField

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
