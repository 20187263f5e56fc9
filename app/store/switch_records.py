"""FreeSWITCH's own records of calls, kept until the calls' records here are sure. Of no company: nobody is asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from app.store.db import writing
from app.store.models import SwitchRecord
from app.store.models.base import utc_now
from app.store.models.switch_record import REFUSED, SETTLED, WAITING
from app.store.texts import clean

BATCH = 200
KEPT_SETTLED = timedelta(days=1)
KEPT_REFUSED = timedelta(days=30)
MAX_PROBLEM = 400


def keep(call_id: str, ended_at: datetime, record: Mapping[str, Any]) -> bool:
    """Keep what FreeSWITCH wrote down about a call; False when it is kept already."""
    row = {"call_id": call_id, "ended_at": ended_at, "record": clean(dict(record)), "received_at": utc_now()}
    once = SwitchRecord.insert(row).on_conflict(action="nothing", conflict_target=[SwitchRecord.call_id])
    with writing():
        return bool(once.as_rowcount().execute())


def waiting(before: datetime, limit: int = BATCH) -> list[SwitchRecord]:
    """Those of calls that may still lack a sure record, of those that came before then, oldest first."""
    query = SwitchRecord.select().where(SwitchRecord.state == WAITING, SwitchRecord.received_at < before)
    return list(query.order_by(SwitchRecord.received_at, SwitchRecord.id).limit(limit))


def settle(ids: Collection[int]) -> None:
    """The calls have sure records now."""
    with writing():
        SwitchRecord.update(state=SETTLED).where(SwitchRecord.id.in_(ids)).execute()


def refuse(record_id: int, problem: str) -> None:
    """No record can be made of this one, for that reason: it is set aside for whoever mends it."""
    told = {"state": REFUSED, "problem": clean(problem)[:MAX_PROBLEM]}
    with writing():
        SwitchRecord.update(told).where(SwitchRecord.id == record_id).execute()


def count(state: str) -> int:
    """How many are waiting, settled or refused."""
    return int(SwitchRecord.select().where(SwitchRecord.state == state).count())


def forget_old(now: datetime, limit: int = 10 * BATCH) -> int:
    """Delete those that nobody needs any more, so many at once; returns how many."""
    settled = (SwitchRecord.state == SETTLED) & (SwitchRecord.received_at < now - KEPT_SETTLED)
    refused = (SwitchRecord.state == REFUSED) & (SwitchRecord.received_at < now - KEPT_REFUSED)
    old = SwitchRecord.select(SwitchRecord.id).where(settled | refused).limit(limit)
    with writing():
        return int(SwitchRecord.delete().where(SwitchRecord.id.in_(old)).execute())
