"""When a business answers its phones.

As a document, for a flow file or the database:

    {"weekly": {"mon-fri": ["09:00-12:00", "13:30-18:00"], "sat": ["22:00-02:00"]},
     "closed": ["2026-10-01"],
     "open":   {"2026-10-10": ["09:00-18:00"]},
     "holidays": true}

With `holidays` a public holiday is closed and a weekend day that is worked instead has the hours of a working day,
unless the date stands in `closed` or `open`. On a date in `open` its spans replace those of the weekday. A span
belongs to the day on which it begins: Saturday's 22:00-02:00 ends on Sunday, even when that Sunday is a closed
date. All times are wall clock, in the time zone of the moment asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from app.routing import calendar
from app.words import Words

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_A_DAY = 1440
SEARCH_DAYS = 60  # how far ahead an opening is looked for: longer than any holiday
MAX_SPANS_A_DAY = 12
MAX_DATES = 400

_SPAN = re.compile(r"(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class BadHours(ValueError):
    """A document that does not say when it is open; `words` says what is wrong and where."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


class Span(NamedTuple):
    """From minute to minute of a day, the end excluded; an end not after the start is on the next day."""

    start_minute: int
    end_minute: int

    @property
    def length(self) -> int:
        """In minutes, 1 to 1440."""
        return (self.end_minute - self.start_minute - 1) % MINUTES_A_DAY + 1


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """The open spans of each weekday (0 = Monday) in order, and the dates on which others hold.

    `holidays` says whether public holidays and their make-up days are kept.
    """

    id: str
    name: str
    weekly: Mapping[int, tuple[Span, ...]]
    closed_dates: frozenset[date] = frozenset()
    open_dates: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)
    holidays: bool = False

    def is_open(self, at: datetime) -> bool:
        """Whether the business is open at an aware moment, in that moment's own zone."""
        _check_aware(at)
        today, minute = at.date(), at.hour * 60 + at.minute
        return _covers(self.spans_on(today), minute) or _covers(
            self.spans_on(today - timedelta(days=1)), minute + MINUTES_A_DAY
        )

    def next_opening(self, at: datetime) -> datetime | None:
        """The first open moment from `at` on, `at` itself while it is open, in the zone of `at`.

        None when none comes within 60 days.
        """
        if self.is_open(at):
            return at
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        for day in range(SEARCH_DAYS + 1):
            morning = midnight + timedelta(days=day)
            for span in self.spans_on(morning.date()):
                opening = morning + timedelta(minutes=span.start_minute)
                if opening > at:
                    return opening
        return None

    def open_for(self, at: datetime, longest: timedelta) -> timedelta:
        """How long it stays open from an aware moment on, at most `longest`; nothing while it is closed."""
        closing = at
        while closing - at < longest and self.is_open(closing):
            closing = self._end_of_span(closing)
        return min(closing - at, longest)

    def _end_of_span(self, at: datetime) -> datetime:
        """When the span that covers a moment ends, the later one where two do."""
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        minute = at.hour * 60 + at.minute
        ends = [
            day + timedelta(minutes=span.start_minute + span.length)
            for day, since in ((midnight, minute), (midnight - timedelta(days=1), minute + MINUTES_A_DAY))
            for span in self.spans_on(day.date())
            if _covers([span], since)
        ]
        return max(ends)

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """The spans that begin on a date."""
        if day in self.open_dates:
            return self.open_dates[day]
        if self.is_day_off(day):
            return ()
        spans = self.weekly.get(day.weekday(), ())
        if not spans and self.holidays and calendar.is_make_up_day(day):
            return next((self.weekly[number] for number in range(5) if number in self.weekly), ())
        return spans

    def is_day_off(self, day: date) -> bool:
        """Whether a date is closed as such: named so, or a public holiday."""
        if day in self.closed_dates:
            return True
        return self.holidays and day not in self.open_dates and calendar.holiday(day) is not None

    def without(self, closures: frozenset[date]) -> OpeningHours:
        """The same hours in a company that is closed on these dates."""
        opened = {day: spans for day, spans in self.open_dates.items() if day not in closures}
        return replace(self, closed_dates=self.closed_dates | closures, open_dates=opened)


def read(id: str, name: str, document: Mapping[str, Any]) -> OpeningHours:
    """The opening hours that a document gives; BadHours for the first thing in it that is wrong."""
    parts = _read_mapping("", document)
    for key in parts.keys() - {"weekly", "closed", "open", "holidays"}:
        raise _bad(
            _shown(key), "只能是 weekly closed open holidays", "must be weekly, closed, open or holidays"
        )
    weekly = _read_weekly(_read_mapping("weekly", parts.get("weekly", {})))
    closed = frozenset(_read_date("closed", value) for value in _read_list("closed", parts.get("closed", [])))
    opened = dict(_read_open(_read_mapping("open", parts.get("open", {}))))
    for day in sorted(closed & opened.keys()):
        raise _bad(f"open.{day}", "这一天同时在 closed 中", "this date is in closed as well")
    return OpeningHours(id, name, weekly, closed, opened, _read_flag(parts.get("holidays", False)))


def write(hours: OpeningHours) -> dict[str, Any]:
    """The document of opening hours; reading it gives the same hours."""
    document: dict[str, Any] = {"weekly": dict(_write_weekly(hours.weekly))}
    if hours.closed_dates:
        document["closed"] = [str(day) for day in sorted(hours.closed_dates)]
    if hours.open_dates:
        document["open"] = {str(day): _write_spans(spans) for day, spans in sorted(hours.open_dates.items())}
    if hours.holidays:
        document["holidays"] = True
    return document


