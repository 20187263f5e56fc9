"""Between the form of opening hours and their document. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from app.flow.fields import BadValue
from app.routing import opening_hours
from app.routing.opening_hours import DAYS, BadHours, OpeningHours, Span

MAX_RANGE_DAYS = 60
MAX_NIGHT_MINUTES = 16 * 60  # over midnight; what is longer was typed the wrong way round
_LINE = re.compile(r"[\n;；]+")
_DATE = r"(\d{4}-\d{1,2}-\d{1,2})"
_CLOSED = re.compile(rf"{_DATE}(?:\s*(?:至|到|~|～|to|-|—)\s*{_DATE})?")
_OPEN = re.compile(rf"{_DATE}\s+(.+)")

_ASCII = str.maketrans("０１２３４５６７８９：", "0123456789:")

Pairs = Sequence[tuple[str, str]]


def weekly_pairs(hours: OpeningHours) -> dict[str, list[tuple[str, str]]]:
    """The spans of each weekday as (from, until)."""
    return {
        day: [(_clock(span.start_minute), _clock(span.end_minute)) for span in hours.weekly.get(number, ())]
        for number, day in enumerate(DAYS)
    }


def closed_text(hours: OpeningHours) -> str:
    """The closed dates, one a line, neighbours as a range."""
    runs: list[list[date]] = []
    for day in sorted(hours.closed_dates):
        if runs and day - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return "\n".join(f"{run[0]}" if len(run) == 1 else f"{run[0]} 至 {run[-1]}" for run in runs)


def open_text(hours: OpeningHours) -> str:
    """The dates with hours of their own, one a line."""
    document = opening_hours.write(hours)
    return "\n".join(f"{day} {' '.join(spans)}" for day, spans in document.get("open", {}).items())


def weekly(pairs_of: Mapping[str, Pairs]) -> dict[str, list[str]]:
    """The weekly part of a document; BadValue names the first wrong day's key and what is wrong."""
    document = {
        day: [f"{_time(start)}-{_time(end)}" for start, end in pairs if start or end]
        for day, pairs in pairs_of.items()
    }
    for day, spans in document.items():
        _checked({"weekly": {day: spans}})
    return opening_hours.write(opening_hours.read("", "", {"weekly": document}))["weekly"]  # type: ignore[no-any-return]


def closed(text: str) -> list[str]:
    """The closed dates of a text."""
    return sorted({str(day) for line in _lines(text) for day in _dates(line)})


def opened(text: str) -> dict[str, list[str]]:
    """The dates with hours of their own."""
    found: dict[str, list[str]] = {}
    for line in _lines(text):
        match = _OPEN.fullmatch(line)
        if match is None:
            raise _bad(line, "应写成 2026-10-10 09:00-18:00", "is not like 2026-10-10 09:00-18:00")
        spans = found.setdefault(str(_date(match[1])), [])
        spans += re.split(r"[\s,，、]+", match[2].strip())
    _checked({"open": found})
    return found


def _time(typed: str) -> str:
    """9:00 for 9, 900 and ９：00; whatever else was typed as it is."""
    text = typed.translate(_ASCII).strip()
    if not (text.isdecimal() and len(text) <= 4):
        return text
    return f"{text[:-2]}:{text[-2:]}" if len(text) > 2 else f"{text}:00"


def _checked(document: dict[str, Any]) -> None:
    try:
        read = opening_hours.read("", "", document)
    except BadHours as bad:
        zh, en = bad.words
        raise BadValue(zh.partition("：")[2] or zh, en.partition(": ")[2] or en) from bad
    for spans in (*read.weekly.values(), *read.open_dates.values()):
        for span in spans:
            _check_forward(span)


def _check_forward(span: Span) -> None:
    """An end before the start is on the next day: a night, but not nearly a whole day."""
    to_next_day = 0 < span.end_minute <= span.start_minute
    if to_next_day and span.length > MAX_NIGHT_MINUTES:
        raise _bad(
            f"{_clock(span.start_minute)}-{_clock(span.end_minute)}",
            "结束早于开始；全天请写 00:00-24:00",
            "ends before it begins; for the whole day write 00:00-24:00",
        )


def _lines(text: str) -> Iterator[str]:
    return (line.strip() for line in _LINE.split(text) if line.strip())


def _dates(line: str) -> Iterator[date]:
    match = _CLOSED.fullmatch(line)
    if match is None:
        raise _no_date(line)
    first = _date(match[1])
    last = _date(match[2]) if match[2] else first
    if not 0 <= (last - first).days <= MAX_RANGE_DAYS:
        zh, en = (
            f"应从早到晚，最多 {MAX_RANGE_DAYS} 天",
            f"must run forward, for at most {MAX_RANGE_DAYS} days",
        )
        raise _bad(line, zh, en)
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _date(text: str) -> date:
    try:
        year, month, day = map(int, text.split("-"))
        return date(year, month, day)
    except ValueError:
        raise _no_date(text) from None


def _no_date(text: str) -> BadValue:
    return _bad(text, "不是日期，应如 2026-10-01", "is not a date such as 2026-10-01")


def _bad(text: str, zh: str, en: str) -> BadValue:
    return BadValue(f"“{text[:40]}” {zh}", f"“{text[:40]}” {en}")


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
