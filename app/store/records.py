"""Between a call detail record, the JSON that a call leaves behind, and the rows that hold it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from peewee import CharField

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


def row_of(cdr: Mapping[str, Any]) -> dict[str, Any]:
    """The row of `call`; ValueError when the record lacks something or holds another type."""
    row: dict[str, Any]
    try:
        row = _texts(Call, cdr) | {name: _whole(cdr[name]) for name in CALL_NUMBERS}
        row["began_at"] = datetime.fromisoformat(cdr["began_at"])
        row["trail"] = _clean(list(cdr["trail"]))
    except (KeyError, TypeError, ValueError) as wrong:
        raise ValueError(f"no call detail record: {wrong!r}") from wrong
    row["company"] = cdr.get("company_id") or _owner(row["did"])
    return row


def legs_of(cdr: Mapping[str, Any], call: Call) -> list[dict[str, Any]]:
    """The rows of `call_leg`."""
    return [
        _texts(CallLeg, leg)
        | {name: _whole(leg[name]) for name in LEG_NUMBERS}
        | {"call": call, "position": position}
        for position, leg in enumerate(cdr["legs"][:MAX_LEGS])
    ]


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
    if value is None or type(value) is int:
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
