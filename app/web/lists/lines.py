"""Entries of a list as people write them, one a line: a number, a beginning, an area code or a province, then a note. Pure.

13800138000,推销
170*
0571
西藏
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

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


class UnknownFile(ValueError):
    """A file that is no text of lines; `words` says what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.words = Words(zh, en)


def text_of(name: str, content: bytes) -> str:
    """The text of a .csv or .txt file, in UTF-8 or as Chinese spreadsheets save it. UnknownFile when it is none."""
    if not name.lower().endswith((".csv", ".txt")):
        raise UnknownFile(
            "请上传 .csv 或 .txt 文件；Excel 表格请先另存为 CSV",
            "Upload a .csv or .txt file; save a spreadsheet as CSV first",
        )
    if b"\0" in content or content.startswith(b"PK"):
        raise UnknownFile(
            "文件内容不是文字；Excel 表格请先另存为 CSV",
            "The file is not text; save a spreadsheet as CSV first",
        )
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnknownFile("文件的编码读不懂，请保存为 UTF-8", "The file's encoding is unknown; save it as UTF-8")


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


def write(entries: list[Entry]) -> Iterator[str]:
    """The lines of a CSV file that `read` understands and a spreadsheet opens."""
    yield "号码,备注\r\n"
    for entry in entries:
        note = f"'{entry.note}" if entry.note.startswith(FORMULA) else entry.note
        quoted = '"' + note.replace('"', '""') + '"' if re.search(r'[",\s]', note) else note
        yield f"{entry.value}{'*' if entry.kind == 'prefix' else ''},{quoted}\r\n"


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip().strip("\ufeff")
        if line and not (number == 1 and _fields(line)[0].lower() in HEADINGS):
            yield number, line


def _entry(line: str) -> Entry | Words:
    """The entry of a line, or what is wrong with it."""
    if len(line) > MAX_LINE:
        return Words(f"一行最多 {MAX_LINE} 个字", f"at most {MAX_LINE} characters a line")
    value, note = _fields(line)
    meant = _meant(value)
    if isinstance(meant, Words):
        return meant
    if len(note) > MAX_NOTE:
        return Words(f"备注最多 {MAX_NOTE} 个字", f"a note has at most {MAX_NOTE} characters")
    return Entry(*meant, note)


def _fields(line: str) -> tuple[str, str]:
    """The value and the note, which is all that follows."""
    parts = next(csv.reader([_SEPARATOR.sub(",", line)], skipinitialspace=True), [""]) or [""]
    note = " ".join(part.strip() for part in parts[1:] if part.strip())
    return parts[0].strip(), note.removeprefix("'") if note[1:].startswith(FORMULA) else note


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
