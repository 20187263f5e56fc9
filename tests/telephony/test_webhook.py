"""Calls that ask a web service where to go: real HTTP to a service that answers well, badly, slowly or not at all."""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from typing import Any

import pytest

from app.flow.snapshot import Snapshot
from app.integrations.webhook import Answer, NoAnswer, Question, ask, is_public, signature
from app.simulator.caller import HangUp
from app.simulator.clock import Clock
from tests.support.web_service import SILENCE, web_service
from tests.telephony.bench import Bench

OK = 200


def said(**answer: Any) -> tuple[int, bytes]:
    return OK, json.dumps(answer).encode()


def asking(bench: Bench, url: str, **fields: Any) -> None:
    """The flow asks `url`: way a rings the desk. A published flow never has such an address, so it is put in afterwards."""
    bench.flow(
        ask={"kind": "webhook", "url": "https://example.com/", "exits": {"a": "desk"}} | fields,
        desk={"kind": "hunt", "phones": ["desk"]},
    )
    bench.snapshot = _pointed_at(bench.snapshot, url)


def _pointed_at(snapshot: Snapshot, url: str) -> Snapshot:
    nodes = dict(snapshot.document.nodes)
    nodes["ask"] = replace(nodes["ask"], url=url)  # type: ignore[call-arg]
    return replace(snapshot, document=replace(snapshot.document, nodes=nodes))


def test_the_service_says_where_to_go(bench: Bench) -> None:
    with web_service(said(exit="a", variables={"customer_tag": "gold"})) as service:
        asking(bench, service.url)
        cdr = bench.call()
    assert (cdr["trail"][0]["exit"], cdr["answered_by"]) == ("a", "desk")
    path, _headers, body = service.asked[0]
    facts = json.loads(body)
    assert (facts["call_id"], facts["did"], facts["ani"]) == (cdr["call_id"], "4008001234", "13800138000")
    assert (facts["province"], path) == ("北京", "/ask?x=1")


@pytest.mark.parametrize(
    "answer",
    [
        said(exit="nowhere"),
        (OK, b"not json"),
        (OK, b"[1]"),
        (OK, b'{"exit": ' + b"[" * 50_000),
        (OK, b"x" * 5_000_000),
        (404, b"{}"),
        (302, b'{"exit": "a"}'),
    ],
    ids=["unknown exit", "no JSON", "a list", "too deep", "5 MB", "404", "a redirect"],
)
def test_any_other_answer_leads_to_the_default(bench: Bench, answer: tuple[int, bytes]) -> None:
    with web_service(answer, headers={"Location": "http://127.0.0.1:1/"}) as service:
        asking(bench, service.url)
        cdr = bench.call()
    assert (cdr["trail"][0]["exit"], cdr["ended"]) == ("default", "flow")
    assert len(service.asked) == 1


def test_it_is_signed_with_the_company_s_secret(bench: Bench) -> None:
    with web_service(said(exit="a")) as service:
        asking(bench, service.url)
        bench.snapshot = replace(bench.snapshot, webhook_secret="our secret")
        bench.call()
    _path, headers, body = service.asked[0]
    assert headers["X-Hotline400-Signature"] == signature(b"our secret", headers["X-Hotline400-Time"], body)


def test_a_service_that_fails_is_asked_again(bench: Bench) -> None:
    with web_service((503, b""), said(exit="a")) as service:
        asking(bench, service.url, retries=1)
        assert bench.call()["trail"][0]["exit"] == "a"
    assert len(service.asked) == 2


def test_a_service_that_says_nothing_leads_to_the_default(bench: Bench) -> None:
    with web_service(SILENCE) as service:
        asking(bench, service.url, timeout_s=1, retries=0)
        assert bench.call()["trail"][0]["exit"] == "default"


def test_nobody_is_there(bench: Bench) -> None:
    asking(bench, "http://127.0.0.1:9/", retries=0)
    assert bench.call()["trail"][0]["exit"] == "default"


def test_a_caller_who_hangs_up_does_not_wait_for_the_answer(bench: Bench) -> None:
    assert bench.switch
    bench.switch.clock = Clock()  # this call takes its time: an instant clock would wait for the controller
    with web_service(SILENCE) as service:
        asking(bench, service.url, timeout_s=2, retries=2)
        cdr = bench.call(hang_up=HangUp.CALL, hang_up_after_s=0.1)
    assert (cdr["ended"], cdr["duration_ms"] < 2000) == ("caller", True)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:127.0.0.1"),
        "2002:7f00:1::",
    ],
)
def test_addresses_that_are_nobodys_business(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["114.114.114.114", "2400:3200::1", "::ffff:114.114.114.114"])
def test_addresses_on_the_open_internet(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1"])
def test_this_machine_is_never_asked(host: str) -> None:
    with web_service(said(exit="a")) as service, pytest.raises(NoAnswer):
        ask(Question(service.url.replace("127.0.0.1", host), {}, 2.0))
    assert not service.asked


def test_the_address_that_was_checked_is_the_one_that_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    lookups: list[str] = []

    def rebinding(host: str, port: int, **_: Any) -> list[Any]:
        lookups.append(host)
        return [(2, 1, 6, "", ("114.114.114.114" if len(lookups) == 1 else "127.0.0.1", port))]

    reached: list[str] = []

    def refuse(address: tuple[str, int], _timeout: float) -> None:
        reached.append(address[0])
        raise OSError("enough")

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(socket, "create_connection", refuse)
    with pytest.raises(NoAnswer):
        ask(Question("http://example.com/", {}, 1.0))
    assert (lookups, reached) == (["example.com"], ["114.114.114.114"])


def test_a_signed_question_can_be_checked() -> None:
    with web_service(said(exit="b", variables={"a": 1, "b": True, "c": [1], "d": "x" * 5000})) as service:
        answer = ask(
            Question(service.url, {"did": "4008001234"}, 2.0, b"secret"), allowed=lambda _address: True
        )
    _path, headers, body = service.asked[0]
    assert headers["X-Hotline400-Signature"] == signature(b"secret", headers["X-Hotline400-Time"], body)
    assert answer == Answer("b", (("a", "1"), ("b", "true"), ("c", ""), ("d", "x" * 1000)))


@pytest.mark.parametrize("url", ["ftp://example.com/", "file:///etc/passwd", "http:///x", "gopher://a"])
def test_what_is_no_web_address(url: str) -> None:
    with pytest.raises(NoAnswer):
        ask(Question(url, {}, 1.0))
