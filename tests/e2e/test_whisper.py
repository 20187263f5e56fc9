"""Where a caller is from, whispered to the person who answers, on a real FreeSWITCH."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from app.flow.system_prompts import system_file
from tests.e2e.caller import Caller
from tests.e2e.freeswitch import FreeSwitch
from tests.e2e.hotline import DESK, PROMPT_MS, Hotline
from tests.e2e.listening import PHONE_SOUND
from tests.e2e.phonebank import Behaviour, PhoneBank
from tests.e2e.rtp import FRAME_S
from tests.support.waiting import until

ANSWERS = Behaviour(after_s=0.2, sound=PHONE_SOUND)
HANGZHOU, CARRIER = "sys.area.zhejiang.hangzhou", "sys.carrier.mobile"
BLURRED_S = 0.2

_dids, _callers = count(4008050000), count(13800571200)


@pytest.fixture
def caller(switch: FreeSwitch) -> Iterator[Caller]:
    with Caller(switch.carrier, str(next(_callers))) as telephone:
        yield telephone


def whispered_s(hotline: Hotline, phones: PhoneBank, caller: Caller, **node: object) -> float:
    """Seconds that the desk hears before it talks to the caller."""
    phones.reset(**{f"n{DESK}": ANSWERS})
    did = str(next(_dids))
    hunt = {"kind": "hunt", "phones": ["desk"], **node}
    hotline.open(did, {"spec": 1, "name": "耳语", "start": "a", "nodes": {"a": hunt}})
    caller.dial(did)
    desk = phones.call(DESK, "answered")
    until(lambda: caller.audio.hears(PHONE_SOUND), "the caller hears the desk")
    caller.hang_up()
    assert hotline.record(caller.number, did)["answered_by"] == "desk"
    assert desk.audio
    return desk.audio.heard["tone"] * FRAME_S


def test_the_place_is_said_behind_the_whisper(hotline: Hotline, phones: PhoneBank, caller: Caller) -> None:
    hotline.speak([HANGZHOU, CARRIER])
    whole_s = PROMPT_MS / 1000 + hotline.length_s([HANGZHOU, CARRIER])
    heard_s = whispered_s(hotline, phones, caller, whisper="menu", whisper_region=True)
    assert heard_s == pytest.approx(whole_s, abs=BLURRED_S)


def test_the_place_alone(hotline: Hotline, phones: PhoneBank, caller: Caller) -> None:
    hotline.speak([HANGZHOU, CARRIER])
    heard_s = whispered_s(hotline, phones, caller, whisper_region=True)
    assert heard_s == pytest.approx(hotline.length_s([HANGZHOU, CARRIER]), abs=BLURRED_S)


def test_a_caller_from_nowhere_is_put_through_at_once(
    hotline: Hotline, phones: PhoneBank, switch: FreeSwitch
) -> None:
    with Caller(switch.carrier, "95588") as caller:
        assert whispered_s(hotline, phones, caller, whisper_region=True) < BLURRED_S


@pytest.mark.parametrize("missing", [[HANGZHOU], [CARRIER], [HANGZHOU, CARRIER]], ids=len)
@pytest.mark.parametrize("whisper", ["menu", ""], ids=["behind a whisper", "alone"])
def test_a_sound_that_is_missing_is_left_out_and_nobody_waits(
    hotline: Hotline, phones: PhoneBank, caller: Caller, missing: list[str], whisper: str
) -> None:
    hotline.speak([HANGZHOU, CARRIER])
    there = [key for key in (HANGZHOU, CARRIER) if key not in missing]
    whole_s = (PROMPT_MS / 1000 if whisper else 0) + hotline.length_s(there)
    for key in missing:
        (hotline.home / "prompts" / system_file(key)).unlink()
    heard_s = whispered_s(hotline, phones, caller, whisper=whisper, whisper_region=True)
    assert heard_s == pytest.approx(whole_s, abs=BLURRED_S)


def test_a_key_is_asked_for_though_the_sounds_are_missing(
    hotline: Hotline, phones: PhoneBank, caller: Caller
) -> None:
    for key in (HANGZHOU, CARRIER):
        (hotline.home / "prompts" / system_file(key)).unlink(missing_ok=True)
    phones.reset(**{f"n{DESK}": ANSWERS})
    did = str(next(_dids))
    hunt = {"kind": "hunt", "phones": ["desk"], "whisper_region": True, "confirm": True}
    hotline.open(did, {"spec": 1, "name": "按 1", "start": "a", "nodes": {"a": hunt}})
    caller.dial(did)
    desk = phones.call(DESK, "answered")
    until(lambda: desk.audio and desk.audio.hears("tone"), "the desk hears that it must press 1")
    assert desk.audio
    desk.audio.press("1")
    until(lambda: caller.audio.hears(PHONE_SOUND), "the caller hears the desk")
    caller.hang_up()
    assert hotline.record(caller.number, did)["answered_by"] == "desk"
