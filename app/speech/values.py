"""The values that can be said, read from the types and the texts in which flows and web services hold them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from app.routing.numbers import pretty

LIMIT = 10**15  # numbers from here on are not said
MAX_DIGITS = 32
MAX_FRACTION = 6  # digits after the point
UNITS_OF_FEN = 100  # money comes in 0.0001 元
DIAL = re.compile(r"\A[0-9*# ]+\Z")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Money(NamedTuple):
    """An amount rounded to whole fen."""

    yuan: int
    fen: int
    negative: bool


class Number(NamedTuple):
    """A number as it is said: `fraction` are the digits after the point, without zeros at the end."""

    whole: int
    fraction: str
    negative: bool


def whole(value: Any) -> int:
    """A whole number from an int or its text."""
    found = int(_plain(value))
    if abs(found) >= LIMIT:
        raise ValueError(f"numbers are said below {LIMIT}")
    return found


def not_negative(value: Any) -> int:
    return _at_least(0, whole(value))


def ordinal(value: Any) -> int:
    """The place in an order, the first is 1."""
    return _at_least(1, whole(value))


def _at_least(least: int, found: int) -> int:
    if found < least:
        raise ValueError(f"{least} or more")
    return found


def number(value: Any) -> Number:
    """A number from an int, a Decimal or a text such as "3.14"."""
    try:
        exact = Decimal(_plain(value))
    except InvalidOperation:
        raise ValueError(f"no number: {value!r}") from None
    if not exact.is_finite() or abs(exact) >= LIMIT:
        raise ValueError(f"numbers are said below {LIMIT}")
    before, _, after = f"{abs(exact):.{MAX_FRACTION}f}".partition(".")
    fraction = after.rstrip("0")
    return Number(int(before), fraction, exact < 0 and bool(int(before) or fraction))


def money(value: Any) -> Money:
    """An amount in 0.0001 元, rounded to the nearest fen, half a fen away from zero."""
    amount = whole(value)
    yuan, fen = divmod((abs(amount) + UNITS_OF_FEN // 2) // UNITS_OF_FEN, 100)
    return Money(yuan, fen, amount < 0 and bool(yuan or fen))


def dialled(value: Any) -> str:
    """Digits, * and #, blanks for pauses."""
    text = str(value)
    if not DIAL.match(text) or len(text) > MAX_DIGITS:
        raise ValueError(f"1 to {MAX_DIGITS} digits, * or #")
    return text


def phone(value: Any) -> str:
    """A phone number in the groups in which people say it."""
    return re.sub(r"[ -]+", " ", pretty(dialled(value).replace(" ", "")))


def day(value: Any) -> date:
    """A date, the date of a datetime, or "2026-11-23"."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(_plain(value))


def clock(value: Any) -> time:
    """A time of day, that of a datetime, or "09:30"."""
    if isinstance(value, datetime):
        return value.time()
    return value if isinstance(value, time) else time.fromisoformat(_plain(value))


def moment(value: Any) -> datetime:
    """A datetime or "2026-11-23T09:30"."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(_plain(value))


def weekday(value: Any) -> int:
    """0 for Monday, from 0-6, "mon"-"sun" or a date."""
    if isinstance(value, date):
        return value.weekday()
    if value in WEEKDAYS:
        return WEEKDAYS.index(value)
    found = whole(value)
    if not 0 <= found <= 6:
        raise ValueError("weekdays are 0 to 6")
    return found


def minutes(value: Any) -> int:
    """A length of time, a timedelta or seconds, in whole minutes begun; 0 when it is less than one."""
    seconds = int(value.total_seconds()) if isinstance(value, timedelta) else not_negative(value)
    return 0 if seconds < 60 else -(-seconds // 60)


def counted(value: Any) -> tuple[int, str]:
    """How many of what: (3, "people") or "3 people"."""
    n, measure = str(value).split() if isinstance(value, str) else value
    return not_negative(n), str(measure)


def _plain(value: Any) -> str:
    if isinstance(value, bool | float):
        raise ValueError(f"not said: {value!r}")
    text = str(value).strip()
    if len(text) > MAX_DIGITS:
        raise ValueError(f"at most {MAX_DIGITS} characters")
    return text
