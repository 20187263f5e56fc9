"""What callers hear."""

from __future__ import annotations

from peewee import CharField, ForeignKeyField, IntegerField, TextField

from app.store.models.base import Table, at_least, not_empty
from app.store.models.company import Company


class Prompt(Table):
    """A prompt 语音. `file` is relative to the prompts folder; `duration_ms` 0 = unknown."""

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    slug = CharField(64)
    name = CharField(100)
    text = TextField(default="")
    language = CharField(8, default="zh")
    file = CharField(255, default="")
    duration_ms = IntegerField(default=0)

    class Meta:
        table_name = "prompt"
        indexes = ((("company", "slug"), True),)
        constraints = (not_empty("slug"), at_least("duration_ms", 0))

    def __str__(self) -> str:
        return self.name
