"""Callers that a company treats in their own way: black, white and VIP lists.

As a document, for the database or a file:

    {"numbers": ["13800138000"], "prefixes": ["170", "0086"], "area_codes": ["0571"], "provinces": ["西藏"],
     "until": {"numbers": {"13800138000": "2026-12-31"}}}

An entry with a day in `until` counts to the end of that day on the company's clock; the others count for ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.routing.areas import is_area_code, provinces
from app.routing.numbers import normalise
from app.routing.regions import Region
from app.words import Words

MAX_ENTRIES = 20_000  # of one kind; what is longer belongs behind a web service
PARTS = ("numbers", "prefixes", "area_codes", "provinces")
_PREFIX = re.compile(r"\d{2,12}", re.ASCII)
KINDS = {
    "black": Words("黑名单", "black list"),
    "white": Words("白名单", "white list"),
    "vip": Words("VIP 名单", "VIP list"),
}


class BadList(ValueError):
    """A document that is no list of callers; `words` says what is wrong and where."""

    def __init__(self, where: str, zh: str, en: str) -> None:
        super().__init__(f"{where}: {en}")
        self.words = Words(f"{where}：{zh}", f"{where}: {en}")


@dataclass(frozen=True, slots=True)
class CallerList:
    """Who is on a list: by whole number, by what the number begins with, or by where it is from.

    kind   "black", "white" or "vip": what the list is for, shown on pages; a flow decides what becomes of its callers
    until  the last day of entries that end, by part of the document and value
    """

    id: str
    name: str
    kind: str = "black"
    numbers: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    area_codes: frozenset[str] = frozenset()
    provinces: frozenset[str] = frozenset()
    until: Mapping[tuple[str, str], date] = field(default_factory=dict)

    @property
    def places(self) -> tuple[str, ...]:
        """The provinces and area codes whose callers are on the list."""
        return (*sorted(self.provinces), *sorted(self.area_codes))

    @property
    def sample(self) -> str:
        """A number that is on the list for ever, wherever it is from; "" when it names none."""
        numbers = [number for number in self.numbers if ("numbers", number) not in self.until]
        prefixes = [prefix for prefix in self.prefixes if ("prefixes", prefix) not in self.until]
        return min(numbers) if numbers else min(prefixes).ljust(11, "0") if prefixes else ""

    def holds(self, ani: str, region: Region | None, day: date | None = None) -> bool:
        """Whether a caller is on the list on a day, None: on any; `ani` normalised, "" when withheld: then on none."""
        return any(self.is_valid(part, value, day) for part, value in self.entries_for(ani, region))

    def entries_for(self, ani: str, region: Region | None) -> Iterator[tuple[str, str]]:
        """(part of the document, value) of all that mean this caller, those that have ended too."""
        if not ani:
            return
        if ani in self.numbers:
            yield "numbers", ani
        if ani.startswith(self.prefixes):
            yield from (("prefixes", prefix) for prefix in self.prefixes if ani.startswith(prefix))
        if region and region.area_code in self.area_codes:
            yield "area_codes", region.area_code
        if region and region.province in self.provinces:
            yield "provinces", region.province

    def is_valid(self, part: str, value: str, day: date | None) -> bool:
        """Whether an entry still counts on a day."""
        last = self.until.get((part, value))
        return last is None or day is None or day <= last


def read(id: str, name: str, kind: str, document: Mapping[str, Any]) -> CallerList:
    """The list that a document gives; BadList for the first thing in it that is wrong."""
    if kind not in KINDS:
        raise BadList("kind", f"只能是 {' '.join(KINDS)}", f"must be one of {' '.join(KINDS)}")
    if not isinstance(document, Mapping):
        raise BadList("list", "应是一组“名称: 值”", "must be a mapping")
    for key in document.keys() - {*PARTS, "until"}:
        raise BadList(
            str(key)[:40],
            "只能是 numbers prefixes area_codes provinces until",
            "must be numbers, prefixes, area_codes, provinces or until",
        )
    return CallerList(
        id,
        name,
        kind,
        frozenset(_number(text) for text in _texts(document, "numbers")),
        tuple(dict.fromkeys(_prefix(text) for text in _texts(document, "prefixes"))),
        frozenset(_area_code(text) for text in _texts(document, "area_codes")),
        frozenset(_province(text) for text in _texts(document, "provinces")),
        dict(_until(document.get("until", {}))),
    )


def write(callers: CallerList) -> dict[str, Any]:
    """The document of a list; reading it gives the same list."""
    parts: dict[str, Any] = {
        "numbers": sorted(callers.numbers),
        "prefixes": list(callers.prefixes),
        "area_codes": sorted(callers.area_codes),
        "provinces": sorted(callers.provinces),
        "until": _write_until(callers),
    }
    return {key: values for key, values in parts.items() if values}


def _write_until(callers: CallerList) -> dict[str, dict[str, str]]:
    days: dict[str, dict[str, str]] = {}
    for (part, value), day in sorted(callers.until.items()):
        days.setdefault(part, {})[value] = day.isoformat()
    return days


def _until(document: Any) -> Iterator[tuple[tuple[str, str], date]]:
    """The last days of entries; a day of an entry that is not there is no harm."""
    if not isinstance(document, Mapping) or not all(
        part in PARTS and isinstance(days, Mapping) for part, days in document.items()
    ):
        raise BadList("until", "应是一组“名称: 日期”", "must be days by value, by part")
    for part, days in document.items():
        for value, day in days.items():
            try:
                yield (part, str(value)), date.fromisoformat(day)
            except (TypeError, ValueError):
                raise BadList(
                    "until", f"“{str(day)[:40]}” 不是日期", f"“{str(day)[:40]}” is no day"
                ) from None


def _texts(document: Mapping[str, Any], key: str) -> list[str]:
    values = document.get(key, [])
    if not isinstance(values, list | tuple) or not all(isinstance(value, str) for value in values):
        raise BadList(key, "应是一列文字", "must be a list of texts")
    if len(values) > MAX_ENTRIES:
        raise BadList(key, f"最多 {MAX_ENTRIES} 项", f"at most {MAX_ENTRIES} entries")
    return [value.strip() for value in values]


def _number(text: str) -> str:
    number = normalise(text)
    if len(number) < 5:
        raise BadList("numbers", f"“{text[:40]}” 不是电话号码", f"“{text[:40]}” is not a phone number")
    return number


def _prefix(text: str) -> str:
    if not _PREFIX.fullmatch(text):
        raise BadList(
            "prefixes", f"“{text[:40]}” 应是 2 到 12 位数字", f"“{text[:40]}” must be 2 to 12 digits"
        )
    return text


def _area_code(text: str) -> str:
    if not is_area_code(text):
        raise BadList("area_codes", f"没有区号 “{text[:40]}”", f"there is no area code “{text[:40]}”")
    return text


def _province(text: str) -> str:
    if text not in provinces():
        raise BadList(
            "provinces", f"没有省份 “{text[:40]}”，应如 浙江", f"there is no province “{text[:40]}”: say 浙江"
        )
    return text
