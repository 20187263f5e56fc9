"""Agents and their offers on a real FreeSWITCH: the state set from the phone, phones that miss, all phones at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from typing import Any

import pytest

from app.live.connection import JOB_TIMEOUT_S, connect
from app.live.shared import Shared
from tests.e2e.caller import Caller
from tests.e2e.freeswitch import FreeSwitch
from tests.e2e.hotline import CARE_1, DESK, DID, SALES, Hotline, document
from tests.e2e.phonebank import RINGS_OUT, Behaviour, PhoneBank
from tests.support.waiting import until

COMPANY = 1
ANSWERS = Behaviour(after_s=0.3)
LATE = Behaviour(after_s=1.5)
MENU: dict[str, Any] = {"kind": "menu", "prompt": "menu", "exits": {"*": "agent", "1": "wait"}}
QUEUE: dict[str, Any] = {
    "kind": "queue",
    "phones": [DESK, SALES],
    "strategy": "sequential",
    "ring_timeout_s": 5,
    "every_s": 0,
}

_callers = count(13800160000)

Place = Callable[..., Caller]


@pytest.fixture(scope="module")
def live(installation: Hotline) -> Iterator[Shared]:
    """What all controllers share, as an onlooker."""
    with connect(installation.redis_url, JOB_TIMEOUT_S) as redis:
        yield Shared(redis, "onlooker")


@pytest.fixture
def place(hotline: Hotline, switch: FreeSwitch, live: Shared) -> Iterator[Place]:
    """Places calls: `place()` from a number of its own, `place(DESK)` from an agent's phone. Then all are available."""
    with ExitStack() as callers:
        yield lambda number="": callers.enter_context(
            Caller(switch.carrier, number or str(next(_callers)))
        ).dial(DID)
    for number in (DESK, SALES, CARE_1):
        live.set_agent(COMPANY, number, "available")


@pytest.fixture(scope="module", autouse=True)
def flow_of_the_others(installation: Hotline) -> Iterator[None]:
    """Afterwards the flow is again what other tests expect."""
    yield
    installation.publish(document())


def callers(live: Shared) -> list[dict[str, Any]]:
    return list(live.board(COMPANY)["callers"].values())


def publish(hotline: Hotline, **nodes: Any) -> None:
    hotline.publish({"spec": 1, "name": "总线", "start": next(iter(nodes)), "nodes": nodes})


@pytest.mark.parametrize(("keys", "state"), [("*3", "offline"), ("*2", "break"), ("*1", "available")])
def test_a_feature_code_sets_the_state_and_queues_offer_accordingly(
    hotline: Hotline, phones: PhoneBank, place: Place, live: Shared, keys: str, state: str
) -> None:
    publish(hotline, menu=MENU, agent={"kind": "agent"}, wait=QUEUE)
    phones.reset(**{f"n{DESK}": ANSWERS, f"n{SALES}": ANSWERS})
    live.set_agent(COMPANY, DESK, "break" if state == "available" else "available")
    agent = place(DESK).wait("answered")
    until(lambda: agent.audio.hears("tone"), "the menu")
    agent.press(keys)
    agent.wait("ended", 20)
    assert live.agent_state(COMPANY, DESK) == state
    caller = place().wait("answered")
    until(lambda: caller.audio.hears("tone"), "the menu")
    caller.press("1")
    phones.call(DESK if state == "available" else SALES, "answered", 15)
    assert len(phones.calls()) == 1
    caller.hang_up()


def test_the_pin_comes_first_and_is_in_no_record(
    hotline: Hotline, phones: PhoneBank, place: Place, live: Shared
) -> None:
    publish(hotline, agent={"kind": "agent", "pin": "2468"})
    agent = place(CARE_1).wait("answered")
    for keys in ("1111#", "2468#", "3"):
        until(lambda: agent.audio.hears("tone"), "a question")
        agent.press(keys)
    agent.wait("ended", 20)
    assert live.agent_state(COMPANY, CARE_1) == "offline"
    cdr = hotline.record(CARE_1)
    assert (cdr["trail"][0]["exit"], cdr["keys"]) == ("done", "")
    assert "2468" not in str(cdr)


def test_a_stranger_is_no_agent(hotline: Hotline, phones: PhoneBank, place: Place) -> None:
    publish(hotline, agent={"kind": "agent"})
    caller = place().wait("ended", 20)
    assert hotline.record(caller.number)["trail"][0]["exit"] == "not_an_agent"


def test_a_phone_that_misses_its_offer_is_not_rung_again_before_the_others(
    hotline: Hotline, phones: PhoneBank, place: Place, live: Shared
) -> None:
    publish(hotline, wait=QUEUE)
    phones.reset(**{f"n{DESK}": RINGS_OUT, f"n{SALES}": ANSWERS})
    caller = place()
    phones.call(SALES, "answered", 20)
    assert len(phones.calls(DESK)) == 1
    assert live.agent_state(COMPANY, DESK) == "rest"
    until(lambda: not any(who["offered"] for who in callers(live)), "who talks is offered nothing any more")
    caller.hang_up()


def test_all_phones_ring_at_once_and_the_losers_are_free_for_the_next_caller(
    hotline: Hotline, phones: PhoneBank, place: Place, live: Shared
) -> None:
    publish(hotline, wait=QUEUE | {"phones": [DESK, SALES, CARE_1], "strategy": "simultaneous"})
    phones.reset(**{f"n{DESK}": LATE, f"n{SALES}": ANSWERS, f"n{CARE_1}": LATE})
    first = place()
    sales = phones.call(SALES, "answered", 15)
    assert phones.call(DESK, "cancelled").happened("ringing")
    assert phones.call(CARE_1, "cancelled").happened("ringing")
    second = place()
    until(lambda: len(phones.calls()) == 5, "the two others ring for the second caller", 15)
    assert len(phones.calls(SALES)) == 1
    assert {live.agent_state(COMPANY, number) for number in (DESK, CARE_1)} == {"available"}
    phones.hang_up(sales)
    first.wait("ended")
    second.hang_up()
    assert hotline.record(first.number)["answered_by"] == SALES
