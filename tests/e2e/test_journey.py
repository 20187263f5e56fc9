"""A 400 call from the carrier's INVITE to the record in the database, with nothing in between that is not real."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import count
from signal import SIGKILL
from typing import Any

import pytest

from tests.e2e.caller import SOUND, Caller
from tests.e2e.freeswitch import FreeSwitch
from tests.e2e.hotline import CARE_1, CARE_2, DESK, DID, SALES, SILENT_DID, Hotline, document
from tests.e2e.phonebank import BUSY, RINGS_OUT, Behaviour, PhoneBank, PhoneCall
from tests.support import processes
from tests.support.waiting import until

PHONE_SOUND = 0x11
RINGS_S = 0.3
ANSWERS = Behaviour(after_s=RINGS_S, sound=PHONE_SOUND)
CLOCK_MS = 100  # from a phone's answer to FreeSWITCH's bridging, and the other way round

_callers = count(13800130000)


@pytest.fixture
def ani() -> str:
    """A caller's number that no other test calls from."""
    return str(next(_callers))


@pytest.fixture
def caller(switch: FreeSwitch, ani: str) -> Iterator[Caller]:
    with Caller(switch.carrier, ani) as telephone:
        yield telephone


def reach_menu(caller: Caller) -> None:
    """Dial, and hear the menu's prompt."""
    caller.dial(DID).wait("answered")
    until(lambda: caller.audio.hears("tone"), "the menu's prompt")


def choose(caller: Caller, key: str) -> None:
    """Dial, and press a key while the menu's prompt plays."""
    reach_menu(caller)
    caller.press(key)


def talk(caller: Caller, phone: PhoneCall) -> None:
    """Wait until both hear each other."""
    until(lambda: caller.audio.hears(PHONE_SOUND), "the caller hears the phone")
    until(lambda: phone.audio and phone.audio.hears(SOUND), "the phone hears the caller")


def legs(record: dict[str, Any]) -> list[tuple[str, str]]:
    return [(leg["number"], leg["result"]) for leg in record["legs"]]


def test_key_phone_talk_hang_up_record(hotline: Hotline, phones: PhoneBank, caller: Caller, ani: str) -> None:
    phones.reset(**{f"n{DESK}": ANSWERS})
    choose(caller, "1")
    desk = phones.call(DESK, "answered")
    talk(caller, desk)
    talking = time.monotonic()
    phones.hang_up(desk)
    caller.wait("ended")
    over = time.monotonic()

    record = hotline.record(ani)
    assert desk.shown == ani
    assert legs(record) == [(DESK, "answered")]
    assert [(step["node"], step["exit"]) for step in record["trail"]] == [
        ("menu", "1"),
        ("first", "answered"),
    ]
    expected = {"did": DID, "result": "answered", "ended": "callee", "answered_by": "desk", "keys": "1"}
    assert {name: record[name] for name in expected} == expected
    assert record["province"]
    at_least_ms = (talking - desk.times["answered"]) * 1000 - CLOCK_MS
    assert at_least_ms <= record["talk_ms"] <= (over - desk.times["answered"]) * 1000
    assert record["legs"][0]["ring_ms"] >= RINGS_S * 1000
    assert record["wait_ms"] + record["talk_ms"] <= record["duration_ms"]


@pytest.mark.parametrize(
    ("desk", "result"),
    [
        (BUSY, "busy"),
        (Behaviour(status=603), "rejected"),
        (Behaviour(status=404), "unreachable"),
        (Behaviour(status=480), "unreachable"),
        (Behaviour(status=503), "unreachable"),
        (RINGS_OUT, "no_answer"),
    ],
    ids=["busy", "rejected", "no such phone", "switched off", "trunk refuses", "rings out"],
)
def test_when_the_first_phone_fails_the_next_one_rings(
    hotline: Hotline, phones: PhoneBank, caller: Caller, ani: str, desk: Behaviour, result: str
) -> None:
    phones.reset(**{f"n{DESK}": desk, f"n{SALES}": Behaviour(talk_s=0.2)})
    choose(caller, "1")
    caller.wait("ended")
    record = hotline.record(ani)
    assert legs(record) == [(DESK, result), (SALES, "answered")]
    assert (record["result"], record["answered_by"]) == ("answered", "sales")


def test_the_first_of_several_to_answer_gets_the_call_and_the_others_stop_ringing(
    hotline: Hotline, phones: PhoneBank, caller: Caller, ani: str
) -> None:
    phones.reset(**{f"n{CARE_1}": RINGS_OUT, f"n{CARE_2}": ANSWERS})
    choose(caller, "2")
    winner = phones.call(CARE_2, "answered")
    talk(caller, winner)
    phones.call(CARE_1, "cancelled")
    phones.hang_up(winner)
    caller.wait("ended")
    record = hotline.record(ani)
    assert sorted(legs(record)) == [(CARE_1, "cancelled"), (CARE_2, "answered")]


def test_when_nobody_can_be_reached_the_caller_is_told(
    hotline: Hotline, phones: PhoneBank, caller: Caller, ani: str
) -> None:
    phones.reset(**{f"n{DESK}": BUSY, f"n{SALES}": BUSY})
    choose(caller, "1")
    phones.call(SALES, "ended")
    heard = caller.audio.heard["tone"]
    caller.wait("ended")
    assert caller.audio.heard["tone"] > heard
    record = hotline.record(ani)
    assert (record["result"], record["ended"], record["answered_by"]) == ("missed", "flow", "")


