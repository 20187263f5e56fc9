"""What all tables share."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from peewee import SQL, AutoField, Check, DateTimeField, Model, Node, TextField

from app.store.db import database


class UtcField(DateTimeField):
    """A moment: aware UTC to the outside, naive UTC in the table, alike on both databases."""

    def db_value(self, value: Any) -> Any:
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise ValueError(f"{self.name}: a moment without a time zone")
            return value.astimezone(UTC).replace(tzinfo=None)
        return value

    def python_value(self, value: Any) -> Any:
        if value is None:
            return None
        naive = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return naive.replace(tzinfo=UTC)


class DocumentField(TextField):
    """JSON values, kept as text: a JSON column of PostgreSQL would lose the order they were written in."""

    def db_value(self, value: Any) -> Any:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def python_value(self, value: Any) -> Any:
        return json.loads(value)


class Table(Model):
    """Base of all tables."""

    id = AutoField()

    class Meta:
        database = database
        legacy_table_names = False


def utc_now() -> datetime:
    return datetime.now(UTC)


def one_of(column: str, *values: str) -> Node:
    """The rule that a column holds one of these words."""
    listed = ", ".join(f"'{value}'" for value in values)
    return Check(f"{column} IN ({listed})")


def not_empty(column: str) -> Node:
    return Check(f"{column} <> ''")


def at_least(column: str, least: int) -> Node:
    return Check(f"{column} >= {least}")


def between(column: str, least: int, most: int) -> Node:
    return Check(f"{column} BETWEEN {least} AND {most}")


def same_company(column: str, table: str) -> Node:
    """The rule that a row and what it refers to belong to the same company."""
    return SQL(f'FOREIGN KEY ("company_id", "{column}") REFERENCES "{table}" ("company_id", "id")')
