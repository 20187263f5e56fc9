"""Phones, extensions and groups from files: looked at, confirmed, taken back; and into files."""

from __future__ import annotations

import json
import re
from io import BytesIO

import pytest

from app.integrations.spreadsheets import read, write_csv, write_xlsx
from app.store import groups, imports, phones
from app.store.models import HuntGroup, Phone
from tests.support.shop import Shop
from tests.web.browser import Browser, text

ROWS = re.compile(r'name="rows" value="(.*?)">')


def sent(browser: Browser, kind: str, *rows: list[str], name: str = "a.csv") -> str:
    """The page after a file of these rows was sent."""
    write = write_xlsx if name.endswith("xlsx") else write_csv
    return text(browser.post(f"/phones/files/{kind}", {"file": (BytesIO(write(rows)), name)}))


def confirmed(browser: Browser, kind: str, preview: str) -> str:
    """What the console says after the preview was confirmed."""
    answer = browser.post(f"/phones/files/{kind}", {"rows": rows_of(preview), "confirmed": "1"})
    return browser.page("/phones") if answer.status_code == 302 else text(answer)


def rows_of(preview: str) -> str:
    found = ROWS.search(preview)
    assert found, preview
    return found[1]


def phone(shop: Shop, number: str) -> Phone:
    return next(phone for phone in phones.every(shop.company) if phone.number == number)


def group(shop: Shop, name: str) -> HuntGroup:
    return next(group for group in groups.every(shop.company) if group.name == name)


HEAD = ["名称", "号码", "分机号"]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_nothing_is_imported_until_it_is_confirmed(alice: Browser, shop: Shop, name: str) -> None:
    rows = (
        HEAD,
        ["前台", "0571-8888 8888", "801"],
        ["值班", "13900000003", ""],
        ["售后二号", "13900000004", "804"],
    )
    preview = sent(alice, "phones", *rows, name=name)
    assert [preview.count(f"<b>{n}</b>") > 0 for n in (1, 0)] == [True, True]
    assert "导入 2 个" in preview
    assert len(phones.every(shop.company)) == 2
    assert "已导入：新增 1 个，修改 1 个。" in confirmed(alice, "phones", preview)
    assert phone(shop, "057188888888").extension == "801"
    assert (phone(shop, "13900000003").name, phone(shop, "13900000003").extension) == ("值班", "803")


def test_an_import_is_taken_back_whole(alice: Browser, shop: Shop) -> None:
    before = imports.state_of_phones(shop.company)
    confirmed(
        alice,
        "phones",
        sent(alice, "phones", HEAD, ["前台", "057188888888", "803"], ["甲", "13900000003", "9"]),
    )
    last = imports.last(shop.company)
    assert last
    assert "撤销这次导入" in alice.page("/phones")
    alice.post(f"/phones/files/undo/{last.id}")
    assert imports.state_of_phones(shop.company) == before
    alice.post(f"/phones/files/undo/{last.id}")
    assert "已经撤销" in alice.page("/phones")


def test_what_was_changed_since_is_not_taken_back(alice: Browser, shop: Shop) -> None:
    confirmed(
        alice,
        "phones",
        sent(alice, "phones", HEAD, ["前台", "057188888888", "801"], ["甲", "13900000003", ""]),
    )
    phones.change(shop.company, "care1", number="13900000003", name="乙")
    last = imports.last(shop.company)
    assert last
    alice.post(f"/phones/files/undo/{last.id}")
    assert "没有撤销：「甲」在导入之后又修改过。" in alice.page("/phones")
    assert phone(shop, "057188888888")


def test_what_is_in_use_since_is_not_taken_back(alice: Browser, shop: Shop) -> None:
    confirmed(alice, "phones", sent(alice, "phones", HEAD, ["前台", "057188888888", "801"]))
    groups.create(shop.company, "desk", "前台组", (phone(shop, "057188888888").slug,))
    last = imports.last(shop.company)
    assert last
    alice.post(f"/phones/files/undo/{last.id}")
    assert "已经在使用" in alice.page("/phones")


