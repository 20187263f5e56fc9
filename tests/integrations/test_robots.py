"""Robots of group chats: what each is told, what it answers, and that it is really one of them."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.integrations import robots
from app.integrations.notices import Notice, Reason, Undelivered
from app.integrations.robots import kind_of
from tests.support.web_service import SILENCE, WebService, web_service

NOTICE = Notice("示例公司 来电通知", "138 0013 8000 留言 12 秒", "notice.1.abc")
TEXT = f"{NOTICE.title}\n{NOTICE.text}"
FINE = {"wecom": {"errcode": 0}, "dingtalk": {"errcode": 0}, "feishu": {"code": 0}}
KEY = "693a91f6-7xxx"


def said(answer: Any, status: int = 200) -> tuple[int, bytes]:
    return status, json.dumps(answer).encode()


def send(service: WebService, kind: str, secret: str = "", notice: Notice = NOTICE) -> None:
    robots.send(kind, service.url, secret, notice, allowed=lambda _address: True)


def asked(service: WebService) -> tuple[dict[str, list[str]], dict[str, Any]]:
    path, _headers, body = service.asked[0]
    return parse_qs(urlsplit(path).query), json.loads(body)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        (f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}", "wecom"),
        ("https://oapi.dingtalk.com/robot/send?access_token=abc", "dingtalk"),
        ("https://open.feishu.cn/open-apis/bot/v2/hook/abc", "feishu"),
        ("https://open.larksuite.com/open-apis/bot/v2/hook/abc", "feishu"),
        ("https://open.feishu.cn:443/open-apis/bot/v2/hook/abc", "feishu"),
        (f"http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}", ""),
        ("https://qyapi.weixin.qq.com/cgi-bin/gettoken", ""),
        ("https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send", ""),
        ("https://oapi.dingtalk.com@evil.example/robot/send?access_token=abc", ""),
        ("https://oapi.dingtalk.com:8443/robot/send?access_token=abc", ""),
        ("https://127.0.0.1/robot/send", ""),
        ("https://oapi.dingtalk.com:x/robot/send", ""),
        ("https://[oapi.dingtalk.com/robot/send", ""),
        ("https://oapi.dingtalk.com/robot/send?access_token=令牌", ""),
        ("", ""),
    ],
)
def test_which_service_an_address_belongs_to(address: str, kind: str) -> None:
    assert kind_of(address) == kind


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("wecom", {"msgtype": "text", "text": {"content": TEXT}}),
        ("dingtalk", {"msgtype": "text", "text": {"content": TEXT}}),
        ("feishu", {"msg_type": "text", "content": {"text": TEXT}}),
    ],
)
def test_what_each_is_told(kind: str, body: dict[str, Any]) -> None:
    with web_service(said(FINE[kind])) as service:
        send(service, kind)
    assert asked(service) == ({"x": ["1"]}, body)


def test_dingtalk_is_signed_in_the_address() -> None:
    with web_service(said(FINE["dingtalk"])) as service:
        send(service, "dingtalk", "SECabc")
    query, _body = asked(service)
    moment = query["timestamp"][0]
    assert query["sign"] == [digest(b"SECabc", f"{moment}\nSECabc".encode())]
    assert len(moment) == 13


def test_feishu_is_signed_in_the_body() -> None:
    with web_service(said(FINE["feishu"])) as service:
        send(service, "feishu", "abc")
    _query, body = asked(service)
    assert body["sign"] == digest(f"{body['timestamp']}\nabc".encode(), b"")
    assert len(body["timestamp"]) == 10


def digest(key: bytes, message: bytes) -> str:
    return b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()


def test_a_long_text_is_cut_between_characters() -> None:
    with web_service(said(FINE["wecom"])) as service:
        send(service, "wecom", notice=NOTICE._replace(text="长" * 2000))
    _query, body = asked(service)
    assert len(body["text"]["content"].encode()) <= 2048
    assert body["text"]["content"].endswith("长")


@pytest.mark.parametrize(
    ("kind", "answer", "reason"),
    [
        ("wecom", said({"errcode": 93000, "errmsg": "invalid webhook url"}), Reason.REFUSED),
        ("wecom", said({"errcode": 45009, "errmsg": "api freq out of limit"}), Reason.BUSY),
        ("dingtalk", said({"errcode": 310000, "errmsg": "keywords not in content"}), Reason.REFUSED),
        ("dingtalk", said({"errcode": 130101, "errmsg": "send too fast"}), Reason.BUSY),
        ("feishu", said({"code": 19021, "msg": "sign match fail"}), Reason.REFUSED),
        ("feishu", said({"code": 9499, "msg": "too many request"}, 429), Reason.BUSY),
        ("feishu", said({"code": 19001, "msg": "param invalid"}, 400), Reason.REFUSED),
        ("wecom", (502, b"<html>"), Reason.UNREACHABLE),
        ("wecom", (200, b"<html>"), Reason.REFUSED),
        ("wecom", (200, b"[0]"), Reason.REFUSED),
        ("wecom", (302, b""), Reason.REFUSED),
        ("wecom", (200, b"x" * 100_000), Reason.REFUSED),
    ],
)
def test_why_it_did_not_arrive(kind: str, answer: tuple[int, bytes], reason: Reason) -> None:
    with web_service(answer) as service, pytest.raises(Undelivered) as why:
        send(service, kind)
    assert why.value.reason is reason
    assert service.url not in str(why.value)


def test_a_robot_that_says_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robots, "TIMEOUT_S", 0.1)
    with web_service(SILENCE) as service, pytest.raises(Undelivered) as why:
        send(service, "wecom")
    assert (why.value.reason, why.value.again) == (Reason.UNREACHABLE, True)


def test_a_private_address_is_never_told_anything() -> None:
    with web_service(said(FINE["wecom"])) as service, pytest.raises(Undelivered) as why:
        robots.send("wecom", service.url, "", NOTICE)
    assert (why.value.reason, service.asked) == (Reason.REFUSED, [])
