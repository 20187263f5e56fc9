from __future__ import annotations

from app.store import calls
from tests.support.cdrs import cdr, leg
from tests.support.shop import Shop
from tests.web.browser import Browser


def test_it_tells_why_it_rang_there(alice: Browser, shop: Shop) -> None:
    calls.record(cdr("c", shop.company.id))
    page = alice.page("/calls/c")
    assert "浙江杭州来电" in page
    assert "在「总菜单」按 1" in page


def test_each_phone_has_its_reason_in_plain_words(alice: Browser, shop: Shop) -> None:
    off = leg(phone="care2", name="售后二号", result="unreachable", cause="SUBSCRIBER_ABSENT", talk_ms=0)
    strange = leg(result="unreachable", cause="SOMETHING_NEW", talk_ms=0)
    calls.record(cdr("c", shop.company.id, legs=[off, strange]))
    page = alice.page("/calls/c")
    assert "对方关机或不在服务区" in page
    assert "SOMETHING_NEW" in page


def test_a_number_typed_into_the_flow_has_its_name(alice: Browser, shop: Shop) -> None:
    typed = leg(phone="13900000003", name="")
    calls.record(cdr("c", shop.company.id, answered_by="13900000003", legs=[typed]))
    assert "<dd>售后一号</dd>" in alice.page("/calls/c")


def test_a_call_that_entered_no_flow(alice: Browser, shop: Shop) -> None:
    nothing = {"trail": [], "legs": [], "keys": "", "talk_ms": 0, "flow_id": "", "answered_by": ""}
    calls.record(cdr("c", shop.company.id, result="no_flow", ended="no_flow", **nothing))
    page = alice.page("/calls/c")
    assert "没有进入任何流程" in page
    assert "未开通" in page


def test_it_tells_how_its_record_came_about(alice: Browser, shop: Shop) -> None:
    calls.record(cdr("usual", shop.company.id))
    calls.record(cdr("lost", shop.company.id, standing="provisional", ended="switch_lost"))
    calls.record(cdr("closed", shop.company.id, standing="reconciled", resumed=1))
    assert 'class="standing' not in alice.page("/calls/usual")
    assert "控制器中断时，这个电话还没有结束" in alice.page("/calls/lost")
    page = alice.page("/calls/closed")
    assert "取自 FreeSWITCH 自己的记录" in page
    assert "中途换过 1 次控制器" in page


def test_in_english(alice: Browser, shop: Shop) -> None:
    calls.record(cdr("c", shop.company.id))
    alice.post("/language", {"language": "en"})
    page = alice.page("/calls/c")
    assert "pressed 1 in “总菜单”" in page
    assert "hung up normally" in page


def test_what_a_switch_sends_cannot_become_markup(alice: Browser, shop: Shop) -> None:
    calls.record(cdr("c", shop.company.id, hangup_cause="<script>alert(1)</script>"))
    page = alice.get("/calls/c").get_data(as_text=True)
    assert "<script>alert" not in page
