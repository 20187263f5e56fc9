from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest
from flask import Flask

from app.live import phone_tests
from app.live.shared import Shared
from app.routing.dialling_rules import DiallingRules
from app.store import assets, calls, companies, flows, numbers, phones, proofs
from app.web import live
from tests.support.cdrs import cdr, leg
from tests.support.shop import Shop
from tests.web.browser import Browser, text


def test_the_list_shows_where_each_number_is_from_and_who_rings_it(alice: Browser) -> None:
    page = alice.page("/phones")
    for shown in ("售后一号", "139 0000 0003", "中国移动", "803", "售后组", "没有凭证", "空闲"):
        assert shown in page


def test_a_typed_number_is_saved_as_it_is_dialled(alice: Browser, shop: Shop) -> None:
    answer = alice.post("/phones/new", {"name": "前台", "number": "（0571）8888-8888", "extension": ""})
    assert answer.status_code == 302
    phone = next(phone for phone in phones.every(shop.company) if phone.name == "前台")
    assert (phone.number, phone.slug) == ("057188888888", "phone")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"number": "88888888"}, "请填手机号，或带区号的座机号"),
        ({"number": "4008001234"}, "转过去会绕回来"),
        ({"number": "139 0000 0003"}, "「售后一号」已经在用这个号码"),
        ({"extension": "803"}, "「售后一号」已经在用这个分机号"),
        ({"extension": "0803"}, "不以 0 开头"),
        ({"extension": "八零一"}, "1 到 6 位数字"),
        ({"name": ""}, "请填写名称"),
        ({"name": "长" * 51}, "最多 50 个字"),
    ],
)
def test_it_refuses_with_words(alice: Browser, shop: Shop, changes: dict[str, str], why: str) -> None:
    form = {"name": "前台", "number": "13800138000", "extension": "", **changes}
    answer = alice.post("/phones/new", form)
    assert why in text(answer)
    assert len(phones.every(shop.company)) == 2


def test_a_phone_keeps_its_own_number_and_extension(alice: Browser, shop: Shop) -> None:
    answer = alice.post("/phones/care1/edit", {"name": "值班", "number": "13900000003", "extension": "803"})
    assert answer.status_code == 302
    assert phones.find(shop.company, "care1").name == "值班"


def test_a_phone_in_a_group_or_behind_a_number_is_not_removed(alice: Browser, shop: Shop) -> None:
    numbers.change(shop.company, shop.did, label="", flow="main", fallback="care1")
    alice.post("/phones/care1/delete")
    page = alice.page("/phones/care1/edit")
    assert "接听组「售后组」、号码 400 800 1234 的备用电话" in page


def test_a_phone_that_nothing_rings_is_removed(alice: Browser, shop: Shop) -> None:
    phones.create(shop.company, "spare", "13800138000", "备用")
    assert alice.post("/phones/spare/delete").status_code == 302
    assert "spare" not in {phone.slug for phone in phones.every(shop.company)}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("138 0013 8000", "138 0013 8000 · 北京"),
        ("13900000003", "售后一号"),
        ("1380013800", "还不是能拨通的号码"),
        ("138", ""),
        ("<b>x</b>前台前台", "还不是能拨通的号码"),
    ],
)
def test_while_typing_it_tells_what_the_number_is(alice: Browser, typed: str, said: str) -> None:
    shown = text(alice.get("/phones/look", query_string={"number": typed}))
    assert said in shown
    assert "<b>x</b>" not in shown


def test_members_only_look(bob: Browser, shop: Shop) -> None:
    assert "添加电话" not in bob.page("/phones")
    assert bob.post("/phones/care1/delete").status_code == 403
    assert bob.post("/phones/new", {"name": "x", "number": "13800138000"}).status_code == 403


def test_a_number_abroad_is_bound_once_it_is_open(alice: Browser, shop: Shop) -> None:
    form = {"name": "香港办", "number": "+852 9123 4567"}
    assert "是境外号码，没有开通，请联系服务商开通" in text(alice.post("/phones/new", form))
    looked = text(alice.get("/phones/look", query_string={"number": form["number"]}))
    assert "没有开通，请联系服务商开通" in looked
    companies.open_dialling(shop.company, DiallingRules(abroad=("852",)))
    assert "+85291234567" in text(alice.get("/phones/look", query_string={"number": form["number"]}))
    alice.post("/phones/new", form)
    assert "0085291234567" in {phone.number for phone in phones.every(shop.company)}


ROWS = {"HX-Request": "true", "HX-Target": "rows"}


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"care1", "care2", "vip"}),
        ("search=一号", {"care1"}),
        ("search=139 0000 0004", {"care2"}),
        ("search=804", {"care2"}),
        ("search=售后组", {"care1", "care2"}),
        ("search=<b>", set()),
        ("show=doubtful", {"vip"}),
        ("show=free", {"care2", "vip"}),
        ("show=busy", {"care1"}),
        ("show=unproven", {"care2", "vip"}),
        ("show=away", set()),
        ("show=nonsense", {"care1", "care2", "vip"}),
        ("show=free&search=售后", {"care2"}),
    ],
)
def test_phones_are_searched_and_filtered(
    alice: Browser, app: Flask, shop: Shop, query: str, shown: set[str]
) -> None:
    phones.create(shop.company, "vip", "17012345678", "贵宾专线")
    proofs.put(shop.company, "care1", kind="bill", file="x.png", media="image/png", size=1)
    live_calls = Shared(live.redis_of(app), "a-controller")
    live_calls.acquire(shop.company.id, "a-call", ["13900000003"], "13800138000/4008001234")
    rows = text(alice.get(f"/phones?{query}", headers=ROWS))
    assert {slug for slug in ("care1", "care2", "vip") if f'/phones/{slug}"' in rows} == shown
    assert "<html" not in rows


