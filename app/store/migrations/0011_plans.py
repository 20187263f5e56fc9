"""Publishing at a time.

A migration is a frozen copy: it does not import the application's models, which go on changing.
"""

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


class FlowPlan(Table):
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    flow = ForeignKeyField(Flow, on_delete="CASCADE")
    document = TextField()
    note = CharField(200)
    due_at = DateTimeField()
    return_at = DateTimeField(null=True)
    restores = IntegerField(null=True)
    replaces = IntegerField(null=True)
    state = CharField(16)
    version = IntegerField(null=True)
    problems = TextField()
    made_at = DateTimeField()
    made_by = ForeignKeyField(User, null=True, on_delete="SET NULL")
    settled_at = DateTimeField(null=True)
    settled_by = ForeignKeyField(User, null=True, on_delete="SET NULL")

    class Meta:
        table_name = "flow_plan"
        indexes = ((("flow", "state", "due_at"), False), (("state", "due_at"), False))
        constraints = (
            Check("state IN ('waiting', 'done', 'cancelled', 'refused')"),
            SQL('FOREIGN KEY ("company_id", "flow_id") REFERENCES "flow" ("company_id", "id")'),
        )


TABLES = (Company, User, Flow, FlowPlan)


def up(migrator: SchemaMigrator, db: Database) -> None:
    with db.bind_ctx(TABLES):
        db.create_tables([FlowPlan], safe=False)


def down(migrator: SchemaMigrator, db: Database) -> None:
    with db.bind_ctx(TABLES):
        db.drop_tables([FlowPlan], safe=False)
