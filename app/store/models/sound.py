"""What callers hear."""

from __future__ import annotations

from peewee import CharField, ForeignKeyField, IntegerField, TextField

from app.store.models.base import Table, UtcField, at_least, not_empty, one_of, same_company, utc_now
from app.store.models.company import Company, User


class Prompt(Table):
    """A prompt 语音. What it says in its own language now is here; other languages and the past are versions.

    `file` is relative to the prompts folder; `duration_ms` 0 = unknown.
    """

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    slug = CharField(64)
    name = CharField(100)
    text = TextField(default="")
    language = CharField(8, default="zh")
    file = CharField(255, default="")
    duration_ms = IntegerField(default=0)

    company_id: int

    class Meta:
        table_name = "prompt"
        indexes = (
            (("company", "slug"), True),
            (("company", "id"), True),
        )
        constraints = (not_empty("slug"), at_least("duration_ms", 0))

    def __str__(self) -> str:
        return self.name


class PromptVersion(Table):
    """One sound of a prompt; never changed. The highest `number` of a language is what that language says now."""

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    prompt = ForeignKeyField(Prompt, backref="versions", on_delete="CASCADE")
    language = CharField(8)
    number = IntegerField()
    text = TextField(default="")
    file = CharField(255)
    duration_ms = IntegerField(default=0)
    source = CharField(16)
    made_at = UtcField(default=utc_now)
    made_by = ForeignKeyField(User, null=True, on_delete="SET NULL")

    prompt_id: int

    class Meta:
        table_name = "prompt_version"
        indexes = ((("prompt", "language", "number"), True),)
        constraints = (
            not_empty("file"),
            at_least("number", 1),
            at_least("duration_ms", 0),
            one_of("source", "speech", "upload", "recording"),
            same_company("prompt_id", "prompt"),
        )

    def __str__(self) -> str:
        return f"{self.language} v{self.number}"
