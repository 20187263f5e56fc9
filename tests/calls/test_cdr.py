"""The record of a call follows from its trail and its end; the sentence follows from the record."""

from __future__ import annotations

from typing import Any

import pytest

from app.calls.cdr import End, build_cdr
from app.calls.conduct import conduct
from app.calls.explain import explain
from app.errors import CallerHungUp
from app.flow.commands import Command, Hangup
from app.flow.interpreter import Walk
from app.flow.outcomes import Answered, Collected, Dialled, DialResult, Leg, Outcome, Played
from tests.flow.company import MONDAY_NIGHT, facts, snapshot_of

BUSY = Dialled(
    result=DialResult.BUSY,
    legs=(Leg(phone="desk", result=DialResult.BUSY, cause="USER_BUSY", at_ms=5100, ring_ms=40),),
    at_ms=5140,
)
TALK = Dialled(
    result=DialResult.ANSWERED,
    phone="sales1",
    talk_ms=125_000,
    ended_by="callee",
    legs=(
        Leg(
            phone="sales1",
            result=DialResult.ANSWERED,
            cause="SUCCESS",
            at_ms=5150,
            ring_ms=6000,
            talk_ms=125_000,
        ),
    ),
    at_ms=136_150,
)
RINGING = Dialled(
    result=DialResult.CANCELLED,
    legs=(
        Leg(phone="desk", result=DialResult.CANCELLED, cause="ORIGINATOR_CANCEL", at_ms=5100, ring_ms=3000),
    ),
    at_ms=8100,
)


def play(
    *outcomes: Outcome | CallerHungUp, duration_ms: int, cause: str = "NORMAL_CLEARING", night: bool = False
) -> dict[str, Any]:
    """The record of a call in which the world answers so."""
    answers = iter(outcomes)
    call = facts(MONDAY_NIGHT) if night else facts()
    walk = Walk(snapshot_of(), call)

    def do(command: Command) -> Outcome | None:
        if isinstance(command, Hangup):
            return None
        answer = next(answers)
        if isinstance(answer, CallerHungUp):
            raise answer
        return answer

    ended = conduct(walk, do)
    return build_cdr(call, walk.snapshot, walk.trail, End(ended, cause, duration_ms), controller="c1")


ANSWERED_CALL = (Answered(at_ms=100), Collected(digits="1", at_ms=5000), BUSY, TALK)


def test_a_call_that_was_answered() -> None:
    cdr = play(*ANSWERED_CALL, duration_ms=136_200)
    assert cdr["result"] == "answered"
    assert cdr["ended"] == "callee"
    assert cdr["answered_by"] == "sales1"
    assert cdr["keys"] == "1"
    assert cdr["answered_ms"] == 100
    assert cdr["wait_ms"] == 11_150
    assert cdr["talk_ms"] == 125_000
    assert cdr["began_at"] == "2026-11-23T06:03:00.000+00:00"
    assert [(leg["name"], leg["number"], leg["result"]) for leg in cdr["legs"]] == [
        ("前台", "13900000001", "busy"),
        ("售前一号", "13900000002", "answered"),
    ]
    assert [(step["node"], step["exit"]) for step in cdr["trail"]] == [
        ("hours", "open"),
        ("welcome", "1"),
        ("sales", "answered"),
    ]


def test_a_hang_up_while_talking_is_an_answered_call() -> None:
    talk = Dialled(result=DialResult.ANSWERED, phone="desk", talk_ms=9000, ended_by="caller", at_ms=20_000)
    cdr = play(Answered(), Collected(digits="1"), talk, duration_ms=20_000)
    assert (cdr["result"], cdr["ended"]) == ("answered", "caller")


def test_a_hang_up_in_the_menu_is_abandoned_and_its_step_has_no_exit() -> None:
    cdr = play(Answered(at_ms=90), CallerHungUp(), duration_ms=4000)
    assert (cdr["result"], cdr["ended"], cdr["wait_ms"], cdr["talk_ms"]) == ("abandoned", "caller", 4000, 0)
    assert cdr["trail"][-1] | {"label": ""} == {
        "node": "welcome",
        "kind": "menu",
        "label": "",
        "exit": "",
        "at_ms": 0,
        "end_ms": 4000,
        "keys": "",
        "problem": "",
    }


def test_a_hang_up_while_it_rings_keeps_the_phone_that_rang() -> None:
    cdr = play(
        Answered(),
        Collected(digits="1", at_ms=5000),
        CallerHungUp("ORIGINATOR_CANCEL", RINGING),
        duration_ms=8100,
    )
    assert cdr["result"] == "abandoned"
    assert [(leg["phone"], leg["result"], leg["ring_ms"]) for leg in cdr["legs"]] == [
        ("desk", "cancelled", 3000)
    ]


def test_a_closed_call_is_missed() -> None:
    cdr = play(Answered(at_ms=50), Played(at_ms=2050), duration_ms=2100, night=True)
    assert (cdr["result"], cdr["ended"]) == ("missed", "flow")


def test_a_call_to_a_number_without_a_flow() -> None:
    cdr = build_cdr(facts(), None, (), End("no_flow", "UNALLOCATED_NUMBER", 3000), controller="c1")
    assert (cdr["result"], cdr["ended"], cdr["company_id"], cdr["trail"]) == ("no_flow", "no_flow", 0, [])


SENTENCES = [
    (
        play(*ANSWERED_CALL, duration_ms=136_200),
        "周一 14:03，浙江杭州来电 → 营业时间内 → 在「主菜单」按 1 → 售前组：前台占线，售前一号接听，通话 2 分 5 秒，接听方先挂机",
        (
            "Mon 14:03, a call from Hangzhou, Zhejiang → in opening hours → pressed 1 in “主菜单” → "
            "售前组: 前台 was busy, 售前一号 answered, talked 2 min 5 s, the person who answered hung up"
        ),
    ),
    (
        play(Answered(at_ms=90), CallerHungUp(), duration_ms=4000),
        "周一 14:03，浙江杭州来电 → 营业时间内 → 在「主菜单」时挂机，来电者先挂机",
        "Mon 14:03, a call from Hangzhou, Zhejiang → in opening hours → hung up in “主菜单”, the caller hung up",
    ),
    (
        play(Answered(at_ms=50), Played(at_ms=2050), duration_ms=2100, night=True),
        "周一 23:30，浙江杭州来电 → 营业时间外，系统挂机",
        "Mon 23:30, a call from Hangzhou, Zhejiang → outside opening hours, the menu ended the call",
    ),
    (
        build_cdr(facts(), None, (), End("no_flow", "UNALLOCATED_NUMBER", 3000), controller="c1"),
        "周一 14:03，浙江杭州来电，号码还没有发布流程",
        "Mon 14:03, a call from Hangzhou, Zhejiang, the number has no published flow",
    ),
    (
        build_cdr(facts(), snapshot_of(), (), End("over_limit", "USER_BUSY", 3000), controller="c1"),
        "周一 14:03，浙江杭州来电，同时通话数已满，来电听到占线提示",
        "Mon 14:03, a call from Hangzhou, Zhejiang, all lines were in use, and the caller was told so",
    ),
]


@pytest.mark.parametrize(
    ("cdr", "chinese", "english"), SENTENCES, ids=[chinese for _, chinese, _ in SENTENCES]
)
def test_one_sentence_says_why_it_rang_there(cdr: dict[str, Any], chinese: str, english: str) -> None:
    assert explain(cdr, "zh") == chinese
    assert explain(cdr, "en") == english
