"""Calls whose record is not the last word yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from peewee import SQL, fn

from app.store import leavings
from app.store.calls import UNANSWERED, Detail
from app.store.db import writing
from app.store.models import Call, CallLeg, Task, Voicemail
from app.store.models.call import FINAL, PROVISIONAL

LIMIT = 200
WINDOW = timedelta(days=7)


def sure(call_ids: Iterable[str]) -> set[str]:
    """Those of the calls whose record is better than provisional."""
    found = Call.select(Call.call_id).where(Call.call_id.in_(list(call_ids)), Call.standing != PROVISIONAL)
    rows: Any = found.tuples()
    return {call_id for (call_id,) in rows}


def count() -> int:
    """How many records of all companies are provisional."""
    return int(Call.select().where(_provisional()).count())


def give_up(before: datetime, limit: int = LIMIT) -> int:
    """Nothing surer came of these since `before`: whoever was missed is to be called back. Returns how many."""
    told = Task.select().where(Task.company == Call.company, Task.key == "missed_call:" + Call.call_id)
    spoke = Voicemail.select().where(Voicemail.call == Call.id)
    missed = Call.select().where(
        _provisional(),
        Call.received_at.between(before - WINDOW, before),
        Call.company.is_null(False),
        Call.result.in_(UNANSWERED),
        Call.ani != "",
        ~fn.EXISTS(told),
        ~fn.EXISTS(spoke),
    )
    calls = list(missed.order_by(Call.received_at).limit(limit))
    return sum(_told(call) for call in calls)


def _told(call: Call) -> bool:
    legs = tuple(CallLeg.select().where(CallLeg.call == call).order_by(CallLeg.position))
    left = leavings.of(Detail(call, legs).cdr | {"standing": FINAL})
    assert call.company
    with writing():
        leavings.tell(call.company, left)
    return bool(left.tasks)


def _provisional() -> SQL:
    """As the index says it."""
    return SQL("standing = 'provisional'")
