from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest

from app.routing import lists as caller_lists
from app.store import assets, flows, lists
from app.store.lists import Entry
from app.web.lists import lines
from tests.support.shop import DOCUMENT, Shop
from tests.web.browser import Browser, text


@pytest.fixture
def black(shop: Shop) -> str:
    return lists.create(shop.company, "black", "骚扰电话", "black").slug


def entries(shop: Shop) -> list[Entry]:
    return lists.all_entries(shop.company, "black")


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        ("13800138000", Entry("number", "13800138000")),
        ("138-0013-8000，推销 保险", Entry("number", "13800138000", "推销 保险")),
        ("＋86 138 0013 8000", Entry("number", "13800138000")),
        ("(0571) 8888 8888\t供应商", Entry("number", "057188888888", "供应商")),
        ("4008001234", Entry("number", "4008001234")),
        ("95588", Entry("number", "95588")),
        ('13800138000,"王, 李"', Entry("number", "13800138000", "王, 李")),
        ("170*", Entry("prefix", "170")),
        ("1390571xxxx", Entry("prefix", "1390571")),
        ("170开头，虚拟号", Entry("prefix", "170", "虚拟号")),
        ("0571", Entry("area_code", "0571")),
        ("010", Entry("area_code", "010")),
        ("西藏", Entry("province", "西藏")),
        ("浙江省", Entry("province", "浙江")),
        ("北京市", Entry("province", "北京")),
        ("新疆维吾尔自治区", Entry("province", "新疆")),
    ],
)
def test_a_line_means_somebody(line: str, entry: Entry) -> None:
    read = lines.read(line)
    assert (read.entries, read.refused) == ((entry,), ())


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("王先生", "不是号码、开头、区号或省份"),
        ("138x0013", "不是号码、开头、区号或省份"),
        ("杭州", "不是号码、开头、区号或省份"),
        ("0123", "号码太短；要拦截以它开头的号码，请写成 0123*"),
        ("110", "号码太短；要拦截以它开头的号码，请写成 110*"),
        ("1*", "不是号码、开头、区号或省份"),
        ("1390000000000*", "不是号码、开头、区号或省份"),
        ("13800138000" * 5, "不是号码、开头、区号或省份"),
        ("13800138000," + "长" * 101, "备注最多 100 个字"),
        ("1" * 301, "一行最多 300 个字"),
        ('"', "不是号码、开头、区号或省份"),
    ],
)
def test_a_line_that_means_nobody_is_refused_with_its_number(line: str, why: str) -> None:
    read = lines.read(f"13800138000\n\n{line}\n13800138001")
    assert [(each.number, each.words.zh) for each in read.refused] == [(3, why)]
    assert len(read.entries) == 2


def test_a_heading_is_passed_over_and_repetitions_count_once() -> None:
    read = lines.read("\ufeff手机号,备注\r\n13800138000,甲\r\n138 0013 8000,乙\r\n")
    assert (read.entries, read.refused) == ((Entry("number", "13800138000", "甲"),), ())


def test_so_many_lines_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_LINES", 2)
    read = lines.read("13800138000\n13800138001\n13800138002\n13800138003")
    assert (len(read.entries), [each.number for each in read.refused]) == (2, [3])


def test_what_is_read_can_be_written_and_read_again() -> None:
    given = [
        Entry("number", "13800138000", '他说 "好"'),
        Entry("number", "13800138001", "=1+1"),
        Entry("prefix", "170"),
        Entry("area_code", "0571", "杭州"),
        Entry("province", "西藏", "", date(2027, 6, 30)),
    ]
    assert lines.read(lines.write(given).decode("utf-8-sig")).entries == tuple(given)
    assert lines.read(lines.of_file("a.csv", lines.write(given))).entries == tuple(given)


