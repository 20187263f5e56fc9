"""Where people are signed in."""

from __future__ import annotations

from peewee import CharField, ForeignKeyField

from app.store.models.base import Table, UtcField, not_empty
from app.store.models.company import Company, User


class UserSession(Table):
    """A browser in which somebody is signed in.

    mark      the hash of the secret in the browser's cookie: who reads this table cannot sign in with it
    device    what the browser calls itself
    address   where it was seen last, at `seen_at`
    """

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    user = ForeignKeyField(User, backref="sessions", on_delete="CASCADE")
    mark = CharField(64, unique=True)
    device = CharField(300)
    address = CharField(64)
    began_at = UtcField()
    seen_at = UtcField()

    company_id: int
    user_id: int

    class Meta:
        table_name = "user_session"
        constraints = (not_empty("mark"),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.began_at}"
