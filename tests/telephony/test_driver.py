"""Whole calls over real sockets: the server, the driver and the flow against the simulated switch."""

from __future__ import annotations

import gevent
import pytest

from app.simulator.caller import Caller, HangUp
from app.simulator.phones import PhoneBehaviour
from tests.flow.company import flow_of, snapshot_of
from tests.telephony.bench import DEADLINE_S, MENU, Bench, legs


def test_a_key_is_pressed_and_a_phone_answers(bench: Bench) -> None:
    cdr = bench.call("1")
    assert (cdr["result"], cdr["ended"], cdr["answered_by"], cdr["keys"]) == (
        "answered",
        "callee",
        "desk",
        "1",
    )
    assert (cdr["did"], cdr["ani"], cdr["province"]) == ("4008001234", "13800138000", "北京")
    assert 4900 < cdr["talk_ms"] < 5200
    assert 1900 < cdr["legs"][0]["ring_ms"] < 2500
    assert cdr["legs"][0]["at_ms"] < cdr["wait_ms"] < cdr["duration_ms"] - cdr["talk_ms"] + 500


def test_a_key_pressed_while_the_prompt_plays_counts(bench: Bench) -> None:
    assert bench.call("wait 0.3, press 1")["answered_by"] == "desk"


def test_a_typed_number_is_rung(bench: Bench) -> None:
    cdr = bench.call("0")
    assert legs(cdr) == [("13700000000", "answered")]


@pytest.mark.parametrize(
    ("behaviour", "result", "cause"),
    [
        ("busy", "busy", "USER_BUSY"),
        ("no answer", "no_answer", "ALLOTTED_TIMEOUT"),
        ("rejects", "rejected", "CALL_REJECTED"),
        ("off", "unreachable", "NO_USER_RESPONSE"),
        ("unallocated", "unreachable", "UNALLOCATED_NUMBER"),
        ("unreachable", "unreachable", "NORMAL_TEMPORARY_FAILURE"),
    ],
)
def test_a_phone_that_does_not_answer_and_then_the_next(
    bench: Bench, behaviour: str, result: str, cause: str
) -> None:
    bench.phones.set("13900000001", PhoneBehaviour.read(behaviour))
    cdr = bench.call("1")
    assert legs(cdr) == [("desk", result), ("sales1", "answered")]
    assert cdr["legs"][0]["cause"] == cause


def test_nobody_answers_and_the_caller_is_told(bench: Bench) -> None:
    for number in ("13900000001", "13900000002"):
        bench.phones.set(number, PhoneBehaviour.read("no answer"))
    cdr = bench.call("1")
    assert (cdr["result"], cdr["ended"]) == ("missed", "flow")
    assert 9500 < cdr["legs"][0]["ring_ms"] < 11500
    assert cdr["wait_ms"] == cdr["duration_ms"]


def test_all_at_once_and_the_losers_are_stopped(bench: Bench) -> None:
    bench.phones.set("13900000003", PhoneBehaviour.read("answers after 4"))
    bench.phones.set("057188888888", PhoneBehaviour.read("answers after 1"))
    bench.phones.set("13900000001", PhoneBehaviour.read("busy"))
    cdr = bench.call("2")
    assert cdr["answered_by"] == "care2"
    assert dict(legs(cdr)) == {"care1": "cancelled", "care2": "answered", "desk": "busy"}


def test_all_at_once_and_none_answers(bench: Bench) -> None:
    bench.phones.set("13900000003", PhoneBehaviour.read("no answer"))
    bench.phones.set("057188888888", PhoneBehaviour.read("busy"))
    bench.phones.set("13900000001", PhoneBehaviour.read("off"))
    cdr = bench.call("2")
    assert dict(legs(cdr)) == {"care1": "no_answer", "care2": "busy", "desk": "unreachable"}
    assert cdr["trail"][-1]["exit"] == "no_answer"


def test_round_robin_takes_turns(bench: Bench) -> None:
    assert [bench.call("3")["answered_by"] for _ in range(3)] == ["care1", "care2", "care1"]


