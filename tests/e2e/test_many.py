"""One company on two FreeSWITCH machines with a call control each: what they share is Redis, and nothing goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count, cycle, pairwise
from signal import SIGKILL

import pytest

from tests.e2e.caller import SOUND, Caller
from tests.e2e.conftest import PASSWORD
from tests.e2e.freeswitch import FreeSwitch, find_freeswitch
from tests.e2e.hotline import CARE_1, CARE_2, DESK, Hotline
from tests.e2e.listening import PHONE_SOUND
from tests.e2e.phonebank import Behaviour, PhoneBank
from tests.support import processes
from tests.support.waiting import until

PHONES = (DESK, CARE_1, CARE_2)
ANSWERS = Behaviour(after_s=0.1, sound=PHONE_SOUND)
QUEUE_DID, ROUND_DID = "4008040001", "4008040002"
CALLERS = 8

_callers = count(13800180000)


@pytest.fixture(scope="module")
def second_switch(
    installation: Hotline,
    all_phones: PhoneBank,
    tmp_path_factory: pytest.TempPathFactory,
    pytestconfig: pytest.Config,
) -> Iterator[FreeSwitch]:
    """Another FreeSWITCH, with a folder, ports and a call control of its own."""
    program = find_freeswitch()
    assert program
    switch = FreeSwitch(
        program,
        tmp_path_factory.mktemp("freeswitch-two"),
        pytestconfig.cache.mkdir("freeswitch-certs"),
        gateway=f"127.0.0.1:{all_phones.place[1]}",
        gateway_user="4008001234",
        gateway_password=PASSWORD,
    )
    try:
        switch.start()
        process = installation.start_controller(switch=switch)
        installation.controllers.remove(process)
        yield switch
        processes.stop(process, SIGKILL)
    finally:
        switch.stop()


@pytest.fixture(scope="module", autouse=True)
def flows(installation: Hotline) -> None:
    queue = {"kind": "queue", "phones": list(PHONES), "strategy": "sequential", "every_s": 0}
    hunt = {"kind": "hunt", "phones": list(PHONES), "strategy": "round_robin"}
    for did, node in ((QUEUE_DID, queue), (ROUND_DID, hunt)):
        installation.open(did, {"spec": 1, "name": did, "start": "a", "nodes": {"a": node}})


Place = Callable[[str], Caller]


@pytest.fixture
def place(hotline: Hotline, switch: FreeSwitch, second_switch: FreeSwitch) -> Iterator[Place]:
    """Places calls, each from a number of its own, by turns over the one switch and the other."""
    switches = cycle((switch, second_switch))
    with ExitStack() as callers:

        def dial(did: str) -> Caller:
            caller = Caller(next(switches).carrier, str(next(_callers)))
            return callers.enter_context(caller).dial(did)

        yield dial
    until(lambda: second_switch.live_sessions() == 0, "all calls ended on the second switch")


def rung(phones: PhoneBank) -> list[str]:
    """Whose calls have rung the phones, in order."""
    return [call.shown for call in phones.calls()]


def talks(phones: PhoneBank, nth: int) -> None:
    """Wait until the nth call that rang a phone is a conversation."""
    until(lambda: len(phones.calls()) > nth, f"caller {nth} gets a phone")
    call = phones.calls()[nth]
    until(lambda: call.audio and call.audio.hears(SOUND), f"caller {nth} talks")


def test_callers_of_both_machines_are_served_in_the_order_of_their_arrival(
    hotline: Hotline, phones: PhoneBank, place: Place
) -> None:
    phones.reset(**{f"n{phone}": ANSWERS for phone in PHONES})
    callers: list[Caller] = []
    for nth in range(CALLERS):
        callers.append(place(QUEUE_DID))
        if nth < len(PHONES):
            talks(phones, nth)
        else:
            until(lambda: callers[-1].audio.hears("tone"), f"caller {nth} hears music")
    for nth in range(len(PHONES), CALLERS):
        phones.hang_up(next(call for call in phones.calls() if not call.ended_by))
        talks(phones, nth)
    for call in phones.calls():
        phones.hang_up(call)
    for caller in callers:
        caller.wait("ended")
    assert rung(phones) == [caller.number for caller in callers]
    records = [hotline.record(caller.number) for caller in callers]
    assert [record["result"] for record in records] == ["answered"] * CALLERS
    assert len({record["controller"] for record in records}) == 2
    assert_no_phone_rang_twice_at_once(phones)


def test_many_at_once_over_both_machines(hotline: Hotline, phones: PhoneBank, place: Place) -> None:
    phones.reset(**{f"n{phone}": Behaviour(after_s=0.1, talk_s=0.5) for phone in PHONES})
    callers = [place(QUEUE_DID) for _ in range(CALLERS)]
    for caller in callers:
        caller.wait("ended", 30)
    records = [hotline.record(caller.number) for caller in callers]
    assert [record["result"] for record in records] == ["answered"] * CALLERS
    assert sorted(rung(phones)) == sorted(caller.number for caller in callers)
    assert_no_phone_rang_twice_at_once(phones)


def test_both_machines_take_turns_by_one_count(hotline: Hotline, phones: PhoneBank, place: Place) -> None:
    phones.reset(**{f"n{phone}": Behaviour(after_s=0.1, talk_s=0.1) for phone in PHONES})
    for _ in range(2 * len(PHONES)):
        place(ROUND_DID).wait("ended")
    numbers = [call.number for call in phones.calls()]
    first = PHONES.index(numbers[0])
    assert numbers == [PHONES[(first + nth) % len(PHONES)] for nth in range(2 * len(PHONES))]


def assert_no_phone_rang_twice_at_once(phones: PhoneBank) -> None:
    for phone in PHONES:
        spans = sorted((call.times["called"], call.times["ended"]) for call in phones.calls(phone))
        assert all(end <= begin for (_, end), (begin, _) in pairwise(spans)), spans
