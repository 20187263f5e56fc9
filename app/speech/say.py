"""From a value to the ids of the recorded parts that say it: `parts("count", (3, "people"), "zh")` is 三 位.

The ids are system prompts, "say.zh.n3"; their sounds are made by `hotline400 init`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from types import ModuleType
from typing import Any

from app.speech import english, mandarin, values

LANGUAGES: dict[str, ModuleType] = {"zh": mandarin, "en": english}
PAUSE = "pause"
PARTS: dict[str, str] = {
    f"say.{language}.{slug}": text
    for language, words in LANGUAGES.items()
    for slug, text in words.TEXTS.items()
}
"""Every part that can be played, and what it says."""

Slugs = Iterator[str]
KINDS: dict[str, Callable[[ModuleType, Any, date | None], Slugs]] = {
    "number": lambda words, value, _: words.decimal(*values.number(value)),
    "digits": lambda words, value, _: words.digits(values.dialled(value)),
    "phone": lambda words, value, _: words.digits(values.phone(value)),
    "count": lambda words, value, _: words.count(*values.counted(value)),
    "date": lambda words, value, today: words.day(values.day(value), today),
    "time": lambda words, value, _: words.clock(values.clock(value)),
    "moment": lambda words, value, today: _moment(words, value, today),
    "weekday": lambda words, value, _: words.weekday(values.weekday(value)),
    "duration": lambda words, value, _: words.duration(values.minutes(value)),
    "wait": lambda words, value, _: words.wait(values.minutes(value)),
    "money": lambda words, value, _: words.money(values.money(value)),
    "place": lambda words, value, _: words.place(values.not_negative(value)),
    "position": lambda words, value, _: words.position(values.ordinal(value)),
}
"""What can be said:

number    int, Decimal or their text; digits after the point up to six
digits    digits, * and #, one by one: an extension, an order number
phone     a phone number in its groups, with pauses
count     (3, "people"): how many of what, see MEASURES
date      a date or "2026-11-23"; 今天, 明天 when `today` is given
time      a time of day or "09:30"
moment    a datetime or "2026-11-23T09:30": date and time
weekday   0-6 (0 = Monday), "mon"-"sun" or a date
duration  a timedelta or seconds: about how many minutes
wait      the same, as the estimated wait of a caller
money     an amount in 0.0001 元
place     how many callers wait before this one
position  the caller's own number in the queue, 1 = first
"""
MEASURES = tuple(mandarin.MEASURES)


def parts(kind: str, value: Any, language: str = "zh", *, today: date | None = None) -> tuple[str, ...]:
    """The ids of the parts that say the value; ValueError when it is no value of this kind, or too large."""
    try:
        say, words = KINDS[kind], LANGUAGES[language]
    except KeyError as unknown:
        raise ValueError(f"not said: {unknown.args[0]}") from None
    ids = tuple(f"say.{language}.{slug}" for slug in say(words, value, today))
    missing = [part for part in ids if part not in PARTS]
    if missing:
        raise ValueError(f"not said: {value!r}")
    return ids


def text(ids: Iterable[str]) -> str:
    """The sentence that the parts say."""
    said = ""
    for part in ids:
        blank = " " if said and part.startswith("say.en.") and not part.endswith(f".{PAUSE}") else ""
        said += blank + PARTS[part]
    return said


def _moment(words: ModuleType, value: Any, today: date | None) -> Slugs:
    at = values.moment(value)
    yield from words.day(at.date(), today)
    yield from words.clock(at.time())
