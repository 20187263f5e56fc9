"""A call's state survives its way through a channel's variable, and nothing else does."""

from __future__ import annotations

import random
import re
import string
from datetime import UTC, datetime

import pytest

from app.calls import state
from app.calls.ringing import Ringing
from app.calls.state import Begin, StateLog
from app.errors import StateError
from app.flow.outcomes import Answered, Collected, Dialled, DialResult, Leg, Outcome, Replied, Waited

SECRET = b"k" * 32
CALL = "b9e0a1f4-6f2e-4b57-9df1-0a2b8c1d2e3f"
BEGIN = Begin(7, datetime(2026, 11, 23, 9, 0, 0, 123000, UTC), 1_795_424_400_123_456)
LEG = Leg(phone="care1", result=DialResult.BUSY, cause="USER_BUSY", at_ms=5000, ring_ms=40)
OUTCOMES: tuple[Outcome, ...] = (
    Answered(at_ms=20),
    Collected(digits="*1#", at_ms=4321),
    Dialled(result=DialResult.BUSY, legs=(LEG,), at_ms=5040),
    Replied(exit="ok", variables=(("名字", "${system rm} %0A\n"),), at_ms=6000),
)
RINGING = Ringing((("11111111-2222-3333-4444-555555555555", "care2"),), 7000)


def written(outcomes: tuple[Outcome, ...] = OUTCOMES, ringing: Ringing | None = None) -> str:
    return StateLog(SECRET, CALL, BEGIN, outcomes).text(ringing)


@pytest.mark.parametrize("ringing", [None, RINGING])
@pytest.mark.parametrize("count", [0, 1, 4, 40])
def test_what_was_written_is_read(count: int, ringing: Ringing | None) -> None:
    outcomes = (OUTCOMES * 10)[:count]
    found = state.read(SECRET, CALL, written(outcomes, ringing))
    assert (found.begin, found.outcomes, found.ringing) == (BEGIN, outcomes, ringing)


def test_an_outcome_may_be_added_at_any_time() -> None:
    log = StateLog(SECRET, CALL, BEGIN)
    for outcome in OUTCOMES:
        log.add(outcome)
    assert log.text() == written()


def test_it_means_nothing_to_freeswitch() -> None:
    assert re.fullmatch(r"[A-Za-z0-9_.-]+", written(OUTCOMES * 30, RINGING))


def test_half_an_hour_in_a_queue_fits() -> None:
    text = written(tuple(Waited(place=3, eta_s=60, at_ms=30_000 * n) for n in range(60)))
    assert len(text) < state.MAX_LENGTH


def test_what_is_too_long_for_the_channel_is_read_from_elsewhere() -> None:
    noise = "".join(random.Random(1).choices(string.printable, k=2 * state.MAX_LENGTH))
    text = written((Replied(exit=noise),))
    assert len(text) > state.MAX_LENGTH
    assert state.read(SECRET, CALL, text).outcomes == (Replied(exit=noise),)


@pytest.mark.parametrize("at", range(0, 200, 7))
def test_a_changed_letter_is_noticed(at: int) -> None:
    text = written()
    changed = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
    with pytest.raises(StateError):
        state.read(SECRET, CALL, changed)


def test_the_state_of_another_call_is_of_no_use() -> None:
    with pytest.raises(StateError, match="for this call"):
        state.read(SECRET, CALL.replace("b9", "c9"), written())


def test_nor_is_one_with_another_key() -> None:
    with pytest.raises(StateError, match="not signed"):
        state.read(b"x" * 32, CALL, written())


@pytest.mark.parametrize("text", ["", ".", "1..", "1.W10.", "语", "z.AAAA.AAAA", "x" * 7000])
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(StateError):
        state.read(SECRET, CALL, text)


@pytest.mark.parametrize(
    "payload",
    [
        b"1.bnVsbA",  # null
        b"1.W10",  # []
        b"2.W10",
        b"1.*",
        b"z.AAAA",
        b"1.W1swLDAsMCwiIiwiIiwwXSxbeyJpcyI6Im5vIHN1Y2gifV0sbnVsbF0",  # [[0,0,0,"","",0],[{"is":"no such"}],null]
    ],
)
def test_what_a_later_release_signed_may_be_anything(payload: bytes) -> None:
    signed = payload.decode() + "." + state._signature(SECRET, CALL, payload).decode()
    with pytest.raises(StateError, match="another release"):
        state.read(SECRET, CALL, signed)


def test_a_bomb_is_not_inflated() -> None:
    import zlib
    from base64 import urlsafe_b64encode

    body = b"z." + urlsafe_b64encode(zlib.compress(b"[" + b" " * 2_000_000 + b"]")).rstrip(b"=")
    with pytest.raises(StateError, match="too long"):
        state.read(SECRET, CALL, body.decode() + "." + state._signature(SECRET, CALL, body).decode())
