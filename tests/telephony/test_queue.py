"""Callers who wait in a queue: whole calls over real sockets."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from app.simulator.caller import Caller, HangUp
from app.simulator.phones import PhoneBehaviour
from tests.telephony.bench import DEADLINE_S, Bench

QUEUE: dict[str, Any] = {
    "kind": "queue",
    "phones": ["desk", "sales1", "care1"],
    "ring_timeout_s": 10,
    "max_wait_s": 100,
    "every_s": 10,
}
NUMBERS = ("13900000001", "13900000002", "13900000003")


def call_all(bench: Bench, count: int, **more: Any) -> list[dict[str, Any]]:
    """That many callers at once; their records."""
    callers = [Caller(f"138001380{n:02}", "4008001234", **more) for n in range(count)]
    stories = [bench.place(caller) for caller in callers]
    return [bench.record_of(story.wait(DEADLINE_S)) for story in stories]


def overlaps(cdrs: list[dict[str, Any]]) -> list[str]:
    """Phones that talked to two of these callers at a time; all have called at the same moment."""
    talks = sorted(
        (leg["phone"], leg["at_ms"] + leg["ring_ms"], leg["talk_ms"])
        for cdr in cdrs
        for leg in cdr["legs"]
        if leg["result"] == "answered"
    )
    return [
        one[0] for one, next_ in pairwise(talks) if one[0] == next_[0] and one[1] + one[2] > next_[1] + 50
    ]


def test_a_free_phone_is_rung_at_once(bench: Bench) -> None:
    bench.flow(a=QUEUE)
    cdr = bench.call()
    assert (cdr["answered_by"], cdr["trail"][0]["exit"]) == ("desk", "answered")
    assert cdr["legs"][0]["at_ms"] < 500


def test_three_phones_and_ten_callers(bench: Bench) -> None:
    bench.flow(a=QUEUE)
    cdrs = call_all(bench, 10)
    assert [cdr["result"] for cdr in cdrs] == ["answered"] * 10
    assert not overlaps(cdrs)
    assert max(cdr["wait_ms"] for cdr in cdrs) > 14_000  # three rounds of 2 s ringing and 5 s talk
    assert {cdr["answered_by"] for cdr in cdrs} == {"desk", "sales1", "care1"}


def test_a_phone_that_does_not_answer_and_the_next_takes_the_caller(bench: Bench) -> None:
    bench.flow(a=QUEUE)
    bench.phones.set(NUMBERS[0], PhoneBehaviour.read("no answer"))
    cdr = bench.call()
    assert [leg["result"] for leg in cdr["legs"]][-1] == "answered"
    assert cdr["legs"][0]["phone"] == "desk"


@pytest.mark.parametrize("moment", [HangUp.PROMPT, HangUp.RINGING, HangUp.TALKING])
def test_who_hangs_up_leaves_the_queue_and_frees_the_phone(bench: Bench, moment: HangUp) -> None:
    bench.flow(a=QUEUE | {"phones": ["desk"]})
    taken = moment is HangUp.PROMPT
    if taken:
        assert bench.live.acquire(1, "another call", [NUMBERS[0]])
    cdr = bench.call(hang_up=moment, hang_up_after_s=1)
    assert cdr["ended"] == "caller"
    bench.live.ended(1, "another call")
    assert bench.call()["answered_by"] == "desk"


def test_waiting_too_long(bench: Bench) -> None:
    bench.flow(a=QUEUE | {"phones": ["desk"], "max_wait_s": 30})
    assert bench.live.acquire(1, "another call", [NUMBERS[0]])
    cdr = bench.call()
    assert (cdr["trail"][0]["exit"], cdr["result"]) == ("timeout", "missed")
    assert 29_000 < cdr["trail"][0]["end_ms"] < 36_000
    bench.live.ended(1, "another call")


def test_a_key_leads_out_of_the_queue(bench: Bench) -> None:
    bench.flow(a=QUEUE | {"phones": ["desk"], "exits": {"1": "13700000000"}})
    assert bench.live.acquire(1, "another call", [NUMBERS[0]])
    cdr = bench.call("wait 5, press 1")
    assert (cdr["trail"][0]["exit"], cdr["answered_by"]) == ("1", "13700000000")
    bench.live.ended(1, "another call")


def test_a_key_that_leads_nowhere_is_not_heard(bench: Bench) -> None:
    bench.flow(a=QUEUE | {"phones": ["desk"], "max_wait_s": 20, "exits": {"1": "13700000000"}})
    assert bench.live.acquire(1, "another call", [NUMBERS[0]])
    assert bench.call("wait 5, press 2")["trail"][0]["exit"] == "timeout"
    bench.live.ended(1, "another call")


def test_a_full_queue(bench: Bench) -> None:
    bench.flow(a=QUEUE | {"phones": ["desk"], "max_size": 1, "max_wait_s": 20})
    assert bench.live.acquire(1, "another call", [NUMBERS[0]])
    exits = sorted(cdr["trail"][0]["exit"] for cdr in call_all(bench, 3))
    assert exits == ["full", "full", "timeout"]
    bench.live.ended(1, "another call")


def test_music_that_is_missing_is_a_tone_instead(bench: Bench) -> None:
    bench.flow(a=QUEUE | {"phones": ["desk"], "max_wait_s": 20, "music": "closed", "news": [], "every_s": 0})
    assert bench.live.acquire(1, "another call", [NUMBERS[0]])
    (bench.recordings.parent / "1/closed.wav").unlink()
    cdr = bench.call()
    assert (cdr["ended"], cdr["trail"][0]["exit"]) == ("flow", "timeout")
    bench.live.ended(1, "another call")
