"""Every way a call can go that needs more than ringing and keys, on a real FreeSWITCH."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count, pairwise
from typing import Any

import pytest

from tests.e2e.caller import SOUND, Caller
from tests.e2e.freeswitch import FreeSwitch
from tests.e2e.hotline import CARE_1, CARE_2, DESK, DID, SALES, Hotline, document
from tests.e2e.phonebank import Behaviour, PhoneBank
from tests.support.waiting import until

PHONE_SOUND, SILENCE = 0x11, 0xD5
ANSWERS = Behaviour(after_s=0.2, sound=PHONE_SOUND)

_callers = count(13800150000)


Place = Callable[..., Caller]


@pytest.fixture
def place(hotline: Hotline, switch: FreeSwitch) -> Iterator[Place]:
    """Publishes nodes and places calls: `place(sound=…)`; each from a number of its own."""
    with ExitStack() as callers:

        def dial(number: str = "", sound: int = SOUND) -> Caller:
            caller = Caller(switch.carrier, number or str(next(_callers)), sound=sound)
            return callers.enter_context(caller).dial(DID)

        yield dial


@pytest.fixture(scope="module", autouse=True)
def flow_of_the_others(installation: Hotline) -> Iterator[None]:
    """Afterwards the flow is again what other tests expect."""
    yield
    installation.publish(document())


def publish(hotline: Hotline, **nodes: Any) -> None:
    hotline.publish({"spec": 1, "name": "总线", "start": next(iter(nodes)), "nodes": nodes})


def record(hotline: Hotline, caller: Caller) -> dict[str, Any]:
    return hotline.record(caller.number)


def test_press_1_to_take_the_call(hotline: Hotline, phones: PhoneBank, place: Place) -> None:
    publish(hotline, a={"kind": "hunt", "phones": [DESK], "confirm": True, "whisper": "menu"})
    phones.reset(**{f"n{DESK}": ANSWERS})
    caller = place()
    desk = phones.call(DESK, "answered")
    assert desk.audio
    until(lambda: desk.audio and desk.audio.hears("tone"), "the phone hears the whisper")
    assert not caller.audio.hears(PHONE_SOUND)
    desk.audio.press("1")
    until(lambda: caller.audio.hears(PHONE_SOUND), "the caller hears the phone")
    phones.hang_up(desk)
    caller.wait("ended")
    assert record(hotline, caller)["answered_by"] == DESK


def test_a_mailbox_answers_and_the_next_phone_is_rung(
    hotline: Hotline, phones: PhoneBank, place: Place
) -> None:
    publish(hotline, a={"kind": "hunt", "phones": [DESK, SALES], "confirm": True})
    phones.reset(**{f"n{DESK}": Behaviour(after_s=0.2, talk_s=1), f"n{SALES}": ANSWERS})
    caller = place()
    sales = phones.call(SALES, "answered", 30)
    assert sales.audio
    until(lambda: sales.audio and sales.audio.hears("tone"), "the phone hears that it must press 1")
    sales.audio.press("1")
    until(lambda: caller.audio.hears(PHONE_SOUND), "the caller hears the phone")
    caller.hang_up()
    cdr = record(hotline, caller)
    assert [(leg["number"], leg["result"], leg["cause"]) for leg in cdr["legs"]] == [
        (DESK, "no_answer", "NOT_ACCEPTED"),
        (SALES, "answered", "SUCCESS"),
    ]


def test_a_whisper_without_a_key(hotline: Hotline, phones: PhoneBank, place: Place) -> None:
    publish(hotline, a={"kind": "hunt", "phones": [DESK], "whisper": "menu", "show": "did"})
    phones.reset(**{f"n{DESK}": ANSWERS})
    caller = place()
    desk = phones.call(DESK, "answered")
    until(lambda: desk.audio and desk.audio.hears("tone"), "the phone hears the whisper")
    until(lambda: caller.audio.hears(PHONE_SOUND), "the caller hears the phone")
    assert desk.shown == DID


def test_a_message_is_left(hotline: Hotline, phones: PhoneBank, place: Place) -> None:
    publish(hotline, a={"kind": "voicemail", "prompt": "menu", "silence_s": 2})
    caller = place().wait("answered")
    folder = hotline.home / "recordings" / "voicemail" / "1"
    until(lambda: any(file.stat().st_size > 20_000 for file in folder.glob("*.wav")), "the message grows", 20)
    caller.press("#")
    caller.wait("ended", 20)
    cdr = record(hotline, caller)
    assert cdr["trail"][0]["exit"] == "done"


def test_nothing_is_said(hotline: Hotline, phones: PhoneBank, place: Place) -> None:
    publish(hotline, a={"kind": "voicemail", "prompt": "menu", "silence_s": 2})
    caller = place(sound=SILENCE).wait("ended", 20)
    assert record(hotline, caller)["trail"][0]["exit"] == "nothing_said"


def test_three_phones_and_ten_callers(hotline: Hotline, phones: PhoneBank, place: Place) -> None:
    publish(hotline, a={"kind": "queue", "phones": [DESK, CARE_1, CARE_2], "every_s": 10})
    phones.reset(**{f"n{phone}": Behaviour(after_s=0.2, talk_s=1) for phone in (DESK, CARE_1, CARE_2)})
    callers = [place() for _ in range(10)]
    for caller in callers:
        caller.wait("ended", 40)
    cdrs = [record(hotline, caller) for caller in callers]
    assert [cdr["result"] for cdr in cdrs] == ["answered"] * 10
    for phone in (DESK, CARE_1, CARE_2):
        spans = sorted((call.times["called"], call.times["ended"]) for call in phones.calls(phone))
        assert len(spans) >= 2
        assert all(end <= begin + 0.1 for (_, end), (begin, _) in pairwise(spans)), spans


def test_a_caller_leaves_the_queue_by_a_key(hotline: Hotline, phones: PhoneBank, place: Place) -> None:
    publish(
        hotline,
        a={"kind": "queue", "phones": [DESK], "every_s": 0, "ring_timeout_s": 5, "exits": {"0": SALES}},
    )
    phones.reset(**{f"n{DESK}": ANSWERS, f"n{SALES}": ANSWERS})
    first = place()
    desk = phones.call(DESK, "answered")
    second = place()
    until(lambda: second.audio.hears("tone"), "music", 15)
    second.press("0")
    phones.call(SALES, "answered", 15)
    phones.hang_up(desk)
    first.wait("ended")
    second.hang_up()
    assert record(hotline, second)["trail"][0]["exit"] == "0"


def test_a_caller_is_called_back(hotline: Hotline, phones: PhoneBank, place: Place) -> None:
    publish(
        hotline,
        a={"kind": "queue", "phones": [DESK], "every_s": 0, "callback_key": "1"},
    )
    ani = str(next(_callers))
    phones.reset(**{f"n{DESK}": ANSWERS, f"n{ani}": ANSWERS})
    first = place()
    desk = phones.call(DESK, "answered")
    second = place(ani)
    until(lambda: second.audio.hears("tone"), "music", 15)
    second.press("1")
    second.wait("ended", 15)
    assert not phones.calls(ani)
    phones.hang_up(desk)
    first.wait("ended")
    back = phones.call(ani, "answered", 20)
    assert back.shown == DID
    until(
        lambda: len(phones.calls(DESK)) == 2 and phones.calls(DESK)[1].happened("answered"),
        "the desk again",
        20,
    )
    until(lambda: back.audio and back.audio.hears(PHONE_SOUND), "they talk")
    phones.hang_up(back)
