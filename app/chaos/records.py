"""The records that calls have left in the store, and the wait for those that are late."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

from app.calls import closing, switch_files
from app.calls.switch_files import Verdict
from app.chaos.installation import Installation
from app.chaos.verdict import Records, Stored
from app.journal.shipper import RESEND_S
from app.store import db
from app.store.models import Call

RESEND_MARGIN_S = RESEND_S + 20.0  # what was lost on the way to the store has been sent again by then
LOOK_S = 0.5
CLOSING_S = 30.0


def await_records(installation: Installation, wanted: Sequence[str], patience_s: float) -> Records:
    """The records of calls by call, once each wanted one has a record that is sure.

    After `patience_s` the missing ones are made from the switch's own, as the scheduler does some minutes after a call.
    """
    asked = time.monotonic()
    while (
        not _are_settled(records := _stored(), wanted) and time.monotonic() < asked + patience_s + CLOSING_S
    ):
        if time.monotonic() > asked + patience_s:
            _close(installation)
        time.sleep(LOOK_S)
    return records


def _are_settled(records: Records, wanted: Sequence[str]) -> bool:
    return all(call in records and records[call][0].standing != "provisional" for call in wanted)


def _close(installation: Installation) -> None:
    """What `workers.reconcile` does, with its clock put forward."""
    with db.database.connection_context(), installation.redis_client() as redis:
        switch_files.collect(installation.json_cdr_dir, _take)
        closing.close_waiting(redis, installation.settings, datetime.now(UTC) + closing.GRACE)


def _take(data: bytes) -> Verdict:
    closing.receive(data)
    return Verdict.TAKEN


def _stored() -> Records:
    found: dict[str, list[Stored]] = defaultdict(list)
    with db.database.connection_context():
        for call in Call.select(Call.call_id, Call.result, Call.talk_ms, Call.resumed, Call.standing):
            found[call.call_id].append(
                Stored(call.result == "answered", call.talk_ms, call.resumed, call.standing)
            )
    return found
