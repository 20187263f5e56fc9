"""Between a call detail record, the JSON that a call leaves behind, and the rows that hold it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from app.errors import StoreError
from app.store import leavings, numbers
from app.store.leavings import Leavings
from app.store.models import Call, CallLeg
from app.store.models.call import FINAL, STANDINGS
from app.store.texts import clean, cut, lengths

CALL_NUMBERS = ("snapshot_version", "answered_ms", "duration_ms", "wait_ms", "talk_ms", "resumed")
LEG_NUMBERS = ("at_ms", "ring_ms", "talk_ms")
EARLIER = {"standing": FINAL, "resumed": 0}  # what records of earlier releases do not say
MAX_LEGS = 200
MAX_NUMBER = 2**31 - 1  # what the columns hold


class BadRecord(StoreError):
    """What was to be stored is no call detail record."""


def rows_of(cdr: Mapping[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]], Leavings]:
    """The rows of a call, its legs and what else it left, which still lack the call; BadRecord when it is no record."""
    try:
        row, legs = _call(cdr), [_leg(leg, position) for position, leg in enumerate(cdr["legs"][:MAX_LEGS])]
        left = leavings.of(cdr)
    except (LookupError, TypeError, ValueError, AttributeError) as wrong:
        raise BadRecord(f"no call detail record: {wrong!r}") from wrong
    row["company"] = cdr.get("company_id") or _owner(row["did"])
    return row, legs, left


def _call(cdr: Mapping[str, Any]) -> dict[str, Any]:
    cdr = {**EARLIER, **cdr}
    numbers = {name: _whole(cdr[name]) for name in CALL_NUMBERS}
    began_at, trail = datetime.fromisoformat(cdr["began_at"]), clean(list(cdr["trail"]))
    if cdr["standing"] not in STANDINGS:
        raise ValueError(f"standing {cdr['standing']!r}")
    return cut(Call, cdr) | numbers | {"began_at": began_at, "trail": trail}


def _leg(leg: Mapping[str, Any], position: int) -> dict[str, Any]:
    return cut(CallLeg, leg) | {name: _whole(leg[name]) for name in LEG_NUMBERS} | {"position": position}


def cdr_of(call: Call, legs: Iterable[CallLeg]) -> dict[str, Any]:
    """The record that the rows were made from."""
    cdr = {name: getattr(call, name) for name in (*lengths(Call), *CALL_NUMBERS, "trail")}
    cdr["company_id"] = call.company_id
    cdr["began_at"] = call.began_at.isoformat(timespec="milliseconds")
    names = (*lengths(CallLeg), *LEG_NUMBERS)
    cdr["legs"] = [{name: getattr(leg, name) for name in names} for leg in legs]
    return cdr | leavings.back(call)


def _whole(value: Any) -> int | None:
    if value is None or (type(value) is int and abs(value) <= MAX_NUMBER):
        return value
    raise ValueError(f"{value!r} is not a whole number")


def _owner(did: str) -> int | None:
    """Whose number was dialled, for calls that ended before a snapshot could tell."""
    number = numbers.anybodys(did)
    return number.company_id if number else None
