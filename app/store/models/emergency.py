"""The emergency switch 紧急切换."""

from __future__ import annotations

from peewee import CharField, ForeignKeyField

from app.routing.numbers import MAX_DIGITS
from app.store.models.base import Table, UtcField, not_empty, utc_now
from app.store.models.company import Company, User

ONE_AT_A_TIME = "emergency_open"


class Emergency(Table):
    """A time in which a company's calls went to one phone; `ended_at` is empty while they do. `target` is digits."""

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    target = CharField(MAX_DIGITS)
    began_at = UtcField(default=utc_now)
    began_by = ForeignKeyField(User, null=True, on_delete="SET NULL")
    ended_at = UtcField(null=True)
    ended_by = ForeignKeyField(User, null=True, on_delete="SET NULL")

    class Meta:
        table_name = "emergency"
        constraints = (not_empty("target"),)

    def __str__(self) -> str:
        return f"{self.target} since {self.began_at}"


Emergency.add_index(Emergency.company, unique=True, where=Emergency.ended_at.is_null(), name=ONE_AT_A_TIME)
