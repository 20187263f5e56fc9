"""Tables that people send in and take away: CSV as Excel in China writes it (GBK) or UTF-8, and XLSX.

What a file holds decides, not its name; a file that lies about its type is refused. Formulas are never evaluated.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from app.words import Words

MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 50 * 1024 * 1024  # of an XLSX, which is a zip
MAX_PARTS = 500
MAX_ROWS = 2000
MAX_COLUMNS = 20
MAX_CELL = 300  # characters
BOOK, TEXT = (".xlsx",), (".csv", ".txt")
ENDINGS = (*BOOK, *TEXT)
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for one
_BROKEN = (
    *(zipfile.BadZipFile, InvalidFileException, ParseError),
    *(KeyError, ValueError, TypeError, IndexError, AttributeError, OSError, EOFError),
)
"""What openpyxl raises for files that are no workbooks inside."""


class BadTable(ValueError):
    """A file that is no table that we read; `words` says what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.words = Words(zh, en)


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not empty: its number in the file from 1, its cells as text, and which of them hold formulas."""

    number: int
    cells: tuple[str, ...]
    formulas: tuple[int, ...] = ()

    def cell(self, column: int) -> str:
        """The text in a column from 0, "" where the row ends before it."""
        return self.cells[column] if 0 <= column < len(self.cells) else ""


def read(name: str, content: bytes, max_rows: int = MAX_ROWS) -> list[Row]:
    """The rows of a file that was sent in under a name. BadTable when it is none, or too large."""
    ending = name.lower()[name.rfind(".") :] if "." in name else ""
    if len(content) > MAX_BYTES:
        most = MAX_BYTES // 1024 // 1024
        raise BadTable(f"文件超过 {most} MB，请分成几个文件", f"The file is over {most} MB: send it in parts")
    if not content.strip():
        raise BadTable("文件是空的", "The file is empty")
    if content.startswith(_OLD_EXCEL):
        raise BadTable(
            "这是旧的 .xls 格式，请在 Excel 里另存为 .xlsx",
            "This is the old .xls format: save it as .xlsx in Excel",
        )
    if ending not in ENDINGS:
        raise BadTable("请上传 .xlsx 或 .csv 文件", "Send an .xlsx or .csv file")
    if content.startswith(_ZIP) is not (ending in BOOK):
        raise BadTable(
            "文件内容和扩展名不符：请在 Excel 里重新另存为 .xlsx 或 .csv",
            "The file is not what its name says: save it again as .xlsx or .csv in Excel",
        )
    rows = _of_book(content, max_rows) if ending in BOOK else _of_text(content, max_rows)
    return [row for row in rows if any(row.cells)]


def write_csv(rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file with the mark by which Excel knows UTF-8; no cell is taken for a formula."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(rows: Iterable[Sequence[object]]) -> bytes:
    """A workbook of one sheet, all cells as text, so that numbers keep their zeros."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append([harmless(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def harmless(cell: object) -> str:
    """A cell as text that no spreadsheet takes for a formula."""
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _of_text(content: bytes, max_rows: int) -> Iterator[Row]:
    text = _decoded(content)
    first = text.partition("\n")[0]
    delimiter = max(",\t;，", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, cells in enumerate(reader, 1):
            _check(number, len(cells), max_rows)
            yield Row(number, tuple(map(_plain, cells)))
    except csv.Error as wrong:
        raise BadTable("文件里的引号不成对，读不懂", "The quotes in the file do not match") from wrong


def _decoded(content: bytes) -> str:
    """UTF-16 only with its mark: without one it cannot be told from what is no text."""
    encodings = ("utf-16",) if content.startswith(_UTF_16) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadTable("文件内容不是文字表格", "The file holds no table of text")


def _of_book(content: bytes, max_rows: int) -> Iterator[Row]:
    try:
        _check_zip(content)
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # a file says itself how large it is
        for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1), 1):
            _check(number, sum(cell.value is not None for cell in cells), max_rows)
            formulas = tuple(at for at, cell in enumerate(cells) if cell.data_type == "f")
            yield Row(number, tuple(_plain(_shown(cell.value)) for cell in cells), formulas)
    except BadTable:
        raise
    except _BROKEN as wrong:
        raise BadTable(
            "这个 Excel 文件打不开，请重新另存为 .xlsx",
            "This workbook cannot be opened: save it again as .xlsx",
        ) from wrong


def _check_zip(content: bytes) -> None:
    """A small file can unpack into a huge one."""
    parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise BadTable("这个 Excel 文件展开后太大", "This workbook is too large when it is unpacked")


def _check(number: int, columns: int, max_rows: int) -> None:
    if number > max_rows + 1:  # one is the heading
        raise BadTable(
            f"一次最多 {max_rows} 行，请分成几个文件", f"At most {max_rows} rows at once: send it in parts"
        )
    if columns > MAX_COLUMNS:
        raise BadTable(
            f"第 {number} 行超过 {MAX_COLUMNS} 列", f"Row {number} has more than {MAX_COLUMNS} columns"
        )


def _shown(value: Any) -> str:
    """A cell's value as a person reads it in the sheet."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _plain(text: str) -> str:
    """Without blanks, and without the quote that keeps a spreadsheet from taking it for a formula."""
    text = text.strip().strip("\ufeff")[:MAX_CELL]
    return text[1:].strip() if text.startswith("'") and text[1:].startswith(_FORMULA) else text
