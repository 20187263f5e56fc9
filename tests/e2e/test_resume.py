"""A call goes on where it was when its controller dies, on a real FreeSWITCH: nothing is asked twice, nobody is cut off."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import count
from signal import SIGKILL
from typing import Any

import pytest

from tests.e2e.caller import Caller
from tests.e2e.freeswitch import FreeSwitch
from tests.e2e.hotline import DESK, DID, SALES, Hotline, document
from tests.e2e.phonebank import RINGS_OUT, Behaviour, PhoneBank
from tests.support import processes
from tests.support.waiting import until

PHONE_SOUND = 0x11
ANSWERS = Behaviour(after_s=0.2, sound=PHONE_SOUND)
MENU = {"kind": "menu", "prompt": "menu", "timeout_s": 10}

_callers = count(13800170000)


@pytest.fixture
def caller(switch: FreeSwitch) -> Iterator[Caller]:
    with Caller(switch.carrier, str(next(_callers))) as telephone:
        yield telephone


@pytest.fixture(scope="module", autouse=True)
def flow_of_the_others(installation: Hotline) -> Iterator[None]:
    """Afterwards the flow is again what other tests expect."""
    yield
    installation.publish(document())


@pytest.fixture
def second(hotline: Hotline) -> Iterator[None]:
    """Another controller, which gets calls when the first is gone."""
    other = hotline.start_controller(1)
    yield
    processes.stop(other)
    hotline.controllers.remove(other)


def publish(hotline: Hotline, **nodes: Any) -> None:
    hotline.publish({"spec": 1, "name": "总线", "start": next(iter(nodes)), "nodes": nodes})


def kill(hotline: Hotline) -> None:
    processes.stop(hotline.controllers[0], SIGKILL)


def questions(hotline: Hotline) -> int:
    """How often FreeSWITCH has been told to ask a caller for keys."""
    return hotline.switch.log.count(" play_and_get_digits(")


def hears_again(caller: Caller) -> None:
    """A prompt, begun after this."""
    heard = caller.audio.heard["tone"]
    until(lambda: caller.audio.heard["tone"] > heard + 5, "the prompt of the other controller")


def ways(record: dict[str, Any]) -> list[tuple[str, str]]:
    return [(step["node"], step["exit"]) for step in record["trail"]]


@pytest.mark.usefixtures("second")
def test_in_a_menu_the_tries_before_count(hotline: Hotline, phones: PhoneBank, caller: Caller) -> None:
    publish(
        hotline,
        a=MENU | {"exits": {"1": "b"}},
        b=MENU | {"tries": 2, "exits": {"1": "ring", "wrong_key": "bye"}},
        ring={"kind": "hunt", "phones": [DESK]},
        bye={"kind": "hangup"},
    )
    caller.dial(DID).wait("answered")
    until(lambda: caller.audio.hears("tone"), "the first menu")
    asked = questions(hotline)
    caller.press("19")
    until(lambda: questions(hotline) == asked + 2, "the second menu, for the second time")
    kill(hotline)
    hears_again(caller)
    caller.press("8")
    caller.wait("ended")
    record = hotline.final_record(caller.number)
    assert ways(record) == [("a", "1"), ("b", "wrong_key"), ("bye", "end")]
    assert record["keys"] == "1-98"


@pytest.mark.usefixtures("second")
def test_the_survey_follows_a_talk_that_ended_without_a_controller(
    hotline: Hotline, phones: PhoneBank, caller: Caller
) -> None:
    phones.reset(**{f"n{DESK}": ANSWERS})
    publish(
        hotline,
        ring={"kind": "hunt", "phones": [DESK], "exits": {"answered": "rate"}},
        rate={"kind": "survey", "prompt": "menu"},
    )
    caller.dial(DID).wait("answered")
    desk = phones.call(DESK, "answered")
    until(lambda: caller.audio.hears(PHONE_SOUND), "the caller hears the phone")
    kill(hotline)
    heard = caller.audio.heard[PHONE_SOUND]
    until(lambda: caller.audio.heard[PHONE_SOUND] > heard + 50, "one more second of talk")
    assert not desk.happened("ended")
    talked_s = time.monotonic() - desk.times["answered"]
    phones.hang_up(desk)
    until(lambda: caller.audio.hears("tone"), "the survey's question")
    caller.press("5")
    caller.wait("ended")
    record = hotline.final_record(caller.number)
    assert ways(record)[:2] == [("ring", "answered"), ("rate", "rated")]
    assert (record["answered_by"], record["ended"]) == (DESK, "callee")
    assert abs(record["talk_ms"] / 1000 - talked_s) < 0.5
    assert record["survey"][0]["mark"] == 5


@pytest.mark.usefixtures("second")
def test_phones_that_rang_out_without_a_controller_are_not_rung_again(
    hotline: Hotline, phones: PhoneBank, caller: Caller
) -> None:
    phones.reset(**{f"n{DESK}": RINGS_OUT, f"n{SALES}": Behaviour(talk_s=0.2)})
    publish(hotline, ring={"kind": "hunt", "phones": [DESK, SALES], "ring_timeout_s": 5})
    caller.dial(DID)
    phones.call(DESK, "called")
    kill(hotline)
    caller.wait("ended", deadline_s=15)
    record = hotline.final_record(caller.number)
    assert [(leg["number"], leg["result"]) for leg in record["legs"]] == [
        (DESK, "no_answer"),
        (SALES, "answered"),
    ]
    assert 4500 < record["legs"][0]["ring_ms"] < 7000


@pytest.mark.usefixtures("second")
def test_in_a_queue_the_place_is_kept(hotline: Hotline, phones: PhoneBank, switch: FreeSwitch) -> None:
    phones.reset(**{f"n{DESK}": ANSWERS})
    publish(hotline, wait={"kind": "queue", "phones": [DESK]})
    numbers = [str(next(_callers)) for _ in range(3)]
    with (
        Caller(switch.carrier, numbers[0]) as talking,
        Caller(switch.carrier, numbers[1]) as first,
        Caller(switch.carrier, numbers[2]) as second,
    ):
        talking.dial(DID)
        until(lambda: talking.audio.hears(PHONE_SOUND), "the talk")
        for waiting in (first, second):
            waiting.dial(DID).wait("answered")
        kill(hotline)
        phones.hang_up(phones.call(DESK, "answered"))
        until(lambda: first.audio.hears(PHONE_SOUND), "who came first talks", 20)
        assert not second.audio.hears(PHONE_SOUND)
        phones.hang_up(phones.calls(DESK)[1])
        until(lambda: second.audio.hears(PHONE_SOUND), "then the other", 20)
    places = [hotline.final_record(number)["trail"][0]["place"] for number in numbers]
    assert places == [1, 1, 2]


def test_when_all_controllers_are_gone_the_next_that_comes_goes_on(
    hotline: Hotline, phones: PhoneBank, caller: Caller
) -> None:
    phones.reset(**{f"n{DESK}": Behaviour(talk_s=0.2)})
    publish(
        hotline,
        a=MENU | {"exits": {"1": "b"}},
        b=MENU | {"exits": {"2": "ring"}},
        ring={"kind": "hunt", "phones": [DESK]},
    )
    caller.dial(DID).wait("answered")
    until(lambda: caller.audio.hears("tone"), "the first menu")
    asked = questions(hotline)
    caller.press("1")
    until(lambda: questions(hotline) == asked + 1, "the second menu")
    kill(hotline)
    hotline.revive_controller()
    hears_again(caller)
    caller.press("2")
    caller.wait("ended")
    assert ways(hotline.final_record(caller.number)) == [("a", "1"), ("b", "2"), ("ring", "answered")]
