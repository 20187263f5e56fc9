"""What people get wrong, in the console and in files: refused with words in Chinese and in English, nothing saved."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import cli
from app.flow import text as flow_text
from app.routing.numbers import normalise
from app.store import emergencies, flows, groups, hours, lists, phones, users
from tests.support.shop import PASSWORD, Shop
from tests.web.browser import Browser, text

Words = tuple[str, str]

NO_PHONES = {
    "letters": "front desk",
    "17 digits": "13800138000138001",
    "a digit too few": "1380013800",
    "a premium number": "16812345",
    "an information line": "0571-96345",
    "a service number": "95588",
    "the police": "110",
    "a 400 number": "400 800 5678",
    "Hong Kong": "+852 9123 4567",
    "abroad": "0044 7911 123456",
    "a landline without its area code": "88888888",
    "an area code that is none": "0200-8888888",
    "a dial string": "13800138000@evil.example",
    "two numbers": "13800138000/13900139000",
}
EMERGENCY = ("紧急号码", "an emergency number")
PREMIUM = ("声讯收费号码", "a premium-rate number")
NOT_OPEN = ("没有开通，请联系服务商开通", "is not open: ask your provider to open it")
REASONS = {
    "a premium number": PREMIUM,
    "an information line": NOT_OPEN,
    "a service number": NOT_OPEN,
    "the police": EMERGENCY,
    "a 400 number": NOT_OPEN,
    "Hong Kong": NOT_OPEN,
    "abroad": NOT_OPEN,
}
"""Why those are refused that are numbers, though."""


@pytest.fixture
def english(app: Flask, shop: Shop) -> Browser:
    """Another owner of the shop, who reads English."""
    email = "partner@shop.example"
    users.create(shop.company, email, "合伙人", PASSWORD, role="owner", locale="en")
    return Browser(app).signed_in_as(email)


@pytest.fixture
def both(alice: Browser, english: Browser) -> tuple[Browser, Browser]:
    return alice, english


def said(both: tuple[Browser, Browser], words: Words, ask: Callable[[Browser], str]) -> None:
    """Both are told in their own language."""
    for browser, expected in zip(both, words, strict=True):
        assert expected in ask(browser)


@pytest.mark.parametrize(("name", "typed"), NO_PHONES.items(), ids=NO_PHONES)
class TestPhonesThatAreNone:
    NOT_A_PHONE = ("不是电话号码", "is not a phone number")

    def test_as_a_bound_phone(self, both: tuple[Browser, Browser], shop: Shop, name: str, typed: str) -> None:
        words = REASONS.get(name, ("这不是能拨通的号码", "This number cannot be dialled"))
        said(both, words, lambda who: text(who.post("/phones/new", {"name": "新", "number": typed})))
        assert len(phones.every(shop.company)) == 2

    @pytest.mark.parametrize(
        ("path", "form"),
        [
            ("/nodes/menu/exits/2", "number"),
            ("/nodes/care", "phones_typed"),
            ("/settings", "fallback"),
        ],
    )
    def test_in_a_flow(
        self, both: tuple[Browser, Browser], shop: Shop, name: str, typed: str, path: str, form: str
    ) -> None:
        before = flows.find(shop.company, "main").draft
        given: dict[str, Any] = {form: typed} | ({"name": "总线"} if path == "/settings" else {})
        said(both, REASONS.get(name, self.NOT_A_PHONE), lambda who: text(who.edit(path, **given)))
        assert flows.find(shop.company, "main").draft == before

    def test_in_a_file(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, typed: str
    ) -> None:
        """Whether a company may dial it nobody can tell there: that is a warning; it is an error when published."""
        document = {
            "a": {"kind": "hunt", "phones": ["13800138000"], "exits": {"busy": normalise(typed) or typed}}
        }
        assert checked(tmp_path, document) == (0 if REASONS.get(name) is NOT_OPEN else 1)
        none = ("不是步骤，也不是电话号码", "neither a node id nor a phone number")
        shown = capsys.readouterr().err
        assert all(words in shown for words in REASONS.get(name, none))

    def test_for_an_emergency(self, both: tuple[Browser, Browser], shop: Shop, name: str, typed: str) -> None:
        for who in both:
            who.post("/emergency/begin", {"number": typed, "target": "13900000003"})
        assert emergencies.current(shop.company) is None


HOURS = [
    ({"mon_from": ["18:00"], "mon_to": ["17:00"]}, ("结束早于开始", "ends before it begins")),
    ({"mon_from": ["9:00"], "mon_to": ["25:00"]}, ("超出 00:00 至 24:00", "beyond 00:00 to 24:00")),
    ({"mon_from": ["9:00"], "mon_to": [""]}, ("不是时间段", "is not a span")),
    ({"closed": "2026-10-07 至 2026-10-01"}, ("应从早到晚", "must run forward")),
    ({"closed": "2026-13-01"}, ("不是日期", "is not a date")),
    ({"open": "2026-10-10 18:00-17:00"}, ("结束早于开始", "ends before it begins")),
]


@pytest.mark.parametrize(("changes", "words"), HOURS)
def test_hours_that_cannot_be(
    both: tuple[Browser, Browser], shop: Shop, changes: dict[str, Any], words: Words
) -> None:
    before = hours.find(shop.company, "office").document
    form = {"name": "办公时间", "closed": "", "open": ""} | changes
    said(both, words, lambda who: text(who.post("/hours/office/edit", form)))
    assert hours.find(shop.company, "office").document == before


FILES = [
    ("名单.xlsx", b"PK\x03\x04", ("打不开", "cannot be opened")),
    ("名单.vcf", b"BEGIN:VCARD", ("请上传 .xlsx 或 .csv 文件", "Send an .xlsx or .csv file")),
    ("名单.csv", b"PK\x03\x04", ("扩展名不符", "not what its name says")),
    ("名单.csv", "138".encode("utf-16-le"), ("不是文字", "no table of text")),
    ("名单.txt", b"\xff\xff\xff", ("不是文字", "no table of text")),
    (
        "名单.csv",
        b'{"numbers": 1}',
        ("不是号码、开头、区号或省份", "no number, beginning, area code or province"),
    ),
    ("名单.csv", b"12345678901234567890123", ("不是号码", "no number")),
]


@pytest.mark.parametrize(
    ("name", "content", "words"), FILES, ids=[f"{row[0]} {row[1][:8]!r}" for row in FILES]
)
def test_lists_that_are_none(
    both: tuple[Browser, Browser], shop: Shop, name: str, content: bytes, words: Words
) -> None:
    lists.create(shop.company, "black", "骚扰电话", "black")

    def upload(who: Browser) -> str:
        return text(who.post("/lists/black/add", {"file": (BytesIO(content), name)})) + who.page(
            "/lists/black"
        )

    said(both, words, upload)
    assert lists.sizes(shop.company) == {}


END = {"kind": "hangup"}
NEVER = [
    (
        "shares that add up to nothing",
        {
            "a": {"kind": "split", "shares": ["甲: 0", "乙: 0"], "exits": {"share_1": "b", "share_2": "b"}},
            "b": END,
        },
        ("比例加起来是 0", "add up to nothing"),
    ),
    (
        "an extension that begins with a key of the menu",
        {"a": {"kind": "menu", "prompt": "welcome", "extensions": "true", "exits": {"8": "b"}}, "b": END},
        ("按 8 与分机 803 冲突", "key 8 collides with extension 803"),
    ),
    (
        "a private web address",
        {"a": {"kind": "webhook", "url": "http://192.168.1.1/"}},
        ("不能使用内网地址", "private"),
    ),
    (
        "no web address",
        {"a": {"kind": "webhook", "url": "ftp://example.com/"}},
        ("网址应以 http", "must begin with http"),
    ),
    (
        "steps that go round without a pause",
        {"a": {"kind": "caller", "vip": "gold", "exits": {"vip": "a", "other": "a"}}},
        ("不停地绕回自己", "without a pause"),
    ),
    ("itself", {"a": {"kind": "subflow", "flow": "main"}}, ("会回到自己里面", "leads back into itself")),
    (
        "another one that enters this",
        {"a": {"kind": "subflow", "flow": "other"}},
        ("会回到自己里面", "leads back into itself"),
    ),
]


@pytest.mark.parametrize(("nodes", "words"), [row[1:] for row in NEVER], ids=[row[0] for row in NEVER])
def test_flows_that_could_never_hold_are_shown_at_once_and_not_published(
    both: tuple[Browser, Browser], shop: Shop, nodes: dict[str, Any], words: Words
) -> None:
    alice, _ = both
    alice.edit("/publish", live=False)
    enters = {"a": {"kind": "subflow", "flow": "main"}}
    flows.create(shop.company, "other", "另一个", _document(enters))
    alice.edit("/publish", flow="other", live=False)
    lists.create(shop.company, "gold", "老客户", "vip")
    revision = flows.find(shop.company, "main").draft_revision
    flows.save_draft(shop.company, "main", _document(nodes), revision)
    said(both, words, lambda who: who.page("/flows/main/"))
    said(both, words, lambda who: who.page("/flows/main/publish"))
    for who in both:
        who.edit("/publish", live=False)
    assert [version.version for version in flows.versions(shop.company, "main")] == [1]


@pytest.mark.parametrize(
    ("nodes", "words"),
    [row[1:] for row in NEVER if "extension" not in row[0] and "another" not in row[0]],
)
def test_files_with_such_flows_are_refused_without_a_company_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], nodes: dict[str, Any], words: Words
) -> None:
    assert checked(tmp_path, nodes) == 1
    shown = capsys.readouterr().err
    assert all(each in shown for each in words), shown


def test_a_flow_that_leads_back_here_cannot_be_chosen(both: tuple[Browser, Browser], shop: Shop) -> None:
    alice, _ = both
    alice.edit("/publish", live=False)
    flows.create(shop.company, "other", "另一个", _document({"a": {"kind": "subflow", "flow": "main"}}))
    alice.edit("/publish", flow="other", live=False)
    alice.edit("/nodes", kind="subflow")
    words = ("这个流程会回到自己里面", "leads back into itself")
    form = {"live_revision": str(flows.find(shop.company, "main").draft_revision)}
    for flow in ("main", "other"):
        chosen = form | {"flow": flow}
        for who, expected in zip(both, words, strict=True):
            answer = who.post("/flows/main/nodes/subflow", chosen, live=True)
            assert (answer.status_code, expected in text(answer)) == (422, True)
    assert "flow" not in flows.find(shop.company, "main").draft["nodes"]["subflow"]


SHARES = [
    ("甲: -5", "0 到 100 的整数"),
    ("甲: many", "0 到 100 的整数"),
    ("甲: 101", "0 到 100 的整数"),
    ("甲", "应写成"),
]


@pytest.mark.parametrize(("line", "why"), SHARES)
def test_shares_that_are_none_are_not_saved(alice: Browser, shop: Shop, line: str, why: str) -> None:
    alice.edit("/nodes", kind="split")
    before = flows.find(shop.company, "main").draft
    assert why in text(alice.edit("/nodes/split", shares=line))
    assert flows.find(shop.company, "main").draft == before


def test_a_group_that_contains_itself(both: tuple[Browser, Browser], shop: Shop) -> None:
    groups.create(shop.company, "all", "全部", ["group:care"])
    form = {"name": "售后组", "members": ["care1", "group:all"]}
    words = ("接听组不能包含自己", "group cannot contain itself")
    said(both, words, lambda who: text(who.post("/groups/care/edit", form)))
    members = groups.members_of_all(shop.company)[groups.find(shop.company, "care").id]
    assert [member.id for member in members] == ["care1", "care2"]


def checked(folder: Path, nodes: dict[str, Any]) -> int:
    """What `hotline400 flow check` of a file with these nodes ends with."""
    file = folder / "flow.yaml"
    file.write_text(flow_text.dump(_document(nodes)), encoding="utf-8")
    return cli.main(["flow", "check", str(file), "--flow", "main"])


def _document(nodes: dict[str, Any]) -> dict[str, Any]:
    return {"spec": 1, "name": "流程", "start": "a", "nodes": nodes}
