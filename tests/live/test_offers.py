"""What becomes of offers: missed ones, phones that rest, phones that are taken to be off, all phones at once, shares."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from math import sqrt

import pytest

from app.live.company import Company
from app.live.places import AgentState, Offer, Place, QueuePlan
from app.live.shared import Shared
from tests.live.controllers import Clock, look

SALES = QueuePlan("sales", ("01", "02"), "sequential", rest_s=5)
LONELY = QueuePlan("lonely", ("01",), rest_s=0)
ALL = QueuePlan("all", ("01", "02", "03"), "simultaneous", wrap_up_s=30, rest_s=5)
CALLERS = 10_000


@pytest.fixture
def one(one: Shared) -> Shared:
    """A controller that has joined the others."""
    one.touch()
    return one


def miss(shared: Shared, call_id: str, *phones: str) -> list[bool]:
    """The phones that are held for a call are rung and do not answer."""
    off = [shared.unanswered(1, phone) for phone in phones]
    shared.release(1, call_id, phones)
    return off


def test_after_a_miss_the_caller_is_offered_to_the_others_first(one: Shared, clock: Clock) -> None:
    one.join(1, SALES, "a")
    assert look(one, SALES, "a") == Offer("01")
    miss(one, "a", "01")
    assert look(one, SALES, "a") == Offer("02")
    miss(one, "a", "02")
    assert look(one, SALES, "a") == Place(1)
    one.join(1, SALES, "b")
    clock.pass_s(SALES.rest_s)
    one.touch()
    assert look(one, SALES, "a") == Offer("01"), "he has kept his place"
    assert look(one, SALES, "b") == Offer("02")


def test_a_phone_rests_for_all_queues_until_somebody_sets_its_state(one: Shared, clock: Clock) -> None:
    one.join(1, SALES, "a")
    miss(one, "a", "01")
    assert one.agent_state(1, "01") == "rest"
    one.leave(1, "sales", "a", "key")
    one.join(1, LONELY, "b")
    assert look(one, LONELY, "b") == Place(1)
    one.set_agent(1, "01", "available")
    assert look(one, LONELY, "b") == Offer("01")
    assert one.agent_state(1, "01") == "available"


@pytest.mark.parametrize(("most", "misses"), [(1, 1), (2, 2), (3, 3)])
def test_so_many_misses_in_a_row_and_the_phone_is_off(one: Shared, most: int, misses: int) -> None:
    plan = replace(LONELY, max_misses=most)
    one.join(1, plan, "a")
    for left in range(misses - 1, -1, -1):
        assert look(one, plan, "a") == Offer("01")
        assert miss(one, "a", "01") == [left == 0]
    assert one.agents(1) == {"01": AgentState("offline")}
    assert look(one, plan, "a") == Place(1, staffed=False)


def test_a_phone_is_never_off_by_itself_where_the_queue_says_so(one: Shared) -> None:
    plan = replace(LONELY, max_misses=0)
    one.join(1, plan, "a")
    for _ in range(10):
        assert look(one, plan, "a") == Offer("01")
        assert miss(one, "a", "01") == [False]


def test_misses_go_on_through_a_rest_and_begin_anew_after_a_state_was_set(one: Shared, clock: Clock) -> None:
    plan = replace(LONELY, max_misses=2, rest_s=5)
    one.join(1, plan, "a")
    assert miss(one, "a", "01") == [False]
    one.set_agent(1, "01", "available")
    assert look(one, plan, "a") == Offer("01")
    assert miss(one, "a", "01") == [False]
    clock.pass_s(5)
    one.touch()
    assert look(one, plan, "a") == Offer("01")
    assert miss(one, "a", "01") == [True]


def test_a_phone_that_no_queue_has_offered_misses_nothing(one: Shared) -> None:
    assert one.acquire(1, "a", ["01"])
    assert [one.unanswered(1, phone) for phone in ("01", "02")] == [False, False]
    assert one.agents(1) == {}


def test_a_break_that_was_taken_while_the_phone_rang_stays_one(one: Shared) -> None:
    one.join(1, SALES, "a")
    one.set_agent(1, "01", "break")
    miss(one, "a", "01")
    assert one.agents(1) == {"01": AgentState("break")}


def test_who_is_offered_a_phone_of_a_queue_that_rings_all_has_all_that_are_free(
    one: Shared, two: Shared
) -> None:
    two.set_agent(1, "02", "break")
    one.join(1, ALL, "a")
    assert look(one, ALL, "a") == Offer("01")
    assert one.gather(1, "a") == ("01", "03")
    two.join(1, ALL, "b")
    assert look(two, ALL, "b") == Place(1)
    one.release(1, "a", ["01"])
    one.flush()
    assert look(two, ALL, "b") == Offer("01"), "03 has answered, 01 is free at once"
    assert two.gather(1, "b") == ("01",)
    assert one.board(1)["phones"]["03"]["queue"] == "all", "so that its wrap-up is known"


def test_in_other_queues_and_for_who_is_offered_nothing_there_is_nothing_to_gather(one: Shared) -> None:
    one.join(1, SALES, "a")
    assert one.gather(1, "a") == ("01",)
    assert one.gather(1, "nobody") == ()


def test_all_phones_that_nobody_took_rest_together(one: Shared, clock: Clock) -> None:
    one.join(1, ALL, "a")
    look(one, ALL, "a")
    miss(one, "a", *one.gather(1, "a"))
    assert look(one, ALL, "a") == Place(1)
    clock.pass_s(ALL.rest_s)
    one.touch()
    assert isinstance(look(one, ALL, "a"), Offer)
    assert len(one.gather(1, "a")) == 3


def test_shares_hold_over_many_callers() -> None:
    plan, found = QueuePlan("shares", ("01", "02", "03"), "weighted", weights=(100, 300)), Counter[str]()
    company = Company()
    for n in range(CALLERS):
        company.join(n, "one", plan, f"call-{n}", 0)
        found[company.pairs.pop().phone] += 1
        company.leave(n, "one", f"call-{n}")
    for phone, share in (("01", 100 / 401), ("02", 300 / 401), ("03", 1 / 401)):
        assert abs(found[phone] - CALLERS * share) <= 2 * sqrt(CALLERS * share * (1 - share)), found