@pytest.mark.parametrize(
    ("row", "where", "why"),
    [
        (["前台", "", ""], "第 2 行 · 号码", "请填写号码"),
        (["前台", "1.38E+10", ""], "第 2 行 · 号码", "科学计数法"),
        (["前台", "88888888", ""], "第 2 行 · 号码", "带区号的座机号"),
        (["前台", "110", ""], "第 2 行 · 号码", "紧急号码"),
        (["前台", "4008001234", ""], "第 2 行 · 号码", "绕回来"),
        (["", "13800138000", ""], "第 2 行 · 名称", "请填写名称"),
        (["长" * 51, "13800138000", ""], "第 2 行 · 名称", "最多 50 个字"),
        (["前台", "13800138000", "0801"], "第 2 行 · 分机号", "不以 0 开头"),
        (["前台", "13800138000", "803"], "第 2 行 · 分机号", "「售后一号」已经在用这个分机号"),
    ],
)
def test_each_mistake_is_told_with_its_place(
    alice: Browser, shop: Shop, row: list[str], where: str, why: str
) -> None:
    preview = sent(alice, "phones", HEAD, row, ["好的", "13800138009", ""])
    assert where in preview
    assert why in preview
    confirmed(alice, "phones", preview)
    assert len(phones.every(shop.company)) == 3


def test_a_number_or_an_extension_twice_in_the_file(alice: Browser) -> None:
    rows = (["甲", "13800138000", "901"], ["乙", "138-0013-8000", ""], ["丙", "13800138001", "901"])
    preview = sent(alice, "phones", HEAD, *rows)
    assert "和第 2 行是同一个号码" in preview
    assert "已经在用这个分机号" in preview


def test_two_rows_without_a_number_are_not_the_same_number(alice: Browser) -> None:
    preview = sent(alice, "phones", HEAD, ["甲", "1.38E+10", ""], ["乙", "88888888", ""])
    assert "是同一个号码" not in preview


def test_extensions_may_be_exchanged(alice: Browser, shop: Shop) -> None:
    rows = (["号码", "分机号"], ["13900000003", "804"], ["13900000004", "803"])
    confirmed(alice, "extensions", sent(alice, "extensions", *rows))
    assert (phone(shop, "13900000003").extension, phone(shop, "13900000004").extension) == ("804", "803")
    assert "没有绑定这个号码" in sent(alice, "extensions", rows[0], ["13800138000", "805"])


GROUP_HEAD = ["接听组", "号码", "权重", "振铃秒数"]


def test_groups_get_the_members_of_the_file_in_its_order(alice: Browser, shop: Shop) -> None:
    rows = (["售后组", "13900000004", "2", "30"], ["", "售后一号", "", ""], ["夜班组", "售后组", "", ""])
    confirmed(alice, "groups", sent(alice, "groups", GROUP_HEAD, *rows))
    assert [m.id for m in groups.members(shop.company, group(shop, "夜班组"))] == ["group:care"]
    members = groups.members(shop.company, group(shop, "售后组"))
    assert [(m.id, m.weight, m.ring_s) for m in members] == [("care2", 2, 30), ("care1", 1, 0)]
    last = imports.last(shop.company)
    assert last
    alice.post(f"/phones/files/undo/{last.id}")
    assert [m.id for m in groups.members(shop.company, group(shop, "售后组"))] == ["care1", "care2"]
    assert len(groups.every(shop.company)) == 1


def test_a_group_with_a_mistake_is_left_as_it_is(alice: Browser, shop: Shop) -> None:
    rows = (
        ["售后组", "13900000004", "x", ""],
        ["售后组", "13900000003", "", ""],
        ["甲组", "13900000003", "", "999"],
    )
    preview = sent(alice, "groups", GROUP_HEAD, *rows)
    assert "应是 1 到 100 的整数" in preview
    assert "应是 0 到 120 的整数" in preview
    assert "没有要导入的内容" in preview