def test_an_extension_is_rung(bench: Bench) -> None:
    cdr = bench.call("4, press 802")
    assert (cdr["answered_by"], cdr["keys"]) == ("sales1", "4-802")


def test_a_wrong_key_and_then_the_right_one(bench: Bench) -> None:
    cdr = bench.call("9, press 1")
    assert (cdr["answered_by"], cdr["keys"]) == ("desk", "91")


def test_no_key_at_all(bench: Bench) -> None:
    cdr = bench.call("")
    assert (cdr["result"], cdr["trail"][-1]["exit"]) == ("missed", "no_key")


def test_a_missing_prompt_is_noted_and_the_caller_can_still_press(bench: Bench, prompts: str) -> None:
    import shutil

    shutil.rmtree(prompts)
    cdr = bench.call("wait 1, press 1")
    assert cdr["answered_by"] == "desk"
    assert cdr["trail"][0]["problem"] == "prompt could not be played: welcome"


@pytest.mark.parametrize(
    ("step", "result", "ended"),
    [
        (HangUp.PROMPT, "abandoned", "caller"),
        (HangUp.RINGING, "abandoned", "caller"),
        (HangUp.TALKING, "answered", "caller"),
    ],
)
def test_the_caller_hangs_up(bench: Bench, step: HangUp, result: str, ended: str) -> None:
    cdr = bench.call("" if step is HangUp.PROMPT else "1", hang_up=step, hang_up_after_s=0.5)
    assert (cdr["result"], cdr["ended"]) == (result, ended)
    assert bool(cdr["talk_ms"]) == (step is HangUp.TALKING)


def test_the_phone_that_was_ringing_when_the_caller_gave_up_is_on_record(bench: Bench) -> None:
    cdr = bench.call("1", hang_up=HangUp.RINGING, hang_up_after_s=1)
    assert legs(cdr) == [("desk", "cancelled")]
    assert 900 < cdr["legs"][0]["ring_ms"] < 1500


def test_a_number_without_a_flow_is_refused_at_nobodys_cost(bench: Bench) -> None:
    cdr = bench.call("1", did="4009999999")
    assert (cdr["result"], cdr["hangup_cause"], cdr["answered_ms"]) == ("no_flow", "UNALLOCATED_NUMBER", None)


def test_a_flow_that_only_rings_is_answered_by_the_person(bench: Bench) -> None:
    bench.snapshot = snapshot_of(flow_of(a={"kind": "hunt", "phones": ["desk"]}))
    cdr = bench.call("")
    assert cdr["result"] == "answered"
    assert 1900 < cdr["answered_ms"] < 2500


def test_publishing_changes_the_next_call_and_not_the_one_in_progress(bench: Bench) -> None:
    story = bench.place(Caller("13800138000", "4008001234", keys="wait 2, press 1"))
    with gevent.Timeout(DEADLINE_S):
        next(line for line in story if line.event == "playing")
    changed = flow_of(**{**MENU, "sales": {"kind": "hunt", "phones": ["13712345678"]}})
    bench.snapshot = snapshot_of(changed)
    assert bench.record_of(story.wait(DEADLINE_S))["answered_by"] == "desk"
    assert bench.call("1")["answered_by"] == "13712345678"


def test_fifty_calls_at_once_all_have_their_record(bench: Bench) -> None:
    stories = [bench.place(Caller(f"138001380{n:02}", "4008001234", keys="1")) for n in range(50)]
    assert all(bench.record_of(story.wait(DEADLINE_S))["ani"] for story in stories)
    assert len(bench.records) == 50


@pytest.mark.parametrize(
    "name",
    [
        "a%0A${system(id)}",
        "x]sofia/gateway/evil/1",
        "a,b|c^^:d",
        "'quoted\"",
        "\r\nContent-Length: 5\r\n\r\nhello",
        "王先生",
    ],
)
def test_a_hostile_name_changes_nothing(bench: Bench, name: str) -> None:
    assert bench.call("1", name=name)["answered_by"] == "desk"
