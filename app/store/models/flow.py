"""Flows: the draft that is being edited and the versions that were published."""

from __future__ import annotations

from peewee import CharField, ForeignKeyField, IntegerField, TextField

from app.store.models.base import DocumentField, Table, UtcField, at_least, not_empty, utc_now
from app.store.models.company import Company, User


class Flow(Table):
    """What happens when a number is called. `draft` is being edited; each saving raises `draft_revision`."""

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    slug = CharField(64)
    name = CharField(100)
    draft = DocumentField()
    draft_revision = IntegerField(default=0)
    updated_at = UtcField(default=utc_now)
    updated_by = ForeignKeyField(User, null=True, on_delete="SET NULL")

    class Meta:
        table_name = "flow"
        indexes = (
            (("company", "slug"), True),
            (("company", "id"), True),
        )
        constraints = (not_empty("slug"), at_least("draft_revision", 0))

    def __str__(self) -> str:
        return self.name


class FlowVersion(Table):
    """One published version; never changed. `snapshot` is what was compiled from `document`, as JSON text."""

    flow = ForeignKeyField(Flow, backref="versions", on_delete="CASCADE")
    version = IntegerField()
    document = DocumentField()
    snapshot = TextField()
    note = CharField(200, default="")
    published_at = UtcField(default=utc_now)
    published_by = ForeignKeyField(User, null=True, on_delete="SET NULL")

    class Meta:
        table_name = "flow_version"
        indexes = ((("flow", "version"), True),)
        constraints = (at_least("version", 1),)

    def __str__(self) -> str:
        return f"v{self.version}"
