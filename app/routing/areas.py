"""Area codes of the mainland and the cities they belong to.

Provinces and cities are named in short, as everybody says them: 浙江 杭州, 广西 南宁, 湖南 湘西; in the four
municipalities the city is named like the province. Cities are those of prefecture rank and the few that
answer to the province itself, so that a mobile and a landline of one place carry the same name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

_FILE = Path(__file__).with_name("data") / "area_codes.json"


class Area(NamedTuple):
    """A city and its area code, leading 0 included."""

    province: str
    city: str
    code: str


@dataclass(frozen=True, slots=True)
class _Table:
    """The areas by area code and by area code with the number's first digit, and the names of all cities."""

    by_code: Mapping[str, Area]
    by_exchange: Mapping[str, Area]
    cities: frozenset[tuple[str, str]]


def area_code(number: str) -> str:
    """The area code that a landline number begins with: 010 and 02x have three digits, all others four."""
    return number[:3] if number[1:2] in ("1", "2") else number[:4]


def area_of(number: str) -> Area | None:
    """The area of a landline number with area code; None when the code is not in use.

    Where cities share a code and the number does not tell them apart, the largest of them.
    """
    table = _table()
    code = area_code(number)
    return table.by_exchange.get(number[: len(code) + 1]) or table.by_code.get(code)


def todays(province: str, city: str, code: str) -> Area:
    """A place by its name of today; `city` may be an old name, or a county or district of that area."""
    table = _table()
    if (province, city) in table.cities:
        return Area(province, city, code)
    return table.by_code.get(code) or Area(province, city, code)


@cache
def provinces() -> frozenset[str]:
    """The provinces by their short names: 浙江, 内蒙古, 北京."""
    return frozenset(province for province, _ in _table().cities)


@cache
def cities() -> frozenset[str]:
    """The cities by their short names: 杭州, 湘西, 北京."""
    return frozenset(city for _, city in _table().cities)


@cache
def every() -> tuple[Area, ...]:
    """Each city once for each area code under which it is reached."""
    return tuple(dict.fromkeys((*_table().by_code.values(), *_table().by_exchange.values())))


def is_area_code(code: str) -> bool:
    """Whether such an area code is in use, leading 0 included."""
    return code in _table().by_code


@cache
def _table() -> _Table:
    file = json.loads(_FILE.read_text(encoding="utf-8"))
    by_code = {
        code: Area(province, city, code)
        for province, cities in file["areas"].items()
        for code, city in cities.items()
    }
    by_exchange = {
        digits: by_code[area_code(digits)]._replace(city=city) for digits, city in file["exchanges"].items()
    }
    shared = {(by_code[code].province, city) for code, cities in file["shared"].items() for city in cities}
    named = {(area.province, area.city) for area in (*by_code.values(), *by_exchange.values())}
    return _Table(by_code, by_exchange, frozenset(named | shared))
