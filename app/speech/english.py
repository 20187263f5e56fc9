"""English, with the same functions as mandarin.py."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

from app.speech.values import Money

PAUSE = "pause"


def _words(listed: str) -> tuple[str, ...]:
    return tuple(listed.split())


ONES = _words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
TENS = _words("twenty thirty forty fifty sixty seventy eighty ninety")
ORDINALS = _words(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third "
    "twenty-fourth twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
)
MONTHS = _words("January February March April May June July August September October November December")
WEEKDAYS = _words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))

MEASURES = {
    "people": ("caller", "callers"), "things": ("thing", "things"), "items": ("item", "items"),
    "orders": ("order", "orders"), "times": ("time", "times"), "days": ("day", "days"),
    "hours": ("hour", "hours"), "minutes": ("minute", "minutes"), "seconds": ("second", "seconds"),
}  # fmt: skip
WORDS = {
    **{name: name for _, name in SCALES},
    "minus": "minus", "point": "point", "star": "star", "hash": "pound", PAUSE: ",",
    "yuan": "yuan", "fen": "fen", "and": "and", "oh": "oh",
    "noon": "noon", "midnight": "midnight", "am": "a.m.", "pm": "p.m.",
    "today": "today", "tomorrow": "tomorrow", "after-tomorrow": "the day after tomorrow", "yesterday": "yesterday",
    "about": "about", "under-a-minute": "less than a minute",
    "there-is": "there is", "there-are": "there are", "ahead": "ahead of you", "next": "you are next in line",
    "position": "you are number", "in-line": "in line", "wait": "the estimated wait is",
}  # fmt: skip


def _below_100(n: int) -> str:
    if n < 20:
        return ONES[n]
    tens, ones = divmod(n, 10)
    return TENS[tens - 2] + (f"-{ONES[ones]}" if ones else "")


TEXTS: dict[str, str] = {
    **{f"n{n}": _below_100(n) for n in range(100)},
    **{f"day{n}": text for n, text in enumerate(ORDINALS, 1)},
    **{f"month{n}": text for n, text in enumerate(MONTHS, 1)},
    **{f"weekday{n}": text for n, text in enumerate(WEEKDAYS, 1)},
    **{f"measure-{key}": plural for key, (_, plural) in MEASURES.items()},
    **{f"measure-{key}-one": singular for key, (singular, _) in MEASURES.items()},
    **WORDS,
}
"""What each part says, by its slug."""


def number(n: int) -> Iterator[str]:
    """A whole number: 10050 -> ten thousand fifty."""
    if n < 0:
        yield "minus"
    yield from _whole(abs(n))


def decimal(whole: int, fraction: str, negative: bool) -> Iterator[str]:
    """A number with digits after the point."""
    if negative:
        yield "minus"
    yield from _whole(whole)
    if fraction:
        yield "point"
        yield from (f"n{digit}" for digit in fraction)


def _whole(n: int) -> Iterator[str]:
    for unit, slug in SCALES:
        if n >= unit:
            high, n = divmod(n, unit)
            yield from _whole(high)
            yield slug
            if n == 0:
                return
    yield f"n{n}"


def count(n: int, measure: str) -> Iterator[str]:
    """A number of things: one caller, two callers."""
    yield from number(n)
    yield f"measure-{measure}-one" if n == 1 else f"measure-{measure}"


def digits(text: str) -> Iterator[str]:
    """Digit by digit; blanks are pauses."""
    special = {"*": "star", "#": "hash", " ": PAUSE}
    return (special.get(char, f"n{char}") for char in text)


def money(value: Money) -> Iterator[str]:
    """Twelve yuan and fifty fen."""
    if value.negative:
        yield "minus"
    if value.yuan or not value.fen:
        yield from (*number(value.yuan), "yuan")
    if value.yuan and value.fen:
        yield "and"
    if value.fen:
        yield from (f"n{value.fen}", "fen")


def day(value: date, today: date | None) -> Iterator[str]:
    """Today, tomorrow …, else Monday November twenty-third; the year only when it is not this one."""
    named = {-1: "yesterday", 0: "today", 1: "tomorrow", 2: "after-tomorrow"}
    if today and (value - today).days in named:
        yield named[(value - today).days]
        return
    yield from weekday(value.weekday())
    yield from (f"month{value.month}", f"day{value.day}")
    if today is None or today.year != value.year:
        yield from _year(value.year)


def _year(year: int) -> Iterator[str]:
    """Twenty twenty-six, two thousand nine, nineteen oh five."""
    century, rest = divmod(year, 100)
    if year < 1000 or (century % 10 == 0 and rest < 10):
        yield from number(year)
        return
    yield f"n{century}"
    if rest == 0:
        yield "hundred"
    else:
        yield from ("oh", f"n{rest}") if rest < 10 else (f"n{rest}",)


def weekday(index: int) -> Iterator[str]:
    """Monday is 0."""
    yield f"weekday{index + 1}"


def clock(value: time) -> Iterator[str]:
    """Nine thirty a.m., two oh five p.m., twelve noon."""
    yield f"n{value.hour % 12 or 12}"
    if value.minute == 0 and value.hour % 12 == 0:
        yield "noon" if value.hour else "midnight"
        return
    if value.minute:
        yield from ("oh",) if value.minute < 10 else ()
        yield f"n{value.minute}"
    yield "am" if value.hour < 12 else "pm"


def duration(minutes: int) -> Iterator[str]:
    """About three minutes; 0 minutes are less than a minute."""
    if minutes == 0:
        yield "under-a-minute"
        return
    yield "about"
    hours, minutes = divmod(minutes, 60)
    if hours:
        yield from count(hours, "hours")
    if minutes:
        yield from count(minutes, "minutes")


def wait(minutes: int) -> Iterator[str]:
    """The estimated wait is about three minutes."""
    yield "wait"
    yield from duration(minutes)


def place(ahead: int) -> Iterator[str]:
    """There are three callers ahead of you; you are next in line when nobody is."""
    if ahead == 0:
        yield "next"
        return
    yield "there-is" if ahead == 1 else "there-are"
    yield from count(ahead, "people")
    yield "ahead"


def position(index: int) -> Iterator[str]:
    """You are number three in line; the first is 1."""
    yield "position"
    yield from number(index)
    yield "in-line"