def test_the_list_takes_as_many_questions_for_two_hundred_phones_as_for_two(
    alice: Browser, shop: Shop
) -> None:
    def questions() -> int:
        asked: list[object] = []
        log = logging.getLogger("peewee")
        handler = logging.Handler()
        handler.emit = asked.append  # type: ignore[method-assign,assignment]
        log.addHandler(handler)
        level, log.level = log.level, logging.DEBUG
        alice.page("/phones")
        log.removeHandler(handler)
        log.level = level
        return len(asked)

    few = questions()
    for n in range(200):
        phones.create(shop.company, f"p{n}", f"1380013{n:04}", f"电话{n}")
    assert questions() <= few


def test_while_the_live_service_is_away_phones_are_still_listed(
    monkeypatch: pytest.MonkeyPatch, alice: Browser
) -> None:
    monkeypatch.setattr("app.web.phones.rows.present", lambda known: None)
    assert "售后一号" in alice.page("/phones")
    assert "实时服务暂时连不上" in alice.page("/phones/care1")


def test_a_phone_s_page_tells_where_it_is_used_and_how_it_rang(
    alice: Browser, bob: Browser, shop: Shop
) -> None:
    numbers.change(shop.company, shop.did, label="", flow="main", fallback="care1")
    legs = [leg(result="no_answer", cause="ALLOTTED_TIMEOUT", talk_ms=0)]
    began = datetime.now(UTC).isoformat()
    calls.record(cdr("rang", shop.company.id, did=shop.did, began_at=began, ani="13600136000", legs=legs))
    for browser in (alice, bob):
        page = browser.page("/phones/care1")
        for shown in ("接听组「售后组」", "号码 400 800 1234 的备用电话", "136 0013 6000", "上次未接 今天"):
            assert shown in page
    assert "136 0013 6000" not in alice.page("/phones/care2")
    assert 'hx-trigger="every 5s"' in alice.page("/phones/care1")
    part = text(alice.get("/phones/care1", headers={"HX-Request": "true", "HX-Target": "now"}))
    assert "<html" not in part


def test_nobody_sees_another_company_s_phone(charlie: Browser, shop: Shop) -> None:
    phones.create(shop.company, "ours", "13800138000", "我们的")
    for path in ("/phones/ours", "/phones/ours/edit", "/phones/ours/test/x"):
        assert charlie.get(path).status_code == 404
    assert charlie.post("/phones/ours/test").status_code == 404


def test_the_state_is_set_on_the_phone_s_page(alice: Browser, shop: Shop) -> None:
    answer = alice.post("/board/phones/care1/state", {"state": "break", "back": "phone"})
    assert answer.location == "/phones/care1"
    assert "小休" in text(alice.get("/phones?show=away", headers=ROWS))


def test_hours_of_a_phone_are_kept_shown_and_not_lost_with_the_next_change(
    alice: Browser, shop: Shop
) -> None:
    form = {"name": "售后一号", "number": "13900000003", "extension": "803", "own_hours": "office"}
    assert alice.post("/phones/care1/edit", form).location == "/phones/care1"
    kept = phones.find(shop.company, "care1").hours
    assert kept
    assert kept.slug == "office"
    assert "办公时间" in alice.page("/phones/care1")
    assert '<option selected value="office">' in alice.page("/phones/care1/edit")
    assert assets.of(shop.company).phones["care1"].hours == "office"


def test_a_test_call_is_asked_for_and_told_of(alice: Browser, bob: Browser, shop: Shop, app: Flask) -> None:
    alice.post("/phones/care1/test")
    assert "还没有已发布的 400 号码" in alice.page("/phones/care1")
    flows.publish(shop.company, "main", shop.owner)
    shown = text(alice.post("/phones/care1/test", live=True))
    assert "正在呼出" in shown
    redis = live.redis_of(app)
    taken = phone_tests.take(redis)
    assert taken
    assert (taken.number, taken.did, taken.company) == ("13900000003", shop.did, shop.company.id)
    address = f"/phones/care1/test/{taken.id}"
    for state, said in (
        ("ringing", "正在响铃"),
        ("answered", "接通了"),
        ("busy", "占线"),
        ("unreachable", "无法接通"),
    ):
        phone_tests.finish(redis, taken, state)
        part = text(alice.get(address, headers={"HX-Request": "true"}))
        assert said in part
        assert ("hx-get" in part) is (state == "ringing")
    assert "无法接通" in alice.page(address)
    assert "呼叫控制没有回应" in alice.page("/phones/care1/test/unknown")
    assert bob.post("/phones/care1/test").status_code == 403


def test_test_calls_are_counted(alice: Browser, shop: Shop) -> None:
    flows.publish(shop.company, "main", shop.owner)
    answers = [alice.post("/phones/care1/test").status_code for _ in range(12)]
    assert answers[0] == 302
    assert answers[-1] == 429
