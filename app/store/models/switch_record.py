"""What FreeSWITCH itself wrote down about calls, until the calls' records are sure."""

from __future__ import annotations

from peewee import BigAutoField, CharField

from app.store.models.base import DocumentField, Table, UtcField, one_of, utc_now

STATES = (
    "waiting",  # -> settled, refused
    "settled",  # the call has a record that is at least as good
    "refused",  # no record can be made of it; for whoever mends it
)
WAITING, SETTLED, REFUSED = STATES


class SwitchRecord(Table):
    """FreeSWITCH's record of one call, of no company until it is read; `record` is calls/switch_record.py's JSON."""

    id = BigAutoField()
    call_id = CharField(64, unique=True)
    ended_at = UtcField()
    record = DocumentField()
    state = CharField(16, default=WAITING)
    problem = CharField(400, default="")
    received_at = UtcField(default=utc_now)

    class Meta:
        table_name = "switch_record"
        indexes = ((("state", "received_at"), False),)
        constraints = (one_of("state", *STATES),)

    def __str__(self) -> str:
        return f"{self.call_id} {self.state}"
