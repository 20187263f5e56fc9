"""Texts that come from outside, made to fit the columns that hold them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from peewee import CharField

from app.store.models import Table


@cache
def lengths(table: type[Table]) -> dict[str, int]:
    """How long the texts of a table may be, by column."""
    return {
        field.name: field.max_length for field in table._meta.sorted_fields if isinstance(field, CharField)
    }


def cut(table: type[Table], record: Mapping[str, Any]) -> dict[str, str]:
    """The texts of a record, cut to what the columns hold: a long name must not cost us the call."""
    return {name: str(clean(record.get(name, "")))[:length] for name, length in lengths(table).items()}


def clean(value: Any) -> Any:
    """Without what a text column cannot hold: NUL and halves of characters, which a switch may send."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {clean(key): clean(item) for key, item in value.items()}
    return [clean(item) for item in value] if isinstance(value, list) else value
