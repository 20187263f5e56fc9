"""Closing calls from what FreeSWITCH wrote down about them: taking its records in, and making ours of them.

A call whose controller saw it end has a final record within seconds. FreeSWITCH's waits for GRACE; whatever has no
sure record by then is closed from it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import structlog
from peewee import PeeweeException
from redis import Redis

from app.calls import reconcile, state, switch_record
from app.calls.former import FormerSnapshots
from app.calls.resume import Former
from app.calls.switch_record import BadSwitchRecord, SwitchRecord
from app.errors import LiveError
from app.live import keys
from app.live.connection import live_errors
from app.settings import Settings
from app.store import calls, switch_records, unsure
from app.store.models import SwitchRecord as Kept

log = structlog.get_logger()

GRACE = timedelta(seconds=120)
GIVE_UP = timedelta(hours=2)  # after which nothing surer is expected of a call that began and never ended
RUN_S = 40.0  # of each minute

_CALL_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


def receive(body: bytes) -> bool:
    """Keep FreeSWITCH's record of a call, once; False when it is none of ours. BadSwitchRecord when it is no record."""
    try:
        told = switch_record.read(orjson.loads(body.decode("utf-8", "replace")))  # names come in any coding
        ended_at = datetime.fromtimestamp(told.moment_us("end_uepoch") / 1_000_000, UTC)
    except (ValueError, OverflowError, OSError) as wrong:
        raise BadSwitchRecord(f"no record of a call: {wrong}") from wrong
    if not told.is_call:
        return False
    if not _CALL_ID.fullmatch(told.call_id):
        raise BadSwitchRecord(f"{told.call_id!r} is no call's id")
    switch_records.keep(told.call_id, ended_at, told.to_json())
    return True


def close_waiting(redis: Redis, settings: Settings, now: datetime) -> int:
    """Close the calls that nobody else has closed, for RUN_S at most; returns how many records were made.

    LiveError, or an error of the database, when one of them is away; the rest is done the next time.
    """
    close = _closer(redis, settings)
    made, deadline = 0, time.monotonic() + RUN_S
    while time.monotonic() < deadline and (waiting := switch_records.waiting(now - GRACE)):
        sure = unsure.sure(kept.call_id for kept in waiting)
        closed = [kept.id for kept in waiting if kept.call_id not in sure and close(kept)]
        switch_records.settle(closed + [kept.id for kept in waiting if kept.call_id in sure])
        made += len(closed)
    return made


def tidy(now: datetime) -> None:
    """Forget what is done, and have those called back of whose calls nobody will know more."""
    switch_records.forget_old(now)
    unsure.give_up(now - GIVE_UP)


def _closer(redis: Redis, settings: Settings) -> Callable[[Kept], bool]:
    secret, snapshots = state.key_of(settings.secret_key), FormerSnapshots(redis, settings.home / "snapshots")

    def stored_state(call_id: str) -> str:
        with live_errors():
            text: Any = redis.get(keys.state(call_id))
        return text.decode("ascii", "replace") if text else ""

    return lambda kept: _close(kept, snapshots, stored_state, secret)


def _close(kept: Kept, snapshots: Former, stored_state: Callable[[str], str], secret: bytes) -> bool:
    """Make a record of one call; one of which none can be made is put aside, and the others are not kept waiting."""
    try:
        cdr = reconcile.closed(SwitchRecord.from_json(kept.record), snapshots, stored_state, secret)
        calls.record(cdr)
    except (LiveError, PeeweeException):
        raise
    except Exception as wrong:  # whatever a switch may send
        log.error("switch_record_refused", alarm=True, call_id=kept.call_id, problem=repr(wrong))
        switch_records.refuse(kept.id, repr(wrong))
        return False
    log.warning("call_closed", call_id=kept.call_id, ended=cdr["ended"], result=cdr["result"])
    return True
