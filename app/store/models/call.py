"""Call detail records."""

from __future__ import annotations

from peewee import SQL, BigAutoField, CharField, ForeignKeyField, IntegerField

from app.flow.outcomes import DialResult
from app.store.models.base import DocumentField, Table, UtcField, at_least, one_of, utc_now
from app.store.models.company import Company

RESULTS = ("answered", "missed", "abandoned", "no_flow", "failed")
STANDINGS = ("provisional", "reconciled", "final")
"""How sure a record is, each surer than the one before (calls/cdr.py)."""
PROVISIONAL, RECONCILED, FINAL = STANDINGS
ENDINGS = ("caller", "callee", "flow", "flow_error", "over_limit", "no_flow", "switch_lost", "no_controller")

LISTED = ("company", "began_at", "id", "ani")
"""What a list looks for, parts of callers' numbers too: in the index alone, without the rows."""
COUNTED = ("company", "began_at", "result", "ended", "standing", "wait_ms")
"""What is counted of a day, likewise."""


class Call(Table):
    """One call that ended. `*_ms` are lengths, or moments counted from `began_at`.

    `company` is null when the number dialled belongs to nobody; such a call is seen by no tenant. `resumed` says how
    often another controller went on with the call.
    """

    id = BigAutoField()
    call_id = CharField(64, unique=True)
    company = ForeignKeyField(Company, null=True, on_delete="RESTRICT")
    did = CharField(32)
    ani = CharField(32)
    province = CharField(32)
    city = CharField(32)
    carrier = CharField(32)
    switch = CharField(100)
    controller = CharField(100)
    flow_id = CharField(64)
    snapshot_version = IntegerField()
    began_at = UtcField()
    answered_ms = IntegerField(null=True)
    duration_ms = IntegerField()
    wait_ms = IntegerField()
    talk_ms = IntegerField()
    result = CharField(16)
    ended = CharField(16)
    hangup_cause = CharField(64)
    answered_by = CharField(64)
    keys = CharField(255)
    trail = DocumentField()
    received_at = UtcField(default=utc_now)
    standing = CharField(16, default=FINAL)
    resumed = IntegerField(default=0)

    company_id: int | None

    class Meta:
        table_name = "call"
        indexes = (
            (LISTED, False),
            (COUNTED, False),
            (("company", "result", "began_at"), False),
            (("company", "ani", "began_at"), False),
            (("company", "did", "began_at"), False),
            (("company", "province", "began_at"), False),
        )
        constraints = (
            one_of("result", *RESULTS),
            one_of("ended", *ENDINGS),
            one_of("standing", *STANDINGS),
            at_least("duration_ms", 0),
            at_least("wait_ms", 0),
            at_least("talk_ms", 0),
            at_least("resumed", 0),
        )

    def __str__(self) -> str:
        return f"{self.ani} -> {self.did} {self.result}"


Call.add_index(Call.company, Call.began_at, where=SQL("standing <> 'final'"), name="call_not_final")
Call.add_index(Call.company, Call.began_at, where=SQL("ended = 'over_limit'"), name="call_over_limit")
Call.add_index(Call.company, Call.began_at, where=SQL("resumed > 0"), name="call_resumed")
Call.add_index(Call.received_at, where=SQL("standing = 'provisional'"), name="call_provisional")


class CallLeg(Table):
    """One phone that was rung in a call; `at_ms` counts from the call's `began_at`, `position` from 0.

    `company` and `began_at` are the call's, so that a phone's calls are found in their order.
    """

    id = BigAutoField()
    call = ForeignKeyField(Call, backref="legs", on_delete="CASCADE")
    position = IntegerField()
    phone = CharField(64)
    number = CharField(32)
    name = CharField(100)
    node = CharField(64)
    result = CharField(16)
    cause = CharField(64)
    at_ms = IntegerField()
    ring_ms = IntegerField()
    talk_ms = IntegerField()
    company = ForeignKeyField(Company, null=True, on_delete="RESTRICT", index=False)
    began_at = UtcField()

    company_id: int | None

    class Meta:
        table_name = "call_leg"
        indexes = (
            (("call", "position"), True),
            (("company", "phone", "began_at"), False),
        )
        constraints = (
            one_of("result", *DialResult),
            at_least("ring_ms", 0),
            at_least("talk_ms", 0),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.result}"
