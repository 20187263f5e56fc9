"""What people on the phone do when a machine speaks to them: they hear it out, or press a key while it speaks."""

from __future__ import annotations

from tests.e2e.caller import SOUND, Caller
from tests.e2e.hotline import PROMPT_MS
from tests.e2e.phonebank import PhoneCall
from tests.e2e.rtp import FRAME_S
from tests.support.waiting import until

PHONE_SOUND = 0x11
SPOKEN = round(PROMPT_MS / 1000 / FRAME_S / 2)
"""Frames after which a prompt is under way: half of the tests' prompt."""


def heard_s(caller: Caller) -> float:
    """Seconds of prompts that the caller has heard, silence in them left out."""
    return caller.audio.heard["tone"] * FRAME_S


def press_in_turn(caller: Caller, *keys: str, deadline_s: float = 15) -> None:
    """Press each of the keys during a prompt of its own."""
    for key in keys:
        before = caller.audio.heard["tone"]
        until(lambda: caller.audio.heard["tone"] >= before + SPOKEN, f"a prompt to press {key}", deadline_s)  # noqa: B023
        caller.press(key)
        until(caller.audio.has_pressed, f"{key} pressed")


def talk(caller: Caller, phone: PhoneCall) -> None:
    """Wait until both hear each other."""
    until(lambda: caller.audio.hears(PHONE_SOUND), "the caller hears the phone")
    until(lambda: phone.audio and phone.audio.hears(SOUND), "the phone hears the caller")
