"""Entries of a list as people write them, one a line: a number, a beginning, an area code or a province,
then a note and the last day. Pure.

13800138000,推销,2026-12-31
170*
0571
西藏
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.integrations import spreadsheets
from app.routing.areas import is_area_code, provinces
from app.routing.numbers import normalise
from app.store.lists import MAX_ENTRIES, MAX_NOTE, Entry
from app.words import Words

MAX_LINE = 300  # characters
MAX_LINES = MAX_ENTRIES
SHOWN = 40  # characters of a line that is refused
HEADINGS = {"号码", "电话", "电话号码", "手机", "手机号", "手机号码", "number", "phone", "tel"}
FORMULA = ("=", "+", "-", "@")  # what a spreadsheet would take for one

ENTRY_KINDS: Mapping[str, Words] = {
    "number": Words("号码", "number"),
    "prefix": Words("开头", "beginning"),
    "area_code": Words("区号", "area code"),
    "province": Words("省份", "province"),
}

_PREFIX = re.compile(r"(\d{2,12})(?:[*＊xX]+|开头)", re.ASCII)
_RANK = re.compile(r"(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区)$")
_DAY = re.compile(r"(?:至|到|有效期至)?(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
_SEPARATOR = re.compile(r"[，、；;\t]")


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that means nobody: its number in the text, the line, and what is wrong with it."""

    number: int
    line: str
    words: Words

    @property
    def shown(self) -> str:
        return self.line if len(self.line) <= SHOWN else f"{self.line[:SHOWN]}…"


@dataclass(frozen=True, slots=True)
class Read:
    """What a text gave; `entries` holds each only once."""

    entries: tuple[Entry, ...]
    refused: tuple[Refused, ...]


def of_file(name: str, content: bytes) -> str:
    """The lines of a .csv, .txt or .xlsx file. BadTable when it is none."""
    rows = spreadsheets.read(name, content, MAX_LINES)
    return "\n".join(_line(row.cells) for row in rows)


def _line(cells: Sequence[str]) -> str:
    while cells and not cells[-1]:
        cells = cells[:-1]
    return ",".join(_quoted(cell) for cell in cells)


def read(text: str) -> Read:
    """All lines of a text; empty ones and a heading are passed over."""
    entries: dict[tuple[str, str], Entry] = {}
    refused = []
    for number, line in _lines(text):
        if number > MAX_LINES:
            words = Words(
                f"一次最多 {MAX_LINES} 行，从这一行起没有读",
                f"at most {MAX_LINES} lines at once, not read from here on",
            )
            refused.append(Refused(number, line, words))
            break
        found = _entry(line)
        if isinstance(found, Entry):
            entries.setdefault((found.kind, found.value), found)
        else:
            refused.append(Refused(number, line, found))
    return Read(tuple(entries.values()), tuple(refused))


def write(entries: list[Entry]) -> bytes:
    """A CSV file that `read` understands and a spreadsheet opens."""
    rows = (
        (f"{entry.value}{'*' if entry.kind == 'prefix' else ''}", entry.note, entry.until or "")
        for entry in entries
    )
    return spreadsheets.write_csv([("号码", "备注", "有效期至"), *rows])


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip().strip("\ufeff")
        if line and not (number == 1 and _fields(line)[0].lower() in HEADINGS):
            yield number, line


def _entry(line: str) -> Entry | Words:
    """The entry of a line, or what is wrong with it."""
    if len(line) > MAX_LINE:
        return Words(f"一行最多 {MAX_LINE} 个字", f"at most {MAX_LINE} characters a line")
    value, *rest = _fields(line)
    meant = _meant(value)
    if isinstance(meant, Words):
        return meant
    until = _day(rest[-1]) if rest else None
    if isinstance(until, Words):
        return until
    note = " ".join(rest[:-1] if until else rest)
    if len(note) > MAX_NOTE:
        return Words(f"备注最多 {MAX_NOTE} 个字", f"a note has at most {MAX_NOTE} characters")
    return Entry(*meant, note, until)


def _fields(line: str) -> list[str]:
    """The value and what follows: a note, which may go over several fields, and a last day."""
    parts = next(csv.reader([_SEPARATOR.sub(",", line)], skipinitialspace=True), [""]) or [""]
    rest = [part for part in map(str.strip, parts[1:]) if part]
    return [
        parts[0].strip(),
        *(part[1:] if part[1:].startswith(FORMULA) and part[0] == "'" else part for part in rest),
    ]


def _day(text: str) -> date | Words | None:
    """The last day that the last field names, None when it is part of the note."""
    found = _DAY.fullmatch(text)
    if not found:
        return None
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return Words(f"没有 {text} 这一天", f"there is no day {text}")


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if re.search(r"[\",，、；;\t]", text) else text


def _meant(value: str) -> tuple[str, str] | Words:
    """(kind, value) of what was written."""
    province = _RANK.sub("", value)
    if province in provinces():
        return "province", province
    if is_area_code(value):
        return "area_code", value
    prefix = _PREFIX.fullmatch(value)
    if prefix:
        return "prefix", prefix[1]
    number = normalise(value)
    if len(number) >= 5:
        return "number", number
    if number:
        return Words(
            f"号码太短；要拦截以它开头的号码，请写成 {number}*",
            f"too short; for numbers that begin so, write {number}*",
        )
    return Words("不是号码、开头、区号或省份", "no number, beginning, area code or province")
