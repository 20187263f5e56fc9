"""What our call control relies on in FreeSWITCH, asked of the FreeSWITCH that is there."""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import md5
from pathlib import Path
from queue import SimpleQueue

import pytest

from tests.e2e.caller import SOUND, Caller
from tests.e2e.conftest import PASSWORD
from tests.e2e.controllers import PHONE, bridging, collecting, controller, keeps
from tests.e2e.freeswitch import FreeSwitch
from tests.e2e.line import Block, Line
from tests.e2e.phonebank import BUSY, DEAD, RINGS_OUT, Behaviour, PhoneBank
from tests.e2e.sipp import call_with_sipp
from tests.support.waiting import until

DID = "4008001234"


@pytest.mark.parametrize(
    ("phone", "cause"),
    [
        (BUSY, "USER_BUSY"),
        (RINGS_OUT, "ALLOTTED_TIMEOUT"),
        (DEAD, "ALLOTTED_TIMEOUT"),
        (Behaviour(status=403), "CALL_REJECTED"),
        (Behaviour(status=603), "CALL_REJECTED"),
        (Behaviour(status=404), "UNALLOCATED_NUMBER"),
        (Behaviour(status=408), "RECOVERY_ON_TIMER_EXPIRE"),
        (Behaviour(status=480), "NO_USER_RESPONSE"),
        (Behaviour(status=503), "NORMAL_TEMPORARY_FAILURE"),
        (Behaviour(talk_s=0.1), "SUCCESS"),
    ],
    ids=["busy", "rings out", "dead", "403", "603", "404", "408", "480", "503", "answers"],
)
def test_bridge_says_why_a_phone_was_not_reached(
    switch: FreeSwitch, phones: PhoneBank, caller: Caller, phone: Behaviour, cause: str
) -> None:
    phones.reset(**{f"n{PHONE}": phone})
    results: SimpleQueue[Block] = SimpleQueue()
    with controller(switch.controllers[0], bridging(results, ring_s=1)):
        caller.dial(DID).wait("ended")
    assert results.get(timeout=1).headers["variable_originate_disposition"] == cause


def test_a_caller_who_sends_no_audio_does_not_stall_the_bridge(switch: FreeSwitch, phones: PhoneBank) -> None:
    phones.reset(**{f"n{PHONE}": BUSY})
    results: SimpleQueue[Block] = SimpleQueue()
    with (
        Caller(switch.carrier, sound=None) as mute,
        controller(switch.controllers[0], bridging(results)),
    ):
        mute.dial(DID).wait("ended", deadline_s=5)
    assert results.get(timeout=1).headers["variable_originate_disposition"] == "USER_BUSY"


def test_the_phone_sees_the_caller_and_both_hear_each_other(
    switch: FreeSwitch, phones: PhoneBank, caller: Caller
) -> None:
    phones.reset(**{f"n{PHONE}": Behaviour(sound=0x11)})
    with controller(switch.controllers[0], bridging(SimpleQueue())):
        caller.dial(DID)
        talk = phones.call(PHONE, "answered")
        until(lambda: talk.audio and talk.audio.hears(SOUND), "the phone hears the caller")
        until(lambda: caller.audio.hears(0x11), "the caller hears the phone")
        phones.hang_up(talk)
        caller.wait("ended")
    assert talk.shown == "13800138000"


def test_a_caller_who_was_answered_hears_ringing_even_before_the_phone_rings(
    switch: FreeSwitch, phones: PhoneBank, caller: Caller
) -> None:
    phones.reset(**{f"n{PHONE}": DEAD})
    with controller(switch.controllers[0], bridging(SimpleQueue())):
        caller.dial(DID)
        phones.call(PHONE, "called")
        until(lambda: caller.audio.hears("tone"), "the ringing tone")
        caller.hang_up()


def test_keys_arrive_as_rfc_2833_events(switch: FreeSwitch, caller: Caller) -> None:
    pressed: SimpleQueue[Block] = SimpleQueue()
    with controller(switch.controllers[0], collecting(pressed, keys=4)):
        caller.dial(DID).wait("answered")
        until(lambda: caller.audio.hears("tone"), "that keys are asked for")
        caller.press("10*7")
        caller.wait("ended")
    assert pressed.get(timeout=1).headers["variable_keys"] == "10*7"


def test_an_independent_telephone_presses_a_key(switch: FreeSwitch, tmp_path: Path) -> None:
    pressed: SimpleQueue[Block] = SimpleQueue()
    with controller(switch.controllers[0], collecting(pressed, keys=1)):
        done = call_with_sipp(switch.carrier, DID, "press_one", tmp_path)
    assert done.returncode == 0, done.stderr
    assert pressed.get(timeout=1).headers["variable_keys"] == "1"


def test_a_call_in_a_prompt_goes_on_at_the_next_controller_with_its_variables(
    switch: FreeSwitch, caller: Caller
) -> None:
    def dies(line: Line, connect: Block) -> None:
        line.execute("answer")
        line.execute("set", "hotline400_state=at-the-menu")
        line.execute("playback", "silence_stream://30000")
        line.cut()

    with controller(switch.controllers[0], dies), controller(switch.controllers[1], keeps) as second:
        caller.dial(DID)
        until(lambda: second.calls, "the call at the second controller")
        caller.hang_up()
    assert second.calls[0].headers["variable_hotline400_state"] == "at-the-menu"


def test_a_conversation_goes_on_without_its_controller_and_is_taken_up_after_it(
    switch: FreeSwitch, phones: PhoneBank, caller: Caller
) -> None:
    phones.reset(**{f"n{PHONE}": Behaviour(sound=0x11)})
    kill: SimpleQueue[Callable[[], None]] = SimpleQueue()

    def talks(line: Line, connect: Block) -> None:
        line.execute("answer")
        line.execute("set", "socket_resume=false")
        line.execute("bridge", f"sofia/gateway/carrier/{PHONE}")
        kill.put(line.cut)
        keeps(line, connect)

    with controller(switch.controllers[0], talks), controller(switch.controllers[1], keeps) as second:
        caller.dial(DID)
        talk = phones.call(PHONE, "answered")
        kill.get(timeout=5)()
        heard = caller.audio.heard[0x11]
        until(lambda: caller.audio.heard[0x11] > heard + 50, "one more second of talk")
        assert second.calls == []
        phones.hang_up(talk)
        until(lambda: second.calls, "the call at the second controller")
        caller.hang_up()
    assert second.calls[0].headers["variable_last_bridge_hangup_cause"] == "NORMAL_CLEARING"


def test_the_gateway_answers_the_carriers_challenge(
    switch: FreeSwitch, phones: PhoneBank, caller: Caller
) -> None:
    phones.reset(**{f"n{PHONE}": BUSY})
    phones.challenge = 'Digest realm="carrier", nonce="n0nce", algorithm=MD5'
    results: SimpleQueue[Block] = SimpleQueue()
    with controller(switch.controllers[0], bridging(results)):
        caller.dial(DID).wait("ended")
    answer = phones.call(PHONE, "called").invite.get("Proxy-Authorization")
    assert credential(answer, "response") == digest("4008001234", PASSWORD, credential(answer, "uri"))


def credential(header: str, name: str) -> str:
    found = re.search(rf'{name}="([^"]*)"', header)
    return found[1] if found else ""


def digest(user: str, password: str, uri: str) -> str:
    """RFC 2617 without qop, as the challenge above asks for."""
    return md5_hex(f"{md5_hex(f'{user}:carrier:{password}')}:n0nce:{md5_hex(f'INVITE:{uri}')}")


def md5_hex(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()
