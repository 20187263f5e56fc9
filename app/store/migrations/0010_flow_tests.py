"""Trial calls of a flow that are kept as tests.

A migration is a frozen copy: it does not import the application's models, which go on changing.
"""

from peewee import SQL, CharField, Check, Database, DateTimeField, ForeignKeyField, Model, TextField
from playhouse.migrate import SchemaMigrator


class Table(Model):
    class Meta:
        legacy_table_names = False


class Company(Table):
    class Meta:
        table_name = "company"


class User(Table):
    class Meta:
        table_name = "user_account"


class Flow(Table):
    class Meta:
        table_name = "flow"


class FlowTest(Table):
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    flow = ForeignKeyField(Flow, on_delete="CASCADE")
    name = CharField(100)
    situation = TextField()
    expected = TextField()
    saved_at = DateTimeField()
    saved_by = ForeignKeyField(User, null=True, on_delete="SET NULL")

    class Meta:
        table_name = "flow_test"
        indexes = ((("flow", "name"), True),)
        constraints = (
            Check("name <> ''"),
            SQL('FOREIGN KEY ("company_id", "flow_id") REFERENCES "flow" ("company_id", "id")'),
        )


TABLES = (Company, User, Flow, FlowTest)


def up(migrator: SchemaMigrator, db: Database) -> None:
    with db.bind_ctx(TABLES):
        db.create_tables([FlowTest], safe=False)


def down(migrator: SchemaMigrator, db: Database) -> None:
    with db.bind_ctx(TABLES):
        db.drop_tables([FlowTest], safe=False)
