"""dialplan/hotline400.xml on a real FreeSWITCH: the calls it takes, and who gets them in the end."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue

import pytest

from tests.e2e.caller import Caller
from tests.e2e.controllers import PHONE, bridging, controller, hangs_up, keeps, refuses, stillborn, takes
from tests.e2e.freeswitch import FreeSwitch
from tests.e2e.line import Block, Line
from tests.e2e.phonebank import Behaviour, PhoneBank
from tests.support.waiting import until

DID = "4008001234"


@pytest.mark.parametrize("dialled", [DID, "864008001234", "+864008001234", "00864008001234"])
def test_a_400_number_is_handed_to_the_controller_in_any_spelling(
    switch: FreeSwitch, caller: Caller, dialled: str
) -> None:
    with controller(switch.controllers[0], hangs_up) as taken:
        caller.dial(dialled).wait("ended")
    connect = taken.calls[0].headers
    assert connect["Caller-Destination-Number"] == dialled
    assert connect["Caller-Caller-ID-Number"] == "13800138000"
    assert (connect["variable_hotline_did"], connect["variable_socket_resume"]) == (DID, "true")


@pytest.mark.parametrize(
    "dialled", ["13900139000", "400800123", "40080012345", "110", "conference", "4008001234x"]
)
def test_any_other_number_is_not_there(switch: FreeSwitch, caller: Caller, dialled: str) -> None:
    with controller(switch.controllers[0], takes) as untouched:
        caller.dial(dialled).wait("ended")
    assert caller.ended == "404"
    assert untouched.calls == []


def test_a_call_from_elsewhere_than_the_carrier_is_refused(switch: FreeSwitch) -> None:
    with (
        Caller(switch.carrier, ip="127.0.0.2") as stranger,
        controller(switch.controllers[0], takes) as untouched,
    ):
        stranger.dial(DID).wait("ended")
    assert stranger.ended == "403"
    assert untouched.calls == []


def test_the_test_phone_reaches_the_same_controllers(switch: FreeSwitch) -> None:
    with Caller(("127.0.0.1", switch.test_port)) as phone, controller(switch.controllers[0], takes) as taken:
        phone.dial(DID).wait("answered")
    assert len(taken.calls) == 1


def test_without_any_controller_the_caller_hears_an_apology_and_pays_nothing(
    switch: FreeSwitch, caller: Caller
) -> None:
    caller.dial(DID).wait("early")
    until(lambda: caller.audio.hears("tone"), "the apology's tone")
    caller.wait("ended", deadline_s=20)
    assert (caller.ended, caller.answered) == ("503", False)


def test_a_dead_controller_is_passed_over(switch: FreeSwitch, caller: Caller) -> None:
    with controller(switch.controllers[1], takes) as second:
        caller.dial(DID).wait("answered")
        assert len(second.calls) == 1
        caller.hang_up()


def test_a_controller_that_refuses_leaves_the_call_to_the_next(switch: FreeSwitch, caller: Caller) -> None:
    with controller(switch.controllers[0], refuses) as full, controller(switch.controllers[1], takes) as free:
        caller.dial(DID).wait("answered")
        assert (len(full.calls), len(free.calls)) == (1, 1)
        caller.hang_up()


def test_after_a_talk_without_controller_one_that_dies_at_once_is_passed_over(
    switch: FreeSwitch, phones: PhoneBank, caller: Caller
) -> None:
    """FreeSWITCH parks the call for ever when a controller that has said nothing is gone and socket_resume is false."""
    dies: SimpleQueue[Callable[[], None]] = SimpleQueue()

    def talks_once(line: Line, connect: Block) -> None:
        if "variable_last_bridge_to" not in connect.headers:
            line.execute("answer")
            line.execute("set", "socket_resume=false")
            line.execute("bridge", f"sofia/gateway/carrier/{PHONE}")
            dies.put(line.cut)
        keeps(line, connect)

    phones.reset(**{f"n{PHONE}": Behaviour(sound=0x11)})
    with controller(switch.controllers[0], talks_once) as first, stillborn(switch.controllers[1]) as second:
        caller.dial(DID)
        talk = phones.call(PHONE, "answered")
        dies.get(timeout=5)()
        until(lambda: caller.audio.hears(0x11), "they talk")
        phones.hang_up(talk)
        until(lambda: len(first.calls) == 2, "the call at a controller that lives")
        caller.hang_up()
    assert second.deaths == 1


def test_a_call_outlives_fifty_controllers(switch: FreeSwitch, phones: PhoneBank, caller: Caller) -> None:
    """Each round of tries is a level of FreeSWITCH's stack; deep in it a call can still ring a telephone and talk."""
    lives: list[Block] = []
    bridged: SimpleQueue[Block] = SimpleQueue()

    def mortal(line: Line, connect: Block) -> None:
        lives.append(connect)
        if len(lives) > 50:
            bridging(bridged)(line, connect)
        line.perform("multiset", "hotline_taken=true hotline_pauses=")

    phones.reset(**{f"n{PHONE}": Behaviour(after_s=0.1)})
    with controller(switch.controllers[0], mortal):
        caller.dial(DID).wait("answered")
        until(lambda: caller.audio.heard.total() > 50, "they talk")
        caller.hang_up()
        caller.wait("ended")
    assert len(lives) == 51
    assert {connect.headers["Caller-Destination-Number"] for connect in lives} == {DID}


def test_when_all_refuse_each_is_asked_several_times_before_the_apology(
    switch: FreeSwitch, caller: Caller
) -> None:
    with (
        controller(switch.controllers[0], refuses) as first,
        controller(switch.controllers[1], refuses) as second,
    ):
        caller.dial(DID).wait("early")
        assert (len(first.calls), len(second.calls)) == (20, 10)