def _check_aware(at: datetime) -> None:
    if at.utcoffset() is None:
        raise ValueError("opening hours need an aware datetime")


def _covers(spans: Iterable[Span], minute: int) -> bool:
    """Whether a minute, counted from the midnight of the spans' day, lies in one of them."""
    return any(span.start_minute <= minute < span.start_minute + span.length for span in spans)


def _bad(where: str, zh: str, en: str) -> BadHours:
    return BadHours(Words(f"{where}：{zh}", f"{where}: {en}") if where else Words(zh, en))


def _shown(value: object) -> str:
    """What a user wrote, short enough for a message."""
    text = str(value)
    return text if len(text) <= 40 else f"{text[:40]}…"


def _read_mapping(where: str, value: Any) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        raise _bad(where, "应是一组“名称: 值”", "must be a mapping")
    if len(value) > MAX_DATES:
        raise _bad(where, f"最多 {MAX_DATES} 项", f"at most {MAX_DATES} entries")
    return value


def _read_list(where: str, value: Any, limit: int = MAX_DATES) -> Iterable[Any]:
    if not isinstance(value, list | tuple):
        raise _bad(where, "应是一个列表", "must be a list")
    if len(value) > limit:
        raise _bad(where, f"最多 {limit} 项", f"at most {limit} entries")
    return value


def _read_flag(value: Any) -> bool:
    if str(value).lower() not in ("true", "false"):
        raise _bad("holidays", "只能是 true 或 false", "must be true or false")
    return str(value).lower() == "true"


def _read_weekly(weekly: Mapping[Any, Any]) -> dict[int, tuple[Span, ...]]:
    spans_of: dict[int, tuple[Span, ...]] = {}
    for key, values in weekly.items():
        where = f"weekly.{_shown(key)}"
        spans = _read_spans(where, values)
        for day in _read_weekdays(where, key):
            if day in spans_of:
                raise _bad(where, f"{DAYS[day]} 出现了两次", f"{DAYS[day]} stands twice")
            spans_of[day] = spans
    return {day: spans for day, spans in sorted(spans_of.items()) if spans}


def _read_weekdays(where: str, key: Any) -> Iterator[int]:
    """The days of "mon", "mon-fri" or "sat-mon"."""
    names = str(key).split("-")
    if len(names) > 2 or not set(names) <= set(DAYS):
        days = " ".join(DAYS)
        raise _bad(where, f"不是星期，应是 {days} 或如 mon-fri", f"not a weekday: use {days}, or mon-fri")
    first, last = DAYS.index(names[0]), DAYS.index(names[-1])
    for step in range((last - first) % 7 + 1):
        yield (first + step) % 7


def _read_open(dates: Mapping[Any, Any]) -> Iterator[tuple[date, tuple[Span, ...]]]:
    for key, values in dates.items():
        day = _read_date("open", key)
        spans = _read_spans(f"open.{day}", values)
        if not spans:
            raise _bad(f"open.{day}", "没有时间段，休息日请写在 closed 中", "has no span: put it in closed")
        yield day, spans


def _read_date(where: str, value: Any) -> date:
    try:
        return date.fromisoformat(value if _DATE.fullmatch(value) else "")
    except (TypeError, ValueError):
        text = _shown(value)
        zh, en = f"“{text}” 不是日期，应如 2026-10-01", f"“{text}” is not a date such as 2026-10-01"
        raise _bad(where, zh, en) from None


def _read_spans(where: str, values: Any) -> tuple[Span, ...]:
    spans = sorted(_read_span(where, value) for value in _read_list(where, values, MAX_SPANS_A_DAY))
    for earlier, later in pairwise(spans):
        if earlier.start_minute + earlier.length > later.start_minute:
            texts = " ".join(_write_spans([earlier, later]))
            raise _bad(where, f"{texts} 有重叠", f"{texts} overlap")
    return tuple(spans)


def _read_span(where: str, value: Any) -> Span:
    match = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if not match:
        text = _shown(value)
        zh, en = f"“{text}” 不是时间段，应如 09:00-18:00", f"“{text}” is not a span such as 09:00-18:00"
        raise _bad(where, zh, en)
    hour, minute, end_hour, end_minute = map(int, match.groups())
    start, end = hour * 60 + minute, end_hour * 60 + end_minute
    if max(minute, end_minute) > 59 or start >= MINUTES_A_DAY or end > MINUTES_A_DAY:
        raise _bad(where, f"{value} 超出 00:00 至 24:00", f"{value} is beyond 00:00 to 24:00")
    return Span(start, end)


def _write_weekly(weekly: Mapping[int, tuple[Span, ...]]) -> Iterator[tuple[str, list[str]]]:
    """Neighbouring days with the same hours as one entry."""
    for spans, days in groupby(range(7), key=lambda day: weekly.get(day, ())):
        names = [DAYS[day] for day in days]
        if spans:
            yield names[0] if len(names) == 1 else f"{names[0]}-{names[-1]}", _write_spans(spans)


def _write_spans(spans: Iterable[Span]) -> list[str]:
    return [f"{_clock(span.start_minute)}-{_clock(span.end_minute)}" for span in spans]


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
