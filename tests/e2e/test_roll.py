"""Controllers end, one after the other, on a real FreeSWITCH: their calls go on at the others."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from signal import SIGUSR1
from typing import Any

import pytest

from tests.e2e.caller import Caller
from tests.e2e.freeswitch import FreeSwitch
from tests.e2e.hotline import DESK, DID, Hotline, document
from tests.e2e.phonebank import Behaviour, PhoneBank
from tests.support import processes
from tests.support.waiting import until

PHONE_SOUND = 0x11
ANSWERS = Behaviour(after_s=0.2, sound=PHONE_SOUND)
MENU = {"kind": "menu", "prompt": "menu", "timeout_s": 10}
CALLS = 30
EVERY_S = 0.4
DESKS = [f"139000020{number:02}" for number in range(20)]

_callers = count(13800190000)


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
    hotline.start_controller(1)
    yield
    processes.stop(hotline.controllers.pop(1))


def publish(hotline: Hotline, **nodes: Any) -> None:
    hotline.publish({"spec": 1, "name": "总线", "start": next(iter(nodes)), "nodes": nodes})


def hand_over(hotline: Hotline) -> None:
    """The first controller gives its calls away and ends."""
    hotline.controllers[0].send_signal(SIGUSR1)
    assert hotline.controllers[0].wait(15) == 0


def hears_again(caller: Caller) -> None:
    heard = caller.audio.heard["tone"]
    until(lambda: caller.audio.heard["tone"] > heard + 5, "the prompt of the other controller")


def final(hotline: Hotline, ani: str) -> dict[str, Any]:
    """The one record of a call, once it is no longer provisional."""
    until(lambda: hotline.record(ani)["standing"] == "final", "the record is final")
    return hotline.record(ani)


@pytest.mark.usefixtures("second")
def test_a_call_in_a_menu_goes_on_in_it(hotline: Hotline, phones: PhoneBank, caller: Caller) -> None:
    phones.reset(**{f"n{DESK}": Behaviour(talk_s=0.2)})
    publish(
        hotline,
        a=MENU | {"exits": {"1": "b"}},
        b=MENU | {"exits": {"2": "ring"}},
        ring={"kind": "hunt", "phones": [DESK]},
    )
    caller.dial(DID).wait("answered")
    until(lambda: caller.audio.hears("tone"), "the first menu")
    asked = hotline.switch.log.count(" play_and_get_digits(")
    caller.press("1")
    until(lambda: hotline.switch.log.count(" play_and_get_digits(") > asked, "the second menu")
    hand_over(hotline)
    hears_again(caller)
    caller.press("2")
    caller.wait("ended")
    record = final(hotline, caller.number)
    assert [(step["node"], step["exit"]) for step in record["trail"]] == [
        ("a", "1"), ("b", "2"), ("ring", "answered"),
    ]  # fmt: skip
    assert (record["resumed"], record["ended"]) == (1, "callee")


@pytest.mark.usefixtures("second")
def test_people_who_talk_do_not_notice_and_the_survey_follows(
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
    hand_over(hotline)
    heard = caller.audio.heard[PHONE_SOUND]
    until(lambda: caller.audio.heard[PHONE_SOUND] > heard + 50, "one more second of talk")
    assert not desk.happened("ended")
    phones.hang_up(desk)
    until(lambda: caller.audio.hears("tone"), "the survey's question")
    caller.press("5")
    caller.wait("ended")
    record = final(hotline, caller.number)
    assert (record["result"], record["answered_by"]) == ("answered", DESK)
    assert record["survey"][0]["mark"] == 5


@pytest.mark.usefixtures("second")
def test_a_phone_that_rings_goes_on_ringing(hotline: Hotline, phones: PhoneBank, caller: Caller) -> None:
    phones.reset(**{f"n{DESK}": Behaviour(after_s=3, talk_s=0.5, sound=PHONE_SOUND)})
    publish(hotline, ring={"kind": "hunt", "phones": [DESK], "ring_timeout_s": 20})
    caller.dial(DID)
    phones.call(DESK, "ringing")
    hand_over(hotline)
    until(lambda: caller.audio.hears(PHONE_SOUND), "the talk")
    caller.wait("ended")
    assert len(phones.calls(DESK)) == 1
    assert final(hotline, caller.number)["result"] == "answered"


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
            until(lambda telephone=waiting: telephone.audio.hears("tone"), "the queue")  # type: ignore[misc]
        hand_over(hotline)
        assert len(phones.calls(DESK)) == 1, "the phone that talks is not rung meanwhile"
        phones.hang_up(phones.call(DESK, "answered"))
        until(lambda: first.audio.hears(PHONE_SOUND), "who came first talks", 20)
        assert not second.audio.hears(PHONE_SOUND)
        phones.hang_up(phones.calls(DESK)[1])
        until(lambda: second.audio.hears(PHONE_SOUND), "then the other", 20)
    for number in numbers:
        assert final(hotline, number)["result"] == "answered"


def choose(caller: Caller) -> None:
    """Press 1, and again when the menu is still there some seconds later, as people do."""
    pause = threading.Event()
    pause.wait(1)
    while not caller.ended and not caller.audio.hears(PHONE_SOUND):
        caller.press("1")
        pause.wait(3)


@contextmanager
def restarted(hotline: Hotline) -> Iterator[None]:
    """Controllers that end are started anew, as systemd and `hotline400 run` do it."""
    stopped = threading.Event()

    def watch() -> None:
        while not stopped.wait(0.05):
            for place in (0, 1):
                if hotline.controllers[place].poll() is not None and not stopped.is_set():
                    hotline.start_controller(place)
                    hotline.controllers[place] = hotline.controllers.pop()

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


@pytest.mark.usefixtures("second")
@pytest.mark.parametrize("options", [["--hand-over"], []], ids=["handing over", "waiting"])
def test_a_rolling_restart_under_load_loses_no_call(
    hotline: Hotline, phones: PhoneBank, switch: FreeSwitch, options: list[str]
) -> None:
    """Callers keep coming while both controllers are replaced: each is answered, talks, and has one record."""
    phones.reset(**{f"n{number}": Behaviour(talk_s=1.5, sound=PHONE_SOUND) for number in DESKS})
    publish(hotline, a=MENU | {"tries": 3, "exits": {"1": "ring"}}, ring={"kind": "hunt", "phones": DESKS})
    numbers = [str(next(_callers)) for _ in range(CALLS)]
    lives = [controller.pid for controller in hotline.controllers[:2]]
    with restarted(hotline), ExitStack() as telephones:
        callers = []
        drain = None
        for place, number in enumerate(numbers):
            callers.append(telephones.enter_context(Caller(switch.carrier, number)).dial(DID))
            if place == CALLS // 4:
                drain = hotline.start("drain", arguments=options)
            threading.Thread(target=choose, args=(callers[-1],)).start()
            time.sleep(EVERY_S)  # callers come by the clock
        assert drain
        for caller in callers:
            caller.wait("ended", deadline_s=60)
        assert drain.wait(60) == 0, hotline.output("drain")
        assert {caller.ended for caller in callers} == {"BYE"}
        assert not {controller.pid for controller in hotline.controllers[:2]} & set(lives), "both are new"
    records = [final(hotline, number) for number in numbers]
    assert [record for record in records if record["result"] != "answered"] == []
