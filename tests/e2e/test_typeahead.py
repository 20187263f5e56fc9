"""Callers who know the menus press keys faster than prompts begin, on a real FreeSWITCH."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from app.store import companies, prompts
from app.store.phones import set_extensions
from tests.e2e.caller import Caller
from tests.e2e.freeswitch import FreeSwitch
from tests.e2e.hotline import DESK, DID, Hotline, document
from tests.e2e.phonebank import BUSY, RINGS_OUT, Behaviour, PhoneBank
from tests.support.waiting import until

PHONE_SOUND = 0x11
ANSWERS = Behaviour(after_s=0.2, sound=PHONE_SOUND)
MENU = {"kind": "menu", "prompt": "menu", "timeout_s": 1, "tries": 1}
ANNOUNCE = {"kind": "announce", "prompt": "long"}
LONG_MS = 2000
LAST = MENU | {"exits": {"1": "bye", "2": "bye", "3": "bye"}}
BYE = {"kind": "hangup"}
Steps = list[tuple[str, str]]

_callers = count(13800165000)


@pytest.fixture
def caller(hotline: Hotline, switch: FreeSwitch) -> Iterator[Caller]:
    with Caller(switch.carrier, str(next(_callers))) as telephone:
        yield telephone


@pytest.fixture(scope="module", autouse=True)
def flow_of_the_others(installation: Hotline) -> Iterator[None]:
    """With an announcement long enough to press keys in. Afterwards the flow is again what other tests expect."""
    with wave.open(str(installation.home / "prompts" / "1" / "long.wav"), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(b"\x00\x20\x00\xe0" * (4 * LONG_MS))
    with installation.store():
        company = companies.every(limit=1)[0]
        prompts.create(company, "long", "说明", file="1/long.wav", duration_ms=LONG_MS)
        set_extensions(company, {"desk": "801"})
    yield
    with installation.store():
        set_extensions(companies.every(limit=1)[0], {"desk": ""})
    installation.publish(document())


def publish(hotline: Hotline, **nodes: Any) -> None:
    hotline.publish({"spec": 1, "name": "总线", "start": next(iter(nodes)), "nodes": nodes | {"bye": BYE}})


def answered(caller: Caller) -> Caller:
    return caller.dial(DID).wait("answered")


def steps(hotline: Hotline, caller: Caller) -> Steps:
    """Nodes and their exits, once the call is over."""
    caller.wait("ended", 20)
    trail = hotline.record(caller.number)["trail"]
    return [(step["node"], step["exit"]) for step in trail if step["node"] != "bye"]


def test_keys_of_nested_menus_pressed_in_one_go(hotline: Hotline, caller: Caller) -> None:
    publish(hotline, a=MENU | {"exits": {"1": "b"}}, b=MENU | {"exits": {"2": "c"}}, c=LAST)
    answered(caller).press("123")
    assert steps(hotline, caller) == [("a", "1"), ("b", "2"), ("c", "3")]


def test_a_key_answers_one_menu_only(hotline: Hotline, caller: Caller) -> None:
    publish(hotline, a=MENU | {"exits": {"1": "b"}}, b=LAST | {"exits": {"1": "bye", "no_key": "bye"}})
    answered(caller).press("1")
    assert steps(hotline, caller) == [("a", "1"), ("b", "no_key")]


@pytest.mark.parametrize(
    ("keys", "way"),
    [
        ("1", [("a", "done"), ("b", "1"), ("c", "no_key")]),
        ("13", [("a", "done"), ("b", "1"), ("c", "3")]),
        ("913", [("a", "done"), ("b", "1"), ("c", "3")]),
    ],
    ids=["one key", "two keys", "a wrong key before"],
)
def test_keys_pressed_in_an_announcement_count_for_the_menus_behind_it(
    hotline: Hotline, caller: Caller, keys: str, way: Steps
) -> None:
    publish(
        hotline,
        a=ANNOUNCE | {"exits": {"done": "b"}},
        b=MENU | {"tries": 2, "exits": {"1": "c"}},
        c=MENU | {"exits": {"3": "bye", "no_key": "bye"}},
    )
    answered(caller)
    until(lambda: caller.audio.hears("tone"), "the announcement")
    caller.press(keys)
    assert steps(hotline, caller) == way


def test_keys_pressed_while_a_menu_says_that_the_key_was_wrong(hotline: Hotline, caller: Caller) -> None:
    publish(hotline, a=MENU | {"tries": 2, "exits": {"1": "b"}}, b=LAST)
    answered(caller).press("912")
    assert steps(hotline, caller) == [("a", "1"), ("b", "2")]


def test_a_password_that_is_begun_in_an_announcement(hotline: Hotline, caller: Caller) -> None:
    publish(
        hotline,
        a=ANNOUNCE | {"exits": {"done": "b"}},
        b={"kind": "password", "prompt": "menu", "password": "97531", "tries": 1, "exits": {"right": "c"}},
        c=LAST,
    )
    answered(caller)
    until(lambda: caller.audio.hears("tone"), "the announcement")
    caller.press("97531#2")
    assert steps(hotline, caller) == [("a", "done"), ("b", "right"), ("c", "2")]


def test_keys_pressed_in_a_conversation_are_for_the_other_one(
    hotline: Hotline, phones: PhoneBank, caller: Caller
) -> None:
    publish(
        hotline,
        a={"kind": "hunt", "phones": [DESK], "exits": {"answered": "b"}},
        b=LAST | {"exits": {"1": "bye", "2": "bye", "no_key": "bye"}},
    )
    phones.reset(**{f"n{DESK}": ANSWERS})
    caller.dial(DID)
    desk = phones.call(DESK, "answered")
    until(lambda: caller.audio.hears(PHONE_SOUND), "they talk")
    caller.press("12")
    heard = caller.audio.heard[PHONE_SOUND]
    until(lambda: caller.audio.heard[PHONE_SOUND] > heard + 40, "that both keys are pressed")
    phones.hang_up(desk)
    assert steps(hotline, caller) == [("a", "answered"), ("b", "no_key")]


def test_keys_pressed_while_a_phone_is_rung_are_forgotten(
    hotline: Hotline, phones: PhoneBank, caller: Caller
) -> None:
    publish(
        hotline,
        a=MENU | {"exits": {"3": "b"}},
        b={"kind": "hunt", "phones": [DESK], "ring_timeout_s": 5, "exits": {"no_answer": "c"}},
        c=LAST | {"exits": {"1": "bye", "2": "bye", "no_key": "bye"}},
    )
    phones.reset(**{f"n{DESK}": RINGS_OUT})
    answered(caller).press("3")
    phones.call(DESK, "ringing")
    caller.press("121212")
    assert steps(hotline, caller) == [("a", "3"), ("b", "no_answer"), ("c", "no_key")]


def test_keys_pressed_in_a_recording_are_forgotten(hotline: Hotline, caller: Caller) -> None:
    publish(
        hotline,
        a={"kind": "voicemail", "prompt": "menu", "silence_s": 5, "exits": {"done": "b"}},
        b=LAST | {"exits": {"1": "bye", "2": "bye", "no_key": "bye"}},
    )
    answered(caller)
    folder = hotline.home / "recordings" / "voicemail" / "1"
    before = set(folder.glob("*.wav"))
    until(
        lambda: any(file.stat().st_size > 20_000 for file in set(folder.glob("*.wav")) - before),
        "the message grows",
        20,
    )
    caller.press("12#")
    assert steps(hotline, caller) == [("a", "done"), ("b", "no_key")]


def test_the_hash_behind_an_extension_that_was_whole_before_it(
    hotline: Hotline, phones: PhoneBank, caller: Caller
) -> None:
    publish(
        hotline,
        a={"kind": "extension", "prompt": "menu", "exits": {"busy": "b"}},
        b=LAST | {"exits": {"2": "bye", "#": "bye", "no_key": "bye"}},
    )
    phones.reset(**{f"n{DESK}": BUSY})
    answered(caller).press("801#2")
    assert steps(hotline, caller) == [("a", "busy"), ("b", "2")]
