"""Publishing at a time."""

from __future__ import annotations

from peewee import CharField, ForeignKeyField, IntegerField

from app.store.models.base import DocumentField, Table, UtcField, one_of, same_company, utc_now
from app.store.models.company import Company, User
from app.store.models.flow import Flow

PLAN_STATES = ("waiting", "done", "cancelled", "refused")
WAITING, DONE, CANCELLED, REFUSED = PLAN_STATES


class FlowPlan(Table):
    """A publishing at a time 定时发布: of what was the draft when it was planned, or of a version that comes back.

    document   what is published then; it does not change with the draft
    restores   the version whose document it is, null for a draft
    replaces   the version whose document calls must still run on then, else nothing is done; null when all the same
    return_at  when that which it replaces comes back by itself, null for never
    version    what it became, null until it is done
    problems   why it was refused: [Chinese, English] of each reason
    """

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    flow = ForeignKeyField(Flow, backref="plans", on_delete="CASCADE")
    document = DocumentField()
    note = CharField(200, default="")
    due_at = UtcField()
    return_at = UtcField(null=True)
    restores = IntegerField(null=True)
    replaces = IntegerField(null=True)
    state = CharField(16, default=WAITING)
    version = IntegerField(null=True)
    problems = DocumentField(default=list)
    made_at = UtcField(default=utc_now)
    made_by = ForeignKeyField(User, null=True, on_delete="SET NULL")
    settled_at = UtcField(null=True)
    settled_by = ForeignKeyField(User, null=True, on_delete="SET NULL")

    company_id: int

    class Meta:
        table_name = "flow_plan"
        indexes = (
            (("flow", "state", "due_at"), False),
            (("state", "due_at"), False),
        )
        constraints = (one_of("state", *PLAN_STATES), same_company("flow_id", "flow"))

    def __str__(self) -> str:
        return f"{self.state} {self.due_at}"
