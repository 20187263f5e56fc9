"""Filters of the call list that were given a name."""

from __future__ import annotations

from peewee import CharField, ForeignKeyField

from app.store.models.base import Table, UtcField, not_empty, utc_now
from app.store.models.company import Company, User


class CallView(Table):
    """A saved view 常用筛选 of the call list: of one user, or of the whole company when there is none.

    `query` is what stands behind the question mark of the list's address.
    """

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    user = ForeignKeyField(User, null=True, on_delete="CASCADE")
    name = CharField(50)
    query = CharField(500)
    made_at = UtcField(default=utc_now)

    company_id: int
    user_id: int | None

    class Meta:
        table_name = "call_view"
        indexes = ((("company", "user", "name"), True),)
        constraints = (not_empty("name"), not_empty("query"))

    def __str__(self) -> str:
        return self.name


CallView.add_index(
    CallView.company, CallView.name, unique=True, where=CallView.user.is_null(), name="call_view_shared"
)
