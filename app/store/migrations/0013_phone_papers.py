"""Hours in which a phone may be rung, the proof of who uses it, and imports that can be taken back.

A migration is a frozen copy: it does not import the application's models, which go on changing.
"""

from typing import Any

from peewee import (
    SQL,
    BigAutoField,
    CharField,
    Check,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
    SqliteDatabase,
    TextField,
)
from playhouse.migrate import SchemaMigrator

INDEXES = ((("company", "slug"), True), (("company", "number"), True), (("company", "id"), True))
RULES = (Check("slug <> ''"), Check("number <> ''"))


class Table(Model):
    class Meta:
        legacy_table_names = False


class Company(Table):
    class Meta:
        table_name = "company"


class User(Table):
    class Meta:
        table_name = "user_account"


class Hours(Table):
    class Meta:
        table_name = "hours"


class FormerPhone(Table):
    """Phones as they were before: rung at any time."""

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    slug = CharField(64)
    number = CharField(20)
    name = CharField(100)
    extension = CharField(8)

    class Meta:
        table_name = "phone"
        indexes = INDEXES
        constraints = RULES


class Phone(Table):
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    slug = CharField(64)
    number = CharField(20)
    name = CharField(100)
    extension = CharField(8)
    hours = ForeignKeyField(Hours, null=True, on_delete="RESTRICT")

    class Meta:
        table_name = "phone"
        indexes = INDEXES
        constraints = RULES


for each in (FormerPhone, Phone):
    each.add_index(
        each.company, each.extension, unique=True, where=each.extension != "", name="phone_company_extension"
    )


class PhoneProof(Table):
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    phone = ForeignKeyField(Phone, unique=True, on_delete="CASCADE")
    kind = CharField(16)
    state = CharField(16)
    reason = CharField(200)
    file = CharField(100)
    media = CharField(50)
    size = IntegerField()
    sent_at = DateTimeField()
    sent_by = ForeignKeyField(User, null=True, on_delete="SET NULL")
    decided_at = DateTimeField(null=True)

    class Meta:
        table_name = "phone_proof"
        constraints = (
            Check("kind IN ('bill', 'identity', 'letter')"),
            Check("state IN ('submitted', 'accepted', 'refused')"),
            Check("file <> ''"),
            Check("size >= 1"),
            SQL('FOREIGN KEY ("company_id", "phone_id") REFERENCES "phone" ("company_id", "id")'),
        )


class PhoneImport(Table):
    id = BigAutoField()
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    kind = CharField(16)
    changes = TextField()
    at = DateTimeField()
    by = ForeignKeyField(User, null=True, on_delete="SET NULL")
    undone_at = DateTimeField(null=True)

    class Meta:
        table_name = "phone_import"
        indexes = ((("company", "at"), False),)
        constraints = (Check("kind IN ('phones', 'groups')"),)


TABLES = (Company, User, Hours, FormerPhone, Phone, PhoneProof, PhoneImport)


def up(migrator: SchemaMigrator, db: Any) -> None:
    with db.bind_ctx(TABLES):
        if isinstance(db, SqliteDatabase):
            _remake(db, FormerPhone, Phone)
        else:
            db.execute_sql(
                'ALTER TABLE "phone" ADD COLUMN "hours_id" INTEGER REFERENCES "hours" ("id") ON DELETE RESTRICT'
            )
            db.execute_sql('CREATE INDEX "phone_hours_id" ON "phone" ("hours_id")')
        db.create_tables([PhoneProof, PhoneImport], safe=False)


def down(migrator: SchemaMigrator, db: Any) -> None:
    with db.bind_ctx(TABLES):
        db.drop_tables([PhoneImport, PhoneProof], safe=False)
        if isinstance(db, SqliteDatabase):
            _remake(db, Phone, FormerPhone)
        else:
            db.execute_sql('ALTER TABLE "phone" DROP COLUMN "hours_id"')


def _remake(db: Any, before: type[Model], after: type[Model]) -> None:
    """SQLite adds no column as the table's own text has it: the table is made anew with its rows and their ids."""
    kept = [field.column_name for field in FormerPhone._meta.sorted_fields]
    columns = ", ".join(f'"{name}"' for name in kept)
    name = before._meta.table_name
    db.execute_sql(f'CREATE TEMPORARY TABLE "kept" AS SELECT {columns} FROM "{name}"')  # noqa: S608
    db.drop_tables([before], safe=False)
    db.create_tables([after], safe=False)
    db.execute_sql(f'INSERT INTO "{name}" ({columns}) SELECT {columns} FROM "kept"')  # noqa: S608
    db.execute_sql('DROP TABLE "kept"')
