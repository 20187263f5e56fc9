"""The load generator: it says what the simulated switch says, counts calls and what went wrong."""

from __future__ import annotations

from collections.abc import Iterator

import gevent
import pytest

from app.simulator.caller import Caller
from app.simulator.clock import InstantClock
from app.simulator.load import Load, LoadPlan
from app.simulator.load_call import LoadCall
from app.simulator.phones import PhoneBehaviour, Phones
from app.simulator.rendered import render
from app.simulator.switch import SimulatedSwitch
from tests.simulator.controllers import Controller, controlled, execution, free_address

MENU = "1 1 1 1000 # silence_stream://0 silence_stream://0 answered_keys . 1000"


def benched(controller: Controller) -> None:
    """The call that is measured; whatever is heard is kept."""
    controller.start()
    controller.say(execution("answer"), execution("multiset", "a=1 b=2"))
    asked = controller.execute("play_and_get_digits", MENU)
    assert asked["variable_answered_keys"] == "1"
    controller.execute(
        "bridge", "[origination_uuid=00000000-0000-4000-8000-000000000001]sofia/gateway/carrier/13900000001"
    )
    controller.say(execution("hangup"))
    controller.listen()
    heard.append(controller)


heard: list[Controller] = []


@pytest.fixture
def address() -> Iterator[str]:
    heard.clear()
    with controlled(benched) as served:
        yield served


def test_a_load_call_says_what_the_simulated_switch_says(address: str) -> None:
    LoadCall({as_json: render(as_json=as_json) for as_json in (True, False)}).run(_pair(address))
    phones = Phones({"13900000001": PhoneBehaviour(answer_after_s=0, talk_s=0)})
    SimulatedSwitch([address], InstantClock(), phones).place(
        Caller("13800138000", "4008001234", "wait 0, press 1")
    ).wait(10)
    while len(heard) < 2:
        gevent.sleep(0)
    load, simulated = heard
    assert [_kind(event) for event in load.events] == [_kind(event) for event in simulated.events]
    assert len({event["Unique-ID"] for event in load.events}) == 1


def _kind(event: dict[str, str]) -> tuple[object, ...]:
    telling = (
        "Event-Name",
        "Application",
        "Other-Leg-Unique-ID",
        "variable_originate_causes",
        "variable_answered_keys",
    )
    return tuple(event.get(name) for name in telling)


def test_closed_loop(address: str) -> None:
    report = Load(LoadPlan(address, seconds=0.2, concurrency=3)).run()
    assert report.calls == len(heard) > 0
    assert (report.failures, report.most_at_once) == ({}, 3)
    assert set(report.connect_ms) == set(report.first_command_ms) == {"p50", "p99", "max"}


def test_open_loop(address: str) -> None:
    report = Load(LoadPlan(address, seconds=0.5, rate=40)).run()
    assert (report.calls, report.failures) == (20, {})


def test_calls_are_held_in_the_menu_until_all_have_come(address: str) -> None:
    report = Load(LoadPlan(address, seconds=0.2, held=20)).run()
    assert (report.calls, report.most_at_once, report.failures) == (20, 20, {})


def test_nobody_listens() -> None:
    report = Load(LoadPlan(free_address(), seconds=0.1, rate=20)).run()
    assert (report.calls, report.failures) == (0, {"refused": 2})


def test_a_controller_that_drops_the_call_is_a_failure() -> None:
    with controlled(lambda controller: controller.say("connect")) as address:
        report = Load(LoadPlan(address, seconds=0.1, rate=20)).run()
    assert sum(report.failures.values()) == 2


def test_plain_events_are_spoken_too() -> None:
    def plain(controller: Controller) -> None:
        controller.reply("connect")
        controller.say("myevents", "linger", execution("answer", "", "mine"), execution("hangup"))
        while frame := controller.frame():
            bodies.append(frame.body)
            if "Event-Name: CHANNEL_HANGUP_COMPLETE" in frame.body:
                return

    bodies: list[str] = []
    with controlled(plain) as address:
        report = Load(LoadPlan(address, seconds=0.05, rate=20)).run()
    assert report.calls == 1
    assert any("Application-UUID: mine\n" in body and "Application: answer\n" in body for body in bodies)


def _pair(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host, int(port)
