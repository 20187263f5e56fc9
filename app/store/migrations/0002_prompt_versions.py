"""Prompts keep the sounds they had, in several languages.

A migration is a frozen copy: it does not import the application's models, which go on changing.
"""

from datetime import UTC, datetime

from peewee import (
    SQL,
    CharField,
    Check,
    Database,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)
from playhouse.migrate import SchemaMigrator, migrate


class Table(Model):
    class Meta:
        legacy_table_names = False


class Company(Table):
    class Meta:
        table_name = "company"


class User(Table):
    class Meta:
        table_name = "user_account"


class Prompt(Table):
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    text = TextField()
    language = CharField(8)
    file = CharField(255)
    duration_ms = IntegerField()

    company_id: int

    class Meta:
        table_name = "prompt"


class PromptVersion(Table):
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    prompt = ForeignKeyField(Prompt, on_delete="CASCADE")
    language = CharField(8)
    number = IntegerField()
    text = TextField()
    file = CharField(255)
    duration_ms = IntegerField()
    source = CharField(16)
    made_at = DateTimeField()
    made_by = ForeignKeyField(User, null=True, on_delete="SET NULL")

    class Meta:
        table_name = "prompt_version"
        indexes = ((("prompt", "language", "number"), True),)
        constraints = (
            Check("file <> ''"),
            Check("number >= 1"),
            Check("duration_ms >= 0"),
            Check("source IN ('speech', 'upload', 'recording')"),
            SQL('FOREIGN KEY ("company_id", "prompt_id") REFERENCES "prompt" ("company_id", "id")'),
        )


TABLES = (Company, User, Prompt, PromptVersion)


def up(migrator: SchemaMigrator, db: Database) -> None:
    with db.bind_ctx(TABLES):
        migrate(migrator.add_index("prompt", ("company_id", "id"), unique=True))
        db.create_tables([PromptVersion], safe=False)
        for prompt in Prompt.select().where(Prompt.file != ""):
            _keep(prompt)


def down(migrator: SchemaMigrator, db: Database) -> None:
    with db.bind_ctx(TABLES):
        db.drop_tables([PromptVersion], safe=False)
        migrate(migrator.drop_index("prompt", "prompt_company_id_id"))


def _keep(prompt: Prompt) -> None:
    """What was there before had been spoken from its text."""
    PromptVersion.create(
        company=prompt.company_id,
        prompt=prompt,
        language=prompt.language,
        number=1,
        text=prompt.text,
        file=prompt.file,
        duration_ms=prompt.duration_ms,
        source="speech",
        made_at=datetime.now(UTC).replace(tzinfo=None),
    )