def test_every_entry_is_one_that_calls_understand(shop: Shop, black: str) -> None:
    typed = "13800138000\n95588\n170*\n10*\n010\n内蒙古自治区\n008613800138000"
    lists.add(shop.company, black, lines.read(typed).entries)
    found = assets.of(shop.company).lists["black"]
    assert caller_lists.read("black", "骚扰电话", "black", caller_lists.write(found)) == found


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("名单.xlsx", b"PK\x03\x04", "打不开"),
        ("名单.csv", b"PK\x03\x04", "扩展名不符"),
        ("名单.xls", b"\xd0\xcf\x11\xe0", "另存为 .xlsx"),
        ("名单.txt", b"138\x00", "文件内容不是文字"),
        ("名单.csv", b"\xff\xff\xff", "文件内容不是文字"),
    ],
)
def test_unknown_files_are_refused(
    alice: Browser, shop: Shop, black: str, name: str, content: bytes, why: str
) -> None:
    alice.post("/lists/black/add", {"file": (BytesIO(content), name)})
    assert why in alice.page("/lists/black")
    assert entries(shop) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_imported(alice: Browser, shop: Shop, black: str, encoding: str) -> None:
    content = "号码,备注\r\n13800138000,推销\r\n西藏,\r\n".encode(encoding)
    preview = text(alice.post("/lists/black/add", {"file": (BytesIO(content), "名单.CSV"), "lines": ""}))
    assert entries(shop) == []
    assert "预览：还没有添加" in preview
    alice.post("/lists/black/add", {"lines": textarea(preview), "confirmed": "1"})
    assert entries(shop) == [Entry("number", "13800138000", "推销"), Entry("province", "西藏")]


def test_with_a_mistake_nothing_is_added_until_it_is_confirmed(
    alice: Browser, shop: Shop, black: str
) -> None:
    typed = {"lines": "13800138000\n<b>王</b>\n170*"}
    page = text(alice.post("/lists/black/add", typed))
    assert "第 2 行 <code><b>王</b></code> 不是号码" in page
    assert "添加读得懂的，跳过其余 1 行" in page
    assert textarea(page) == typed["lines"]
    assert entries(shop) == []
    alice.post("/lists/black/add", {**typed, "confirmed": "1"})
    assert "已添加 2 项。" in alice.page("/lists/black")
    assert [entry.value for entry in entries(shop)] == ["13800138000", "170"]


def textarea(page: str) -> str:
    return page.split('spellcheck="false">', 1)[1].split("</textarea>", 1)[0]


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        ("13800138000,推销,2027-06-30", Entry("number", "13800138000", "推销", date(2027, 6, 30))),
        ("13800138000，2027年6月30日", Entry("number", "13800138000", "", date(2027, 6, 30))),
        ("170*,至2027/6/30", Entry("prefix", "170", "", date(2027, 6, 30))),
        ("13800138000,2027-06-30 起停用", Entry("number", "13800138000", "2027-06-30 起停用")),
    ],
)
def test_a_line_may_end_with_its_last_day(line: str, entry: Entry) -> None:
    assert lines.read(line).entries == (entry,)


def test_a_day_that_is_none_is_refused() -> None:
    (refused,) = lines.read("13800138000,2027-02-30").refused
    assert refused.words.zh == "没有 2027-02-30 这一天"


def test_the_day_of_the_form_counts_for_lines_without_one(alice: Browser, shop: Shop, black: str) -> None:
    alice.post("/lists/black/add", {"lines": "13800138000\n170*,2027-01-01", "until": "2027-06-30"})
    assert [entry.until for entry in entries(shop)] == [date(2027, 6, 30), date(2027, 1, 1)]
    alice.post("/lists/black/add", {"lines": "13800138009", "until": "30.6."})
    assert "有效期应是日期" in alice.page("/lists/black")


def test_what_is_there_already_gets_what_the_line_says_anew(alice: Browser, shop: Shop, black: str) -> None:
    alice.post("/lists/black/add", {"lines": "13800138000,推销\n170*"})
    alice.post("/lists/black/add", {"lines": "13800138000,,2027-06-30\n170*\n0571"})
    assert "已添加 1 项，修改 1 项，1 项原来就有。" in alice.page("/lists/black")
    assert entries(shop)[0] == Entry("number", "13800138000", "推销", date(2027, 6, 30))


