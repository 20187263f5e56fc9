"""Where people are signed in.

A migration is a frozen copy: it does not import the application's models, which go on changing.
"""

from peewee import CharField, Check, Database, DateTimeField, ForeignKeyField, Model
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


class UserSession(Table):
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    user = ForeignKeyField(User, on_delete="CASCADE")
    mark = CharField(64, unique=True)
    device = CharField(300)
    address = CharField(64)
    began_at = DateTimeField()
    seen_at = DateTimeField()

    class Meta:
        table_name = "user_session"
        constraints = (Check("mark <> ''"),)


TABLES = (Company, User, UserSession)


def up(migrator: SchemaMigrator, db: Database) -> None:
    with db.bind_ctx(TABLES):
        db.create_tables([UserSession], safe=False)


def down(migrator: SchemaMigrator, db: Database) -> None:
    """Everybody signs in again."""
    with db.bind_ctx(TABLES):
        db.drop_tables([UserSession], safe=False)
