"""Tests of flows: trial calls that were kept, with what is expected of them."""

from __future__ import annotations

from peewee import CharField, ForeignKeyField

from app.store.models.base import DocumentField, Table, UtcField, not_empty, same_company, utc_now
from app.store.models.company import Company, User
from app.store.models.flow import Flow


class FlowTest(Table):
    """A trial call of a flow. `situation` is what it is tried with (calls/situation.py), `expected` what must come of it."""

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    flow = ForeignKeyField(Flow, backref="tests", on_delete="CASCADE")
    name = CharField(100)
    situation = DocumentField()
    expected = DocumentField()
    saved_at = UtcField(default=utc_now)
    saved_by = ForeignKeyField(User, null=True, on_delete="SET NULL")

    company_id: int

    class Meta:
        table_name = "flow_test"
        indexes = ((("flow", "name"), True),)
        constraints = (not_empty("name"), same_company("flow_id", "flow"))

    def __str__(self) -> str:
        return self.name