def test_an_entry_that_has_ended_is_shown_so_and_does_nothing_on_calls(
    alice: Browser, shop: Shop, black: str
) -> None:
    yesterday = (datetime.now(ZoneInfo(shop.company.timezone)) - timedelta(days=1)).date()
    lists.add(shop.company, black, [Entry("number", "13800138000", "推销", yesterday)])
    assert f"已过期 {yesterday}" in alice.page("/lists/black")
    found = assets.of(shop.company).lists["black"]
    days = (yesterday, yesterday + timedelta(days=1))
    assert [found.holds("13800138000", None, day) for day in days] == [True, False]
    assert f"{yesterday} 已过期，不起作用" in alice.page("/lists?number=138 0013 8000")
    (entry,) = lists.entries(shop.company, "black").items
    alice.post("/lists/black/until", {"entry": [entry.id], "until": ""})
    assert entries(shop)[0].until is None


def test_what_would_happen_to_a_number(alice: Browser, shop: Shop, black: str) -> None:
    lists.add(shop.company, black, [Entry("prefix", "170")])
    assert "已发布的流程都不看名单" in alice.page("/lists?number=17012345678")
    caller = {
        "kind": "caller",
        "title": "查名单",
        "black": "black",
        "exits": {"black": "closed", "other": "open"},
    }
    nodes = {"who": caller, **DOCUMENT["nodes"]}
    flows.publish(shop.company, "main", shop.owner, document=DOCUMENT | {"start": "who", "nodes": nodes})
    page = alice.page("/lists?number=17012345678")
    assert "在「骚扰电话」（黑名单）里：170*" in page
    assert "流程「总线」的「查名单」：走「在黑名单」" in page
    assert "走「其他来电者」" in alice.page("/lists?number=13800138000")
    assert "不是电话号码" in alice.page("/lists?number=<b>王</b>")


def test_what_was_shown_is_escaped(alice: Browser, black: str) -> None:
    answer = alice.post("/lists/black/add", {"lines": "<script>alert(1)</script>"})
    assert "<script>alert" not in answer.get_data(as_text=True)


def test_a_full_list_takes_nothing(
    monkeypatch: pytest.MonkeyPatch, alice: Browser, shop: Shop, black: str
) -> None:
    monkeypatch.setattr(lists, "MAX_ENTRIES", 1)
    alice.post("/lists/black/add", {"lines": "13800138000\n13800138001"})
    assert "一个名单最多 1 项，没有添加。" in alice.page("/lists/black")
    assert entries(shop) == []


def test_entries_are_found_removed_and_exported(alice: Browser, shop: Shop, black: str) -> None:
    alice.post("/lists/black/add", {"lines": "13800138000,推销\n13800138001\n170*"})
    found = text(alice.get("/lists/black?search=推销", headers={"HX-Target": "entries"}))
    assert ("138 0013 8000" in found, "138 0013 8001" in found, "<html" in found) == (True, False, False)
    gone = [row.id for row in lists.entries(shop.company, "black").items if row.value == "13800138001"]
    alice.post("/lists/black/remove", {"entry": [*gone, "x", "9" * 30]})
    exported = alice.get("/lists/black/export")
    assert exported.get_data(as_text=True) == "\ufeff号码,备注,有效期至\r\n13800138000,推销,\r\n170*,,\r\n"
    assert exported.headers["Content-Disposition"] == 'attachment; filename="black.csv"'


def test_a_list_is_made_renamed_and_removed(alice: Browser, shop: Shop) -> None:
    assert alice.post("/lists/new", {"name": "老客户", "kind": "vip"}).location == "/lists/list"
    alice.post("/lists/list/edit", {"name": "贵宾", "kind": "vip"})
    assert "贵宾" in alice.page("/lists")
    alice.post("/lists/list/delete")
    assert lists.every(shop.company) == []


@pytest.mark.parametrize(
    "form", [{"name": "", "kind": "vip"}, {"name": "x", "kind": "grey"}, {"name": "长" * 51, "kind": "vip"}]
)
def test_a_list_without_name_or_use_is_refused(alice: Browser, shop: Shop, form: dict[str, str]) -> None:
    assert alice.post("/lists/new", form).status_code == 200
    assert lists.every(shop.company) == []


def test_members_only_look(bob: Browser, shop: Shop, black: str) -> None:
    lists.add(shop.company, black, [Entry("number", "13800138000")])
    page = bob.page("/lists/black")
    assert "138 0013 8000" in page
    assert "添加，每行一个" not in page
    assert "移除选中的" not in page
