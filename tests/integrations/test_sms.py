"""Text messages through a gateway of the operator's."""

from __future__ import annotations

import json

import pytest

from app.integrations import sms
from app.integrations.notices import Notice, Reason, Undelivered
from tests.support.web_service import web_service

NOTICE = Notice("示例公司 来电通知", "138 0013 8000 留言 12 秒", "notice.1.abc")
NUMBER = "13900000003"


def test_the_gateway_gets_number_text_and_key() -> None:
    with web_service((204, b"")) as service:
        sms.send(service.url, ("Authorization", "Bearer x"), NUMBER, NOTICE)
    _path, headers, body = service.asked[0]
    assert headers["Authorization"] == "Bearer x"
    assert json.loads(body) == {"number": NUMBER, "text": f"{NOTICE.title} {NOTICE.text}", "id": NOTICE.id}


def test_number_and_text_may_stand_in_the_address() -> None:
    with web_service((200, b"ok")) as service:
        sms.send(service.url + "&to={number}&text={text}", ("", ""), NUMBER, NOTICE._replace(text="a&b=c"))
    path, _headers, _body = service.asked[0]
    assert path.startswith(f"/ask?x=1&to={NUMBER}&text=%E7%A4%BA")
    assert path.endswith("a%26b%3Dc")


def test_a_long_text_is_cut() -> None:
    with web_service((200, b"")) as service:
        sms.send(service.url, ("", ""), NUMBER, NOTICE._replace(text="长" * 999))
    assert len(json.loads(service.asked[0][2])["text"]) == sms.MAX_TEXT


@pytest.mark.parametrize(
    ("status", "reason"),
    [(403, Reason.REFUSED), (429, Reason.BUSY), (503, Reason.BUSY), (302, Reason.REFUSED)],
)
def test_why_it_was_not_taken(status: int, reason: Reason) -> None:
    with web_service((status, b"")) as service, pytest.raises(Undelivered) as why:
        sms.send(service.url, ("", ""), NUMBER, NOTICE)
    assert why.value.reason is reason


def test_no_gateway_is_there() -> None:
    with pytest.raises(Undelivered) as why:
        sms.send("http://127.0.0.1:9/", ("", ""), NUMBER, NOTICE)
    assert (why.value.reason, why.value.again) == (Reason.UNREACHABLE, True)
