"""Files of rows: what is read, what is refused in words, what cannot do harm in somebody's Excel."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import pytest
from openpyxl import Workbook

from app.integrations import spreadsheets
from app.integrations.spreadsheets import BadTable, Row, read, write_csv, write_xlsx

TABLE = [["名称", "号码"], ["前台", "057188888888"], ["售后", "13900000003"]]


def book(*rows: Sequence[object]) -> bytes:
    made = Workbook()
    assert made.active is not None
    for row in rows:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def cells(rows: list[Row]) -> list[list[str]]:
    return [list(row.cells) for row in rows]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "名称,号码\n前台,057188888888\n售后,13900000003\n".encode()),
        ("a.CSV", "\ufeff名称,号码\r\n前台,057188888888\r\n\r\n售后,13900000003".encode()),
        ("a.csv", "名称,号码\n前台,057188888888\n售后,13900000003\n".encode("gbk")),
        ("a.txt", "名称\t号码\n前台\t057188888888\n售后\t13900000003\n".encode("utf-16")),
        ("a.csv", "名称;号码\n前台; 057188888888 \n售后;13900000003\n".encode()),
        ("a.xlsx", book(["名称", "号码"], ["前台", "057188888888"], [None], ["售后", 13900000003.0])),
        ("a.csv", write_csv(TABLE)),
        ("a.xlsx", write_xlsx(TABLE)),
    ],
)
def test_tables_are_read_as_people_see_them(name: str, content: bytes) -> None:
    assert [row[:2] for row in cells(read(name, content))] == TABLE


def test_rows_keep_their_number_in_the_file() -> None:
    assert [row.number for row in read("a.csv", b"a,b\n\n\nc,d\n")] == [1, 4]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.xlsx", b"name,number", "扩展名不符"),
        ("a.csv", write_xlsx(TABLE), "扩展名不符"),
        ("a.pdf", b"%PDF-1.4", ".xlsx 或 .csv"),
        ("a", b"x", ".xlsx 或 .csv"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "另存为 .xlsx"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "另存为 .xlsx"),
        ("a.xlsx", b"PK\x03\x04nonsense", "打不开"),
        ("a.csv", b"\x89PNG\r\n\x1a\n\0\0\0", "不是文字"),
        ("a.csv", b"", "空的"),
        ("a.csv", b"a\n" * 2002, "最多 2000 行"),
        ("a.csv", b"a," * 21, "超过 20 列"),
        ("a.xlsx", book(*[["a"]] * 2002), "最多 2000 行"),
        ("a.csv", b"x" * (spreadsheets.MAX_BYTES + 1), "超过 5 MB"),
    ],
)
def test_what_is_no_table_is_refused_in_words(name: str, content: bytes, why: str) -> None:
    with pytest.raises(BadTable) as refused:
        read(name, content)
    assert why in refused.value.words.zh


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "hello")
    with pytest.raises(BadTable):
        read("a.xlsx", out.getvalue())


def test_a_workbook_that_unpacks_into_a_huge_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MAX_UNPACKED", 1000)
    with pytest.raises(BadTable) as refused:
        read("a.xlsx", book(["a"]))
    assert "太大" in refused.value.words.zh


def test_formulas_are_told_and_not_evaluated() -> None:
    (row,) = read("a.xlsx", book(["前台", '=HYPERLINK("http://x")']))
    assert row.formulas == (1,)
    assert row.cells[1].startswith("=HYPERLINK")


@pytest.mark.parametrize("text", ["=1+1", "+86 138", "-1", "@SUM(A1)", "\t=1"])
def test_nothing_that_is_written_is_a_formula_and_it_comes_back_as_it_was(text: str) -> None:
    written = write_csv([[text]]).decode("utf-8-sig")
    assert written.lstrip('"').startswith("'")
    assert read("a.csv", write_csv([["x", text]]))[0].cell(1) == text.strip()
    assert read("a.xlsx", write_xlsx([["x", text]]))[0].formulas == ()
