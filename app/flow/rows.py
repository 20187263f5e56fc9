"""Settings that are a list of rows, each a name and what belongs to it: areas of callers, shares of calls.

A row is a line of text in documents and in the editor: "华东: 浙江 上海 0512", "甲方案: 30".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from app.flow.fields import BadValue, Field, declare
from app.routing.areas import cities, is_area_code, provinces
from app.routing.mobiles import CARRIERS
from app.routing.regions import Region
from app.words import Words

MAX_NAME = 20
MAX_PLACES = 100
_ROW = re.compile(r"\s*([^:：]+?)\s*[:：]\s*(.+?)\s*")
_BETWEEN = re.compile(r"[\s,，、;；]+")


@dataclass(frozen=True, slots=True)
class RowsField(Field):
    """Lines of text, each "name: …", none with the name of another. In the editor a text area, a row a line."""

    max_items: int = 34

    widget = "rows"

    def read(self, value: Any) -> tuple[str, ...]:
        lines = value.splitlines() if isinstance(value, str) else value
        if not isinstance(lines, list | tuple) or not all(isinstance(line, str) for line in lines):
            raise BadValue("应是几行文字", "must be lines of text")
        rows = tuple(self._row(line) for line in lines if line.strip())
        if len(rows) > self.max_items:
            raise BadValue(f"最多 {self.max_items} 行", f"at most {self.max_items} lines")
        names = [row.partition(":")[0] for row in rows]
        for name in names:
            if names.count(name) > 1:
                raise BadValue(f"“{name}” 出现了两次", f"“{name}” stands twice")
        return rows

    def _row(self, line: str) -> str:
        """The line in its one form; BadValue when it is none."""
        match = _ROW.fullmatch(line)
        if match is None or len(match[1]) > MAX_NAME:
            raise BadValue(
                f"“{line[:40]}” 应写成 “名称: 内容”，名称最多 {MAX_NAME} 个字",
                f"“{line[:40]}” must be “name: …”, the name of at most {MAX_NAME} characters",
            )
        return f"{match[1]}: {self._content(match[2])}"

    def _content(self, text: str) -> str:
        raise NotImplementedError

    def write(self, value: Any) -> list[str]:
        return list(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string"}, "maxItems": self.max_items}


class AreasField(RowsField):
    """Areas: a name and the provinces, cities, area codes and carriers that belong to it."""

    def _content(self, text: str) -> str:
        places = [_place(word) for word in _BETWEEN.split(text) if word]
        if len(places) > MAX_PLACES:
            raise BadValue(f"一行最多 {MAX_PLACES} 个地方", f"at most {MAX_PLACES} places a line")
        return " ".join(dict.fromkeys(places))


class SharesField(RowsField):
    """Shares: a name and a whole number, 0 to 100."""

    def _content(self, text: str) -> str:
        digits = text.removesuffix("%").removesuffix("％").strip()
        if not (digits.isascii() and digits.isdigit() and int(digits) <= 100):
            raise BadValue(
                f"“{text[:40]}” 应是 0 到 100 的整数", f"“{text[:40]}” must be a whole number, 0 to 100"
            )
        return str(int(digits))


def _place(word: str) -> str:
    """A place or carrier by the name that regions bear: 浙江 for 浙江省, 中国移动 for 移动."""
    for name in (word, word.removesuffix("省"), word.removesuffix("市"), f"中国{word}"):
        if name in provinces() or name in cities() or name in CARRIERS or is_area_code(name):
            return name
    raise BadValue(
        f"“{word[:20]}” 不是省、市、区号或运营商",
        f"“{word[:20]}” is no province, city, area code or carrier",
    )


class Area(NamedTuple):
    name: str
    places: frozenset[str]

    def holds(self, region: Region) -> bool:
        """Whether a region belongs to it. 吉林 and 海南 mean the provinces: say the cities by area code."""
        names = {region.province, region.area_code, region.carrier}
        if region.city not in provinces():
            names.add(region.city)
        return not self.places.isdisjoint(names - {""})


class Share(NamedTuple):
    name: str
    percent: int


def read_areas(rows: tuple[str, ...]) -> Iterator[Area]:
    """The areas that the rows of an AreasField say, in order."""
    for row in rows:
        name, _, places = row.partition(": ")
        yield Area(name, frozenset(places.split()))


def read_shares(rows: tuple[str, ...]) -> Iterator[Share]:
    """The shares that the rows of a SharesField say, in order."""
    for row in rows:
        name, _, percent = row.partition(": ")
        yield Share(name, int(percent))


def areas(zh: str, en: str, *, max_items: int, help: Words) -> Any:
    return declare(AreasField(Words(zh, en), default=(), max_items=max_items, help=help))


def shares(zh: str, en: str, *, max_items: int, help: Words) -> Any:
    return declare(SharesField(Words(zh, en), default=(), max_items=max_items, help=help))
