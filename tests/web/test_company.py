"""The company's own page: where notices go, the limit, the secret for web services."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from redis import Redis

from app.calls.publish import publish_flow
from app.live.connection import connect
from app.live.shared import Shared
from app.live.snapshots import revisions
from app.routing.dialling_rules import DiallingRules
from app.setting_kinds import MailServer as Server
from app.settings import Settings
from app.store import calls, channels, companies, deliveries, phones, tasks
from app.store.channels import Channel
from app.web import live
from tests.support.cdrs import cdr
from tests.support.mail_server import MailServer, mail_server
from tests.support.shop import Shop
from tests.web.browser import Browser, text

ROBOT = "https://oapi.dingtalk.com/robot/send?access_token=abc"


@pytest.fixture
def mail(app: Flask) -> Iterator[MailServer]:
    """The operator's mail server."""
    settings: Settings = app.config["SETTINGS"]
    with mail_server() as server:
        smtp = Server("127.0.0.1", server.port, False)
        app.config["SETTINGS"] = replace(settings, smtp=smtp, smtp_from="hotline@example.com")
        yield server
    app.config["SETTINGS"] = settings


def of_owner(shop: Shop) -> list[tuple[str, str, str]]:
    return [(way.kind, way.address, way.secret) for way in channels.of(shop.company, None)]


def test_the_owner_says_where_notices_go(alice: Browser, shop: Shop, mail: MailServer) -> None:
    form = {"email": " owner@example.com ", "robot": ROBOT, "robot_secret": "SECabc", "sms": "139 0000 0003"}
    assert alice.post("/company", form).status_code == 302
    expected = [("email", "owner@example.com", ""), ("dingtalk", ROBOT, "SECabc"), ("sms", "13900000003", "")]
    assert of_owner(shop) == expected
    page = alice.page("/company")
    assert all(value in page for value in ("owner@example.com", ROBOT, "SECabc", "13900000003"))
    alice.post("/company", {})
    assert of_owner(shop) == []


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"email": "owner"}, "这不是邮箱地址"),
        ({"email": "a@b.example,c@d.example"}, "这不是邮箱地址"),
        ({"robot": "https://shop.example.com/robot"}, "这不是企业微信、钉钉或飞书群机器人的地址"),
        ({"robot": "http://oapi.dingtalk.com/robot/send?access_token=abc"}, "这不是企业微信"),
        ({"robot": f"{ROBOT}{'x' * 500}"}, "地址太长"),
        ({"robot": ROBOT, "robot_secret": "x" * 201}, "密钥太长"),
        ({"sms": "057188888888"}, "这不是手机号"),
        ({"sms": "abc"}, "这不是手机号"),
    ],
    ids=str,
)
def test_it_refuses_with_words(
    alice: Browser, shop: Shop, wrong: dict[str, str], why: str, mail: MailServer
) -> None:
    shown = text(alice.post("/company", wrong))
    assert why in shown or "sms" in wrong  # without a gateway, that field is seen once it holds something
    assert of_owner(shop) == []


def test_a_phone_has_ways_of_its_own(alice: Browser, shop: Shop) -> None:
    form = {"name": "售后一号", "number": "13900000003", "extension": "803", "robot": ROBOT}
    assert alice.post("/phones/care1/edit", form).status_code == 302
    phone = phones.find(shop.company, "care1")
    assert [way.address for way in channels.of(shop.company, phone)] == [ROBOT]
    assert ROBOT in alice.page("/phones/care1/edit")
    alice.post("/phones/new", {"name": "前台", "number": "13900000009", "robot": ROBOT})
    assert [way.address for way in channels.reaching(shop.company, "phone")] == [ROBOT]


def test_a_test_message_goes_to_what_is_typed(alice: Browser, mail: MailServer) -> None:
    shown = text(alice.post("/company/test", {"email": "new@example.com", "test": "email"}))
    assert "已发出" in shown
    (letter,) = mail.taken
    assert letter["To"] == "new@example.com"
    assert "测试消息，由 店主 发出" in letter["Subject"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"test": "email", "email": "nobody"}, "这不是邮箱地址"),
        ({"test": "email"}, "请先填写地址"),
        ({"test": "sms", "sms": "13900000003"}, "服务商没有开通这种通知"),
        ({"test": "csrf_token"}, "请先填写地址"),
        ({}, "请先填写地址"),
    ],
    ids=str,
)
def test_a_test_message_that_cannot_be_sent(
    alice: Browser, typed: dict[str, str], said: str, mail: MailServer
) -> None:
    assert said in text(alice.post("/company/test", typed))
    assert mail.taken == []


