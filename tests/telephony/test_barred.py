"""What a company may not dial is not dialled, whatever a snapshot, a queue or a promise says."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from app.flow.snapshot import Phone
from app.live import rings
from app.routing.dialling_rules import DiallingRules
from app.simulator.phones import PhoneBehaviour
from app.telephony import promises
from app.telephony.acts import ringable
from tests.telephony.bench import Bench, legs
from tests.telephony.test_callbacks import CALLER, DESK, QUEUE, calls_back, promised, soon, until

__all__ = ["calls_back", "soon"]  # fixtures

HONG_KONG, HOTLINE, OWN = "0085291234567", "95588", "4009990000"


def with_number(bench: Bench, phone: str, number: str, rules: DiallingRules | None = None) -> None:
    """As if a phone had got this number after the flow was checked."""
    assets = bench.snapshot.assets
    phones = {**assets.phones, phone: Phone(phone, number, "前台")}
    changed = replace(assets, phones=phones, dialling=rules or assets.dialling)
    bench.snapshot = replace(bench.snapshot, assets=changed)


def rules(bench: Bench, changed: DiallingRules) -> None:
    bench.snapshot = replace(bench.snapshot, assets=replace(bench.snapshot.assets, dialling=changed))


def rung(bench: Bench) -> list[tuple[str, str, str]]:
    return [(leg["phone"], leg["result"], leg["cause"]) for leg in bench.records[-1]["legs"]]


@pytest.mark.parametrize("number", [HONG_KONG, HOTLINE, OWN, "16812345678", "110", "17909001202"])
def test_a_number_that_is_barred_is_not_rung_and_the_next_one_is(bench: Bench, number: str) -> None:
    bench.flow(a={"kind": "hunt", "group": "sales"})
    with_number(bench, "desk", number)
    cdr = bench.call()
    assert rung(bench) == [("desk", "unreachable", "BARRED"), ("sales1", "answered", "SUCCESS")]
    assert cdr["trail"][0]["problem"] == "BARRED"
    assert cdr["answered_by"] == "sales1"


def test_of_several_at_once_the_others_are_rung(bench: Bench) -> None:
    bench.flow(a={"kind": "hunt", "group": "sales", "strategy": "simultaneous"})
    with_number(bench, "desk", HONG_KONG)
    bench.call()
    assert rung(bench) == [("sales1", "answered", "SUCCESS"), ("desk", "unreachable", "BARRED")]


def test_a_flow_goes_on_as_when_it_was_unreachable(bench: Bench) -> None:
    hunt = {"kind": "hunt", "phones": ["desk"], "exits": {"unreachable": "b", "busy": "c"}}
    bench.flow(a=hunt, b={"kind": "hunt", "phones": ["care1"]}, c={"kind": "hangup"})
    with_number(bench, "desk", HONG_KONG)
    assert bench.call()["answered_by"] == "care1"


def test_what_is_open_is_rung(bench: Bench) -> None:
    bench.flow(a={"kind": "hunt", "phones": ["desk"]})
    with_number(bench, "desk", HONG_KONG, DiallingRules(abroad=("852",)))
    assert bench.call()["answered_by"] == "desk"


def test_an_emergency_number_that_is_barred_leaves_the_flow_to_its_own_way(bench: Bench) -> None:
    bench.flow(a={"kind": "hunt", "phones": ["care1"]})
    with_number(bench, HONG_KONG, HONG_KONG)
    assets = replace(bench.snapshot.assets, emergency=HONG_KONG)
    bench.snapshot = replace(bench.snapshot, assets=assets)
    assert bench.call()["answered_by"] == "care1"
    assert rung(bench)[0] == (HONG_KONG, "unreachable", "BARRED")


def test_a_queue_offers_nobody_a_phone_that_is_barred(bench: Bench) -> None:
    bench.flow(a={"kind": "queue", "phones": ["desk", "care1"], "max_wait_s": 60})
    with_number(bench, "desk", HONG_KONG)
    assert bench.call()["answered_by"] == "care1"
    assert [leg["phone"] for leg in bench.records[-1]["legs"]] == ["care1"]


def test_a_queue_with_none_but_barred_phones_has_nobody_on_duty(bench: Bench) -> None:
    bench.flow(a={"kind": "queue", "phones": ["desk"], "max_wait_s": 60})
    with_number(bench, "desk", HONG_KONG)
    cdr = bench.call()
    assert (cdr["trail"][0]["exit"], cdr["legs"]) == ("no_agents", [])


@pytest.fixture
def alarms(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    heard: list[dict[str, Any]] = []

    class Log:
        def error(self, event: str, **facts: Any) -> None:
            heard.append({"event": event, **facts})

    monkeypatch.setattr(ringable, "log", Log())
    monkeypatch.setattr(ringable, "_alarmed", {})
    monkeypatch.setattr(ringable, "time", SimpleNamespace(time=lambda: 0))
    return heard


@pytest.fixture(autouse=True)
def endless_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """No minute turns within a test."""
    monkeypatch.setattr(rings, "MINUTE_US", 10**18)


def test_over_the_limit_nobody_is_rung_and_the_operator_hears_of_it_once(
    bench: Bench, alarms: list[dict[str, Any]]
) -> None:
    bench.flow(a={"kind": "hunt", "group": "sales", "strategy": "simultaneous"})
    rules(bench, DiallingRules(per_minute=1))
    for _ in range(3):
        cdr = bench.call()
        assert rung(bench) == [("desk", "busy", "RATE_LIMITED"), ("sales1", "busy", "RATE_LIMITED")]
        assert cdr["trail"][0]["problem"] == "RATE_LIMITED"
    assert [(alarm["event"], alarm["company"], alarm["per_minute"]) for alarm in alarms] == [
        ("too_many_phones_rung", 1, 1)
    ]
    assert bench.live.over_limit_at(1) is not None


def test_the_limit_is_the_companys_and_not_the_calls(bench: Bench, alarms: list[dict[str, Any]]) -> None:
    bench.flow(a={"kind": "hunt", "phones": ["desk"]})
    rules(bench, DiallingRules(per_minute=2))
    assert [bench.call()["answered_by"] for _ in range(3)] == ["desk", "desk", ""]
    assert len(alarms) == 1


def test_a_caller_in_a_queue_waits_through_it(bench: Bench, alarms: list[dict[str, Any]]) -> None:
    """The phone that is offered and may not be rung is left in peace for a while, or he would be offered it for ever."""
    bench.flow(a={"kind": "queue", "group": "sales", "strategy": "simultaneous", "max_wait_s": 30})
    rules(bench, DiallingRules(per_minute=1))
    cdr = bench.call()
    assert cdr["trail"][0]["exit"] == "timeout"
    assert 0 < len(cdr["legs"]) < 20
    assert {leg["cause"] for leg in cdr["legs"]} == {"RATE_LIMITED"}


def test_a_caller_from_abroad_is_promised_no_call_back(bench: Bench, calls_back: None) -> None:
    bench.flow(a=QUEUE)
    assert bench.live.acquire(1, "another call", [DESK])
    cdr = bench.call("wait 5, press 1", ani=HONG_KONG)
    assert cdr["trail"][0]["exit"] != "callback"
    bench.live.ended(1, "another call")


@pytest.mark.parametrize(
    "forged",
    [
        promises.write(HONG_KONG, "4008001234"),
        promises.write("16812345678", "4008001234"),
        promises.write(CALLER, "4008009999"),
        promises.write(CALLER, "4009990000"),
    ],
)
def test_a_promise_that_was_forged_is_not_kept(bench: Bench, calls_back: None, forged: str) -> None:
    bench.flow(a=QUEUE)
    bench.phones.set(CALLER, PhoneBehaviour.read("answers after 1 talks 30"))
    promised(bench)
    (waiter,) = bench.live._link.local.of(1).waiters.values()
    waiter.number = forged
    bench.live.ended(1, "another call")
    until(lambda: bench.messages)
    assert len(bench.records) == 1, "nobody was rung"
    assert "多次未接通" in bench.messages[-1]["text"]


def test_another_companys_rules_open_nothing(bench: Bench, calls_back: None) -> None:
    bench.flow(a=QUEUE)
    promised(bench)
    bench.snapshot = replace(bench.snapshot, company_id=2)
    bench.live.ended(1, "another call")
    until(lambda: bench.messages)
    assert len(bench.records) == 1
    bench.snapshot = replace(bench.snapshot, company_id=1)


def test_a_call_back_counts_and_over_the_limit_it_waits(bench: Bench, calls_back: None) -> None:
    bench.flow(a=QUEUE)
    bench.phones.set(CALLER, PhoneBehaviour.read("answers after 1 talks 30"))
    promised(bench)
    rules(bench, DiallingRules(per_minute=1))
    assert bench.live.ring(1, "yet another call", ["13900000009"], limit=1)
    bench.live.ended(1, "yet another call")
    bench.live.ended(1, "another call")
    until(lambda: bench.messages)
    assert len(bench.records) == 1, "nobody was rung"


def test_legs_of_phones_that_are_busy_are_as_before(bench: Bench) -> None:
    bench.flow(a={"kind": "hunt", "group": "sales"})
    assert bench.live.acquire(1, "another call", [DESK])
    cdr = bench.call()
    assert legs(cdr) == [("desk", "busy"), ("sales1", "answered")]
    assert cdr["trail"][0]["problem"] == ""
    bench.live.ended(1, "another call")