def test_a_group_that_would_hold_itself_is_refused(alice: Browser, shop: Shop) -> None:
    preview = sent(alice, "groups", GROUP_HEAD, ["售后组", "售后组", "", ""])
    assert "接听组包含了自己" in confirmed(alice, "groups", preview)
    assert [m.id for m in groups.members(shop.company, group(shop, "售后组"))] == ["care1", "care2"]


@pytest.mark.parametrize("kind", ["phones", "extensions", "groups"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_is_exported_can_be_imported_and_changes_nothing(alice: Browser, kind: str, ending: str) -> None:
    exported = alice.get(f"/phones/files/{kind}.{ending}")
    assert exported.headers["Content-Disposition"] == f'attachment; filename="{kind}.{ending}"'
    file = (BytesIO(exported.get_data()), f"x.{ending}")
    assert "没有要导入的内容" in text(alice.post(f"/phones/files/{kind}", {"file": file}))


@pytest.mark.parametrize("kind", ["phones", "extensions", "groups"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_sample_has_the_columns_that_are_read(alice: Browser, kind: str, ending: str) -> None:
    sample = alice.get(f"/phones/files/sample/{kind}.{ending}").get_data()
    assert len(read(f"x.{ending}", sample)) == 3
    page = text(alice.post(f"/phones/files/{kind}", {"file": (BytesIO(sample), f"x.{ending}")}))
    assert "预览：还没有导入" in page


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({}, "请先选择文件"),
        ({"file": (BytesIO(b"\x89PNG\r\n\x1a\n"), "a.xlsx")}, "扩展名不符"),
        ({"file": (BytesIO(b"a,b\n1,2\n"), "a.csv")}, "第一行应是标题，没有找到：号码"),
        ({"rows": "nonsense"}, "请重新选择文件"),
        ({"rows": json.dumps([[1, None, 2]])}, "请重新选择文件"),
        ({"rows": json.dumps(7)}, "请重新选择文件"),
    ],
)
def test_what_is_no_table_is_refused_in_words(alice: Browser, data: dict[str, object], why: str) -> None:
    assert why in text(alice.post("/phones/files/phones", data))


def test_a_formula_is_refused_at_its_place(alice: Browser) -> None:
    from openpyxl import Workbook

    book, out = Workbook(), BytesIO()
    assert book.active is not None
    book.active.append(HEAD)
    book.active.append(['=HYPERLINK("http://x","前台")', "13800138000", ""])
    book.save(out)
    out.seek(0)
    page = text(alice.post("/phones/files/phones", {"file": (out, "a.xlsx")}))
    assert "第 2 行 · 名称" in page
    assert "这里是公式" in page


def test_what_stands_in_a_file_is_escaped(alice: Browser) -> None:
    file = (BytesIO(write_csv([HEAD, ["<script>alert(1)</script>", "13800138000", ""]])), "a.csv")
    assert b"<script>alert" not in alice.post("/phones/files/phones", {"file": file}).get_data()


def test_two_thousand_rows_are_planned(alice: Browser, shop: Shop) -> None:
    rows = [[f"电话{n}", f"1380013{n:04}", ""] for n in range(900)]
    preview = sent(alice, "phones", HEAD, *rows)
    assert "导入 900 个" in preview
    assert "新增 900 个" in confirmed(alice, "phones", preview)
    rows = [[f"电话{n}", f"1380014{n:04}", ""] for n in range(200)]
    assert "一共最多 1000 个电话" in sent(alice, "phones", HEAD, *rows)


def test_others_neither_import_nor_take_back(
    alice: Browser, bob: Browser, charlie: Browser, shop: Shop
) -> None:
    assert bob.post("/phones/files/phones", {}).status_code == 403
    confirmed(alice, "phones", sent(alice, "phones", HEAD, ["甲", "13900000003", ""]))
    last = imports.last(shop.company)
    assert last
    charlie.post(f"/phones/files/undo/{last.id}")
    assert phone(shop, "13900000003").name == "甲"
