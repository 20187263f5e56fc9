"""Values that an announcement says: written down in the flow, or known only in the call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from app.flow.nodes.base import Call
from app.speech.say import parts
from app.words import Words

SAYABLE = {
    "nothing": Words("不播报", "nothing"),
    "number": Words("数字", "a number"),
    "digits": Words("逐位数字", "digits one by one"),
    "phone": Words("电话号码", "a phone number"),
    "money": Words("金额（元）", "an amount in yuan"),
    "date": Words("日期", "a date"),
    "time": Words("时间", "a time"),
    "moment": Words("日期和时间", "date and time"),
    "weekday": Words("星期几", "the day of the week"),
    "duration": Words("时长（秒）", "a length of time in seconds"),
}
LANGUAGES = {
    "same": Words("不变", "as before"),
    "zh": Words("普通话", "Mandarin"),
    "en": Words("英语", "English"),
}
UNITS_OF_YUAN = 10_000
_VARIABLE = re.compile(r"\{((?:[a-z][a-z0-9_]*\.)?[a-z][a-z0-9_]*)\}")


def said(call: Call, kind: str, value: str) -> tuple[str, ...]:
    """The prompts that say a value; none when there is nothing to say, or nothing that could be said so.

    A `{variable}` is one of the call's, of the facts `now` and `ani`, or empty. What a web service gave is known with
    and without the name of its step before it: `{crm.balance}`, `{balance}`.
    """
    known: Mapping[str, str] = {
        **{name.rpartition(".")[2]: value for name, value in call.variables.items()},
        "now": call.now.isoformat(timespec="minutes"),
        "ani": call.facts.ani,
        **call.variables,
    }
    text = _VARIABLE.sub(lambda match: known.get(match[1], ""), value)
    today = call.now.date()
    try:
        return parts(kind, _value(kind, text), call.variables.get("language", "zh"), today=today)
    except ValueError:  # what a web service gave need not be a number
        return ()


def is_sayable(kind: str, value: str) -> bool:
    """Whether a value may be sayable: as it stands, or because it is known only in the call."""
    if _VARIABLE.search(value):
        return True
    try:
        return bool(parts(kind, _value(kind, value), "zh"))
    except ValueError:
        return False


def _value(kind: str, text: str) -> object:
    """The value as `parts` takes it: amounts of money in 0.0001 元, dates and times out of whole moments."""
    if kind == "money":
        try:
            return int(Decimal(text) * UNITS_OF_YUAN)
        except (InvalidOperation, OverflowError):
            raise ValueError(f"no amount: {text!r}") from None
    if kind in ("date", "time", "weekday") and "T" in text:
        moment = datetime.fromisoformat(text)
        return moment.time() if kind == "time" else moment.date()
    if kind == "weekday" and "-" in text:
        return date.fromisoformat(text)
    return text
