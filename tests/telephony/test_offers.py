"""Offers that are missed, phones that ring all at once, agents who set their state by phone: whole calls over sockets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from app.simulator.caller import Caller
from app.simulator.phones import PhoneBehaviour
from tests.flow.company import ASSETS, flow_of, snapshot_of
from tests.support.waiting import until
from tests.telephony.bench import DEADLINE_S, Bench, legs

DESK, SALES1, CARE1 = "13900000001", "13900000002", "13900000003"
QUEUE: dict[str, Any] = {
    "kind": "queue",
    "phones": ["desk", "sales1", "care1"],
    "strategy": "sequential",
    "ring_timeout_s": 10,
    "max_wait_s": 100,
}
ALL = QUEUE | {"strategy": "simultaneous"}
CARE = replace(ASSETS.queues["care"], phones=("desk", "sales1"), strategy="sequential", rest_s=0)
NEVER = PhoneBehaviour.read("no answer")


@pytest.fixture(autouse=True)
def all_available(bench: Bench) -> Iterator[None]:
    yield
    for number in (DESK, SALES1, CARE1):
        bench.live.set_agent(1, number, "available")


def company_queue(bench: Bench, **changes: Any) -> None:
    """Calls wait in the company's queue, which is so."""
    assets = replace(ASSETS, queues={"care": replace(CARE, **changes)})
    node = {"kind": "queue", "queue": "care", "max_wait_s": 60}
    bench.snapshot = snapshot_of(flow_of(a=node), assets)


def test_after_a_miss_the_next_phone_is_offered_and_not_the_same(bench: Bench) -> None:
    bench.flow(a=QUEUE)
    bench.phones.set(DESK, NEVER)
    assert legs(bench.call()) == [("desk", "no_answer"), ("sales1", "answered")]
    assert bench.live.agent_state(1, DESK) == "rest"


def test_a_phone_that_is_rung_alone_is_off_after_as_many_misses_as_the_queue_says(bench: Bench) -> None:
    company_queue(bench, phones=("desk",), max_misses=2)
    bench.phones.set(DESK, NEVER)
    cdr = bench.call()
    assert legs(cdr) == [("desk", "no_answer")] * 2
    assert cdr["trail"][0]["exit"] == "no_agents"
    assert bench.live.agent_state(1, DESK) == "offline"


def test_all_phones_ring_and_the_others_are_free_as_soon_as_one_answers(bench: Bench) -> None:
    bench.flow(a=ALL)
    bench.phones.set(DESK, NEVER)
    bench.phones.set(CARE1, NEVER)
    cdr = bench.call()
    assert legs(cdr) == [("desk", "cancelled"), ("sales1", "answered"), ("care1", "cancelled")]
    assert cdr["answered_by"] == "sales1"
    assert [bench.live.agent_state(1, number) for number in (DESK, CARE1)] == ["available"] * 2


def test_a_miss_is_one_for_all_when_none_answers(bench: Bench) -> None:
    bench.flow(a=ALL | {"max_wait_s": 10})
    for number in (DESK, SALES1, CARE1):
        bench.phones.set(number, NEVER)
    cdr = bench.call()
    assert sorted(legs(cdr)) == [("care1", "no_answer"), ("desk", "no_answer"), ("sales1", "no_answer")]
    assert [bench.live.agent_state(1, number) for number in (DESK, SALES1, CARE1)] == ["rest"] * 3


def test_who_comes_while_another_talks_has_the_phones_that_lost_the_race(bench: Bench) -> None:
    bench.flow(menu={"kind": "menu", "prompt": "welcome", "exits": {"1": "wait"}}, wait=ALL)
    scripts = ("press 1", "wait 4, press 1")
    callers = [
        bench.place(Caller(f"1380013800{n}", "4008001234", keys=keys)) for n, keys in enumerate(scripts)
    ]
    first, second = (bench.record_of(story.wait(DEADLINE_S)) for story in callers)
    assert first["answered_by"] != second["answered_by"]
    assert second["wait_ms"] < first["wait_ms"] + first["talk_ms"], "they talk at the same time"


def test_by_weight_most_callers_go_to_the_phone_with_the_greatest_share(bench: Bench) -> None:
    company_queue(bench, strategy="weighted", weights={"sales1": 100})
    found = [bench.call()["answered_by"] for _ in range(12)]
    assert found.count("sales1") >= 10


def test_an_agent_signs_off_from_his_phone_and_the_queue_passes_him_by(bench: Bench) -> None:
    bench.flow(
        menu={"kind": "menu", "prompt": "welcome", "exits": {"*": "agent", "1": "wait"}},
        agent={"kind": "agent"},
        wait=QUEUE,
    )
    cdr = bench.call("press *, press 3", ani=DESK)
    assert [step["exit"] for step in cdr["trail"]] == ["*", "done"]
    assert (cdr["keys"], cdr["variables"]["agent_state"]) == ("*", "offline")
    until(lambda: bench.live.agent_state(1, DESK) == "offline", "he is off")
    assert bench.call("press 1")["answered_by"] == "sales1"
    bench.call("press *, press 1", ani=DESK)
    assert bench.call("press 1")["answered_by"] == "desk"


def test_the_pin_of_agents_is_in_no_record(bench: Bench) -> None:
    bench.flow(a={"kind": "agent", "pin": "2468"})
    cdr = bench.call("press 2468#, press 2", ani=CARE1)
    assert cdr["trail"][0]["exit"] == "done"
    assert "2468" not in str(cdr)
    assert bench.live.agent_state(1, CARE1) == "break"