def test_what_the_mail_server_says_is_told(alice: Browser, mail: MailServer) -> None:
    mail.refuse["RCPT"] = "550 <b>no such user</b>"
    answer = alice.post("/company/test", {"email": "new@example.com", "test": "email"})
    assert "对方拒收" in text(answer)
    assert b"<b>no such" not in answer.data


def test_the_secret_is_renewed_and_in_force(alice: Browser, shop: Shop, app: Flask) -> None:
    redis: Redis = live.redis_of(app)
    publish_flow(redis, shop.company, "main")
    before = revisions(redis)[shop.did]
    assert shop.company.webhook_secret in alice.page("/company")
    alice.post("/company/webhook-secret")
    assert revisions(redis)[shop.did] == before + 1
    page = alice.page("/company")
    assert "密钥已更换" in page
    assert shop.company.webhook_secret not in page
    assert companies.find(shop.company.id).webhook_secret in page


def test_members_see_neither_secret_nor_addresses(bob: Browser, shop: Shop) -> None:
    for path in ("/company", "/phones/care1/edit"):
        assert bob.get(path).status_code == 403
    assert "公司设置" not in bob.page("/")


def test_the_limit_is_shown_and_who_was_turned_away(alice: Browser, shop: Shop) -> None:
    assert re.search(r"同时通话数</dt><dd>\s*不限", alice.page("/numbers/4008001234"))
    companies.limit_calls(shop.company, 20)
    for page in ("/company", "/numbers/4008001234"):
        assert "最多 20 路" in alice.page(page)
    away = {"result": "missed", "ended": "over_limit", "hangup_cause": "USER_BUSY", "legs": [], "trail": []}
    calls.record(cdr("away", shop.company.id, **away))
    calls.record(cdr("other", shop.company.id, ani="13700001111"))
    assert "同时通话数已满" in alice.page("/calls/away")
    found = alice.page("/calls?result=over_limit")
    assert "138 0013 8000" in found
    assert "137 0000 1111" not in found


def test_how_a_notice_went_is_shown_beside_it(alice: Browser, bob: Browser, shop: Shop) -> None:
    channels.put(shop.company, None, [Channel("email", "owner@example.com"), Channel("dingtalk", ROBOT)])
    mail, robot = deliveries.plan(shop.company, tasks.notice(shop.company, "x", "", "有人留言"))
    assert "正在发送" in alice.page("/messages/tasks")
    deliveries.claim(shop.company, mail.id)
    deliveries.sent(shop.company, mail.id)
    deliveries.claim(shop.company, robot.id)
    deliveries.missed(shop.company, robot.id, "refused", "310000 keywords", again=False)
    page = alice.page("/messages/tasks")
    for part in ("owner@example.com", "已发送", "钉钉群", "对方拒收", "310000 keywords", "再试一次"):
        assert part in page
    seen = bob.page("/messages/tasks")
    assert "对方拒收" in seen
    assert "/again" in page
    assert "/again" not in seen
    assert ROBOT not in page + seen


def test_a_failed_notice_is_sent_again(alice: Browser, shop: Shop, app: Flask) -> None:
    channels.put(shop.company, None, [Channel("dingtalk", ROBOT)])
    (robot,) = deliveries.plan(shop.company, tasks.notice(shop.company, "x", "", "有人留言"))
    deliveries.claim(shop.company, robot.id)
    deliveries.missed(shop.company, robot.id, "refused", "", again=False)
    for said in ("正在重新发送", "它已经在发送了"):
        alice.post(f"/messages/deliveries/{robot.id}/again")
        assert said in alice.page("/messages/tasks")
    assert live.redis_of(app).llen("rq:queue:notices") == 1


def test_what_may_be_dialled_is_shown(alice: Browser, shop: Shop) -> None:
    page = alice.page("/company")
    assert "可以呼叫的号码" in page
    assert "境外和港澳台 · 没有开通" in page
    assert "最多 600 个电话" in page
    companies.open_dialling(shop.company, DiallingRules(abroad=("852",), freephone=True))
    companies.limit_dials(shop.company, 0)
    page = alice.page("/company")
    assert "境外和港澳台 <b>+852</b>" in page
    assert "400、800 号码 · 没有开通" not in page


def test_that_the_limit_was_reached_is_shown(alice: Browser, app: Flask, shop: Shop) -> None:
    said = "达到了这个上限"
    assert said not in alice.page("/company")
    calls = Shared(live.redis_of(app), "calls")
    assert calls.ring(shop.company.id, "a", ["13900000003", "13900000004"], limit=1) is None
    assert said in alice.page("/company")


def test_without_redis_the_page_is_there(alice: Browser, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "hotline_redis", connect("unix:///nowhere"))
    assert "可以呼叫的号码" in alice.page("/company")