def test_a_caller_who_hangs_up_in_the_menu(hotline: Hotline, caller: Caller, ani: str) -> None:
    reach_menu(caller)
    caller.hang_up()
    record = hotline.record(ani)
    assert (record["result"], record["ended"], record["legs"]) == ("abandoned", "caller", [])
    assert [(step["node"], step["exit"]) for step in record["trail"]] == [("menu", "")]


def test_a_caller_who_hangs_up_while_a_phone_rings(
    hotline: Hotline, phones: PhoneBank, caller: Caller, ani: str
) -> None:
    phones.reset(**{f"n{DESK}": RINGS_OUT})
    choose(caller, "1")
    phones.call(DESK, "ringing")
    caller.hang_up()
    phones.call(DESK, "cancelled")
    record = hotline.record(ani)
    assert (record["result"], record["ended"]) == ("abandoned", "caller")
    assert legs(record) == [(DESK, "cancelled")]


def test_a_caller_who_hangs_up_while_talking(
    hotline: Hotline, phones: PhoneBank, caller: Caller, ani: str
) -> None:
    phones.reset(**{f"n{DESK}": ANSWERS})
    choose(caller, "1")
    talk(caller, phones.call(DESK, "answered"))
    caller.hang_up()
    phones.call(DESK, "ended")
    record = hotline.record(ani)
    assert (record["result"], record["ended"], record["answered_by"]) == ("answered", "caller", "desk")


def test_a_number_without_a_flow_is_not_in_service(hotline: Hotline, caller: Caller, ani: str) -> None:
    caller.dial(SILENT_DID).wait("ended")
    assert (caller.ended, caller.answered) == ("404", False)
    assert caller.audio.hears("tone")
    assert hotline.record(ani)["result"] == "no_flow"


def test_nothing_in_a_callers_name_or_number_does_any_harm(
    hotline: Hotline, switch: FreeSwitch, phones: PhoneBank
) -> None:
    phones.reset(**{f"n{DESK}": Behaviour(talk_s=0.2)})
    with Caller(switch.carrier, "${status()}", name="%0Aevil: x${hostname()},[|^^]'\\\"") as stranger:
        choose(stranger, "1")
        stranger.wait("ended")
    assert phones.calls(DESK)[0].shown == "anonymous"
    record = hotline.record("")
    assert (record["result"], record["province"]) == ("answered", "")


def test_publishing_changes_the_next_call_and_not_the_one_in_progress(
    hotline: Hotline, switch: FreeSwitch, phones: PhoneBank, caller: Caller, ani: str
) -> None:
    phones.reset(**{f"n{DESK}": Behaviour(talk_s=0.2), f"n{SALES}": Behaviour(talk_s=0.2)})
    reach_menu(caller)
    try:
        hotline.publish(document(first="other"))
        caller.press("1")
        caller.wait("ended")
        with Caller(switch.carrier, f"{int(ani) + 1000}") as second:
            choose(second, "1")
            second.wait("ended")
    finally:
        hotline.publish(document())
    before, after = hotline.record(ani), hotline.record(f"{int(ani) + 1000}")
    assert (legs(before), legs(after)) == ([(DESK, "answered")], [(SALES, "answered")])
    assert after["snapshot_version"] > before["snapshot_version"]


def test_a_conversation_outlives_its_controller(hotline: Hotline, phones: PhoneBank, caller: Caller) -> None:
    phones.reset(**{f"n{DESK}": ANSWERS})
    choose(caller, "1")
    desk = phones.call(DESK, "answered")
    talk(caller, desk)
    processes.stop(hotline.controllers[0], SIGKILL)
    heard = caller.audio.heard[PHONE_SOUND]
    until(lambda: caller.audio.heard[PHONE_SOUND] > heard + 50, "one more second of talk")
    assert not caller.ended
    assert not desk.happened("ended")


def test_a_call_in_the_menu_goes_on_at_another_controller(
    hotline: Hotline, phones: PhoneBank, caller: Caller, ani: str
) -> None:
    phones.reset(**{f"n{DESK}": Behaviour(talk_s=0.2)})
    other = hotline.start_controller(1)
    try:
        reach_menu(caller)
        processes.stop(hotline.controllers[0], SIGKILL)
        heard = caller.audio.heard["tone"]
        until(lambda: caller.audio.heard["tone"] > heard + 5, "the menu of the other controller")
        caller.press("1")
        caller.wait("ended")
    finally:
        processes.stop(other)
    assert hotline.record(ani)["answered_by"] == "desk"


def test_a_controller_that_is_stopped_takes_no_new_calls_and_lets_the_others_end(
    hotline: Hotline, switch: FreeSwitch, phones: PhoneBank, caller: Caller, ani: str
) -> None:
    phones.reset(**{f"n{DESK}": ANSWERS})
    choose(caller, "1")
    desk = phones.call(DESK, "answered")
    talk(caller, desk)
    hotline.drain_controller()
    with Caller(switch.carrier, f"{int(ani) + 1000}") as late:
        late.dial(DID).wait("early")
        until(lambda: late.audio.hears("tone"), "the dialplan's apology")
        assert not late.answered
        late.hang_up()
    phones.hang_up(desk)
    caller.wait("ended")
    assert hotline.controllers[0].wait(10) == 0
    assert hotline.record(ani)["answered_by"] == "desk"
