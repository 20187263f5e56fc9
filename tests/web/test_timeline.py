from __future__ import annotations

from typing import Any

from app.web.calls.timeline import FULL, LEAST, Tone, timeline
from tests.support.cdrs import cdr, leg

MENU = {"node": "menu", "kind": "menu", "label": "总菜单", "exit": "1", "at_ms": 0, "end_ms": 4000}
HUNT = {
    "node": "care",
    "kind": "hunt",
    "label": "售后组",
    "exit": "answered",
    "at_ms": 4000,
    "end_ms": 40_000,
}


def call(*legs: dict[str, Any], duration_ms: int) -> dict[str, Any]:
    return cdr("c", 1, trail=[MENU, HUNT], legs=list(legs), duration_ms=duration_ms)


def test_steps_ringing_and_talking_are_rows_in_order() -> None:
    busy = leg(phone="care1", result="busy", at_ms=4000, ring_ms=1000, talk_ms=0)
    answered = leg(phone="care2", at_ms=5000, ring_ms=5000, talk_ms=10_000)
    tones = [row.tone for row in timeline(call(busy, answered, duration_ms=20_000)).rows]
    assert tones == [Tone.MACHINE, Tone.RINGING, Tone.ANSWERED, Tone.TALK]


def test_rows_stand_to_scale() -> None:
    answered = leg(at_ms=5000, ring_ms=5000, talk_ms=10_000)
    rows = timeline(call(answered, duration_ms=20_000)).rows
    assert [(row.x, row.width) for row in rows] == [(0, 200), (250, 250), (500, 500)]


def test_a_long_conversation_is_shortened_in_the_picture_only() -> None:
    drawn = timeline(call(leg(at_ms=4000, ring_ms=6000, talk_ms=600_000), duration_ms=610_000))
    menu, ringing, talk = drawn.rows
    assert talk.is_shortened
    assert talk.length_ms == 600_000
    assert menu.width + ringing.width == 500  # as much as the rest of the call
    assert drawn.ticks[-1].ms == 610_000
    assert all(tick.ms <= 15_000 for tick in drawn.ticks[:-1])


def test_whatever_is_too_short_to_see_is_drawn_all_the_same() -> None:
    at_the_end = leg(result="unreachable", at_ms=20_000, ring_ms=0, talk_ms=0)
    rows = timeline(call(at_the_end, duration_ms=20_000)).rows
    assert (rows[-1].x, rows[-1].width) == (FULL - LEAST, LEAST)


def test_a_call_of_no_length_is_no_accident() -> None:
    assert timeline(cdr("c", 1, trail=[], legs=[], duration_ms=0)).rows == ()


def test_ticks_are_whole_and_few() -> None:
    for seconds in (1, 7, 29, 61, 600, 4000, 90_000):
        ticks = timeline(cdr("c", 1, trail=[], legs=[], duration_ms=seconds * 1000)).ticks
        assert 1 <= len(ticks) <= 7
        assert all(tick.ms % 1000 == 0 and 0 <= tick.x <= FULL for tick in ticks)
