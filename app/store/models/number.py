"""400 numbers."""

from __future__ import annotations

from peewee import CharField, ForeignKeyField, IntegerField

from app.store.models.base import Table, at_least, not_empty, one_of, same_company
from app.store.models.company import Company
from app.store.models.flow import Flow
from app.store.models.phone import Phone


class Number(Table):
    """A 400 number and what it leads to.

    `fallback` is rung when the flow itself fails. `revision` grows with every change of what callers get, so
    that controllers can tell a newer snapshot of the number from an older one, whichever flow it came from.
    """

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    did = CharField(12, unique=True)
    label = CharField(100, default="")
    flow = ForeignKeyField(Flow, backref="numbers", null=True, on_delete="RESTRICT")
    fallback = ForeignKeyField(Phone, null=True, on_delete="RESTRICT")
    state = CharField(16, default="active")
    revision = IntegerField(default=0)

    company_id: int

    class Meta:
        table_name = "number"
        constraints = (
            not_empty("did"),
            one_of("state", "active", "suspended"),
            at_least("revision", 0),
            same_company("flow_id", "flow"),
            same_company("fallback_id", "phone"),
        )

    def __str__(self) -> str:
        return self.did
