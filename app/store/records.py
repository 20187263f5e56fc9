"""Between a call detail record, the JSON that a call leaves behind, and the rows that hold it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from peewee import CharField

from app.errors import StoreError
from app.store.models import Call, CallLeg, Number

TEXTS = {
    table: {
        field.name: field.max_length for field in table._meta.sorted_fields if isinstance(field, CharField)
    }
    for table in (Call, CallLeg)
}
CALL_NUMBERS = ("snapshot_version", "answered_ms", "duration_ms", "wait_ms", "talk_ms")
LEG_NUMBERS = ("at_ms", "ring_ms", "talk_ms")
MAX_LEGS = 200
MAX_NUMBER = 2**31 - 1  # what the columns hold


class BadRecord(StoreError):
    """What was to be stored is no call detail record."""


def rows_of(cdr: Mapping[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The row of `call` and those of `call_leg`, which still lack the call; BadRecord when it is no record."""
    try:
        row, legs = _call(cdr), [_leg(leg, position) for position, leg in enumerate(cdr["legs"][:MAX_LEGS])]
    except (LookupError, TypeError, ValueError, AttributeError) as wrong:
        raise BadRecord(f"no call detail record: {wrong!r}") from wrong
    row["company"] = cdr.get("company_id") or _owner(row["did"])
    return row, legs


def _call(cdr: Mapping[str, Any]) -> dict[str, Any]:
    numbers = {name: _whole(cdr[name]) for name in CALL_NUMBERS}
    began_at, trail = datetime.fromisoformat(cdr["began_at"]), _clean(list(cdr["trail"]))
    return _texts(Call, cdr) | numbers | {"began_at": began_at, "trail": trail}


def _leg(leg: Mapping[str, Any], position: int) -> dict[str, Any]:
    return _texts(CallLeg, leg) | {name: _whole(leg[name]) for name in LEG_NUMBERS} | {"position": position}


def cdr_of(call: Call, legs: Iterable[CallLeg]) -> dict[str, Any]:
    """The record that the rows were made from."""
    cdr = {name: getattr(call, name) for name in (*TEXTS[Call], *CALL_NUMBERS, "trail")}
    cdr["company_id"] = call.company_id
    cdr["began_at"] = call.began_at.isoformat(timespec="milliseconds")
    names = (*TEXTS[CallLeg], *LEG_NUMBERS)
    cdr["legs"] = [{name: getattr(leg, name) for name in names} for leg in legs]
    return cdr


def _texts(table: type[Call | CallLeg], record: Mapping[str, Any]) -> dict[str, str]:
    """The texts of a record, cut to what the columns hold: a long name must not cost us the call."""
    return {name: str(_clean(record.get(name, "")))[:length] for name, length in TEXTS[table].items()}


def _whole(value: Any) -> int | None:
    if value is None or (type(value) is int and abs(value) <= MAX_NUMBER):
        return value
    raise ValueError(f"{value!r} is not a whole number")


def _clean(value: Any) -> Any:
    """Without what a text column cannot hold: NUL and halves of characters, which a switch may send."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list) else value


def _owner(did: str) -> int | None:
    """Whose number was dialled, for calls that ended before a snapshot could tell."""
    number = Number.get_or_none(Number.did == did)
    return number.company_id if number else None
