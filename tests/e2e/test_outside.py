"""Calls that ask a web service or tell somebody, on a real FreeSWITCH."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from signal import SIGKILL
from typing import Any

import pytest

from app.speech.say import parts
from app.store import companies, tasks
from tests.e2e.caller import Caller
from tests.e2e.freeswitch import FreeSwitch
from tests.e2e.hotline import Hotline
from tests.e2e.listening import heard_s
from tests.support import processes
from tests.support.waiting import until
from tests.support.web_service import PUBLIC_NAME, SILENCE, Said, WebService, web_service

WAYS = ("a", "b", "default")
TOO_LONG = b'{"exit": "a", "variables": {"x": "' + b"x" * 5_000_000 + b'"}}'

_dids, _callers = count(4008030000), count(13800571100)


@pytest.fixture(scope="module", autouse=True)
def call_control_with_neighbours(installation: Hotline) -> Iterator[None]:
    """Call control that takes a web service on this machine for one on the open internet."""
    processes.stop(installation.controllers[0], SIGKILL)
    process = installation.start_controller(module="tests.e2e.call_control")
    installation.controllers[0] = installation.controllers.pop()
    yield
    processes.stop(process, SIGKILL)


@contextmanager
def asked_service(*answers: Said) -> Iterator[tuple[WebService, dict[str, Any]]]:
    """A web service, and the node that asks it for at most a second."""
    with web_service(*answers) as service:
        url = service.url.replace("127.0.0.1", PUBLIC_NAME)
        yield service, {"kind": "webhook", "url": url, "timeout_s": 1, "retries": 0}


@pytest.fixture
def caller(switch: FreeSwitch) -> Iterator[Caller]:
    with Caller(switch.carrier, str(next(_callers))) as telephone:
        yield telephone


def made(hotline: Hotline, caller: Caller, **nodes: dict[str, Any]) -> dict[str, Any]:
    """Publish nodes for a number of their own, make the call, and give its record."""
    did = str(next(_dids))
    flow = {
        "spec": 1,
        "name": "外部",
        "start": next(iter(nodes)),
        "nodes": nodes | {"bye": {"kind": "hangup"}},
    }
    hotline.open(did, flow)
    caller.dial(did).wait("ended", 15)
    return hotline.record(caller.number, did)


def grouped(mobile: str) -> str:
    return f"{mobile[:3]} {mobile[3:7]} {mobile[7:]}"


def way(record: dict[str, Any]) -> list[tuple[str, str]]:
    return [(step["node"], step["exit"]) for step in record["trail"] if step["node"] != "bye"]


@pytest.mark.parametrize(
    ("answer", "exit", "problem"),
    [
        ((200, b'{"exit": "b"}'), "b", ""),
        ((200, b"{}"), "default", ""),
        ((200, b"<html>"), "default", "not JSON"),
        ((500, b""), "default", "status 500"),
        ((200, TOO_LONG), "default", "more than 65536 bytes"),
        (SILENCE, "default", "no answer within 1 s"),
    ],
    ids=["an exit", "no exit", "no JSON", "an error", "5 MB", "silence"],
)
def test_a_web_service_sends_the_call_its_way(
    hotline: Hotline, caller: Caller, answer: Said, exit: str, problem: str
) -> None:
    with asked_service(answer) as (service, node):
        record = made(hotline, caller, ask=node | {"exits": dict.fromkeys(WAYS, "bye")})
    assert way(record) == [("ask", exit)]
    assert record["trail"][0]["problem"] == problem
    facts = json.loads(service.asked[0][2])
    assert {key: facts[key] for key in ("ani", "did", "city")} == {
        "ani": caller.number,
        "did": record["did"],
        "city": "杭州",
    }


def test_what_a_web_service_knows_is_said_and_decides(hotline: Hotline, caller: Caller) -> None:
    said = parts("money", 85_000)
    hotline.speak(said)
    known = {"customer_tag": "老客户", "balance": "8.5"}
    answer = json.dumps({"exit": "a", "variables": known}).encode()
    with asked_service((200, answer)) as (_, node):
        record = made(
            hotline,
            caller,
            crm=node | {"exits": {"a": "who"}},
            who={"kind": "caller", "tag": "老客户", "exits": {"tagged": "say"}},
            say={"kind": "announce", "say": "money", "value": "{balance}", "exits": {"done": "again"}},
            again={"kind": "announce", "say": "money", "value": "{crm.balance}", "exits": {"done": "bye"}},
        )
    assert way(record) == [("crm", "a"), ("who", "tagged"), ("say", "done"), ("again", "done")]
    assert heard_s(caller) == pytest.approx(2 * hotline.length_s(said), abs=0.2)


def test_a_message_reaches_the_person(hotline: Hotline, caller: Caller) -> None:
    record = made(
        hotline,
        caller,
        tell={"kind": "notify", "to": "desk", "text": "{place} {caller} 来电", "exits": {"done": "bye"}},
    )
    assert way(record) == [("tell", "done")]

    def kept() -> list[str]:
        with hotline.store():
            notices = tasks.search(companies.every(limit=1)[0], kind="notice").items
            return [task.text for task in notices if (task.phone, task.ani) == ("desk", caller.number)]

    until(kept, "the worker keeps the message")
    assert kept() == [f"浙江杭州 {grouped(caller.number)} 来电"]
