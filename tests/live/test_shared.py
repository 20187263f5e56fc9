"""What calls may rely on, controller by controller, on a real Redis and without it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from app.live.connection import connect
from app.live.membership import ALIVE_US
from app.live.places import Callback, JoinedPlace, Offer, Place, QueuePlan
from app.live.shared import Shared
from tests.live.controllers import NOW, Clock, look
from tests.support.redis_server import RedisServer
from tests.support.waiting import until

SALES = QueuePlan("sales", ("01", "02"))
ONE = QueuePlan("one", ("01",), wrap_up_s=5)


@contextmanager
def running(shared: Shared) -> Iterator[Shared]:
    thread = threading.Thread(target=shared.run)
    thread.start()
    try:
        yield shared
    finally:
        shared.stop()
        thread.join(10)
        assert not thread.is_alive()


def test_a_phone_has_one_call_wherever_it_is(one: Shared, two: Shared) -> None:
    assert one.acquire(1, "a", ["01", "02"]) == {"01", "02"}
    assert two.acquire(1, "b", ["02", "03"]) == {"03"}
    assert one.acquire(1, "a", ["01"]) == {"01"}
    assert two.acquire(2, "c", ["01"]) == {"01"}, "another company's phone is another phone"
    two.release(1, "b", ["01", "02"])
    assert two.acquire(1, "b", ["01", "02"]) == frozenset(), "what is not mine stays"


def test_a_company_rings_so_many_phones_in_a_minute_through_all_controllers(
    one: Shared, two: Shared, clock: Clock
) -> None:
    clock.us -= clock.us % 60_000_000
    assert one.ring(1, "a", ["01", "02"], limit=3) == frozenset({"01", "02"})
    assert two.ring(1, "b", ["03", "04"], limit=3) is None, "all of them or none"
    assert two.ring(1, "b", ["02", "03"], limit=3) == frozenset({"03"}), (
        "a phone that is not rung does not count"
    )
    assert one.ring(1, "a", ["01"], limit=3) is None, "once more is one more"
    assert one.acquire(1, "a", ["01"]) == {"01"}, "without being rung"
    assert two.ring(2, "c", ["01"], limit=3) == frozenset({"01"}), "another company counts for itself"
    refused = two.over_limit_at(1)
    assert refused is not None
    assert refused.replace(second=0, microsecond=0) == NOW
    assert one.over_limit_at(2) is None
    clock.pass_s(60)
    assert one.ring(1, "a", ["01"], limit=3) == frozenset({"01"})


def test_what_the_limit_refuses_stays_as_it_was(one: Shared, two: Shared) -> None:
    """A phone that a queue holds for the caller is still held; it is given back as after every other call."""
    one.join(1, ONE, "a")
    assert one.wait(1, ONE, "a", 0, threading.Event()) == Offer("01")
    assert one.ring(1, "a", ["01", "02"], limit=1) is None
    assert two.acquire(1, "b", ["01"]) == frozenset()
    assert two.acquire(1, "b", ["02"]) == {"02"}
    one.release(1, "a", ["01", "02"])
    assert two.acquire(1, "b", ["01"]) == {"01"}


def test_without_redis_each_controller_counts_for_itself(clock: Clock) -> None:
    clock.us -= clock.us % 60_000_000
    one, two = (Shared(connect("unix:///nowhere"), name, clock) for name in ("one", "two"))
    assert one.ring(1, "a", ["01"], limit=1) == frozenset({"01"})
    assert one.ring(1, "b", ["02"], limit=1) is None
    assert one.over_limit_at(1) is not None
    assert two.ring(1, "c", ["03"], limit=1) == frozenset({"03"})


def test_a_phone_that_becomes_free_elsewhere_wakes_who_waits_longest(one: Shared, two: Shared) -> None:
    two.acquire(1, "talking", ["01"])
    with running(one), running(two), ThreadPoolExecutor() as waiting:
        assert one.join(1, ONE, "a") == JoinedPlace(1)
        assert one.join(1, ONE, "b") == JoinedPlace(2)
        first, second = threading.Event(), threading.Event()
        offer = waiting.submit(one.wait, 1, ONE, "a", 30, first)
        place = waiting.submit(one.wait, 1, ONE, "b", 30, second)
        two.release(1, "talking", ["01"])
        assert offer.result(10) == Offer("01")
        assert not second.is_set()
        second.set()  # a key was pressed
        assert place.result(10) == Place(1)


def test_a_phone_that_becomes_free_while_the_caller_hears_his_place_is_his(one: Shared, two: Shared) -> None:
    two.acquire(1, "talking", ["01"])
    with running(one), running(two):
        one.join(1, ONE, "a")
        one.join(1, ONE, "b")
        assert look(one, ONE, "a") == Place(1)
        two.release(1, "talking", ["01"])
        with ThreadPoolExecutor() as waiting:
            assert waiting.submit(one.wait, 1, ONE, "a", 600, threading.Event()).result(10) == Offer("01")


def test_priority_goes_before_arrival_and_full_is_full(one: Shared) -> None:
    small = QueuePlan("small", ("01",), max_size=2)
    one.acquire(1, "talking", ["01"])
    assert one.join(1, small, "a") == JoinedPlace(1)
    assert one.join(1, small, "vip", priority=5) == JoinedPlace(1)
    assert one.join(1, small, "late") == JoinedPlace(0, full=True)
    one.release(1, "talking", ["01"])
    assert look(one, small, "vip") == Offer("01")
    assert look(one, small, "a") == Place(1)


def test_who_hung_up_is_not_offered_and_his_phone_goes_on(one: Shared) -> None:
    one.join(1, ONE, "a")
    one.join(1, ONE, "b")
    one.leave(1, "one", "a", "abandoned")
    assert look(one, ONE, "b") == Offer("01")


def test_after_a_phone_that_did_not_answer_the_caller_keeps_his_place(one: Shared) -> None:
    one.join(1, ONE, "a")
    one.join(1, ONE, "b")
    assert one.acquire(1, "a", ["01"]) == {"01"}
    one.release(1, "a", ["01"])
    assert look(one, ONE, "b") == Offer("01")
    assert look(one, ONE, "a") == Place(1)


def test_wrap_up_ends_by_itself(one: Shared, two: Shared, clock: Clock) -> None:
    one.join(1, ONE, "a")
    one.join(1, ONE, "b")
    clock.pass_s(60)
    one.talked(1, "01", "13800138000", datetime.fromtimestamp(clock.us / 1_000_000, UTC))
    one.release(1, "a", ["01"])
    one.leave(1, "one", "a", "answered")
    assert look(one, ONE, "b") == Place(1, eta_s=65), "a minute's talk and the wrap-up"
    clock.pass_s(6)
    one.touch()
    two.touch()
    assert look(one, ONE, "b") == Offer("01")


def test_what_a_dead_controller_held_is_given_back(one: Shared, two: Shared, clock: Clock) -> None:
    two.touch()
    two.acquire(1, "talking", ["01"])
    two.join(1, ONE, "dead")
    assert two.may_begin(1, "dead", 1)
    one.join(1, ONE, "a")
    assert look(one, ONE, "a") == Place(2)
    clock.pass_s(ALIVE_US / 1_000_000 + 1)
    one.touch()
    assert look(one, ONE, "a") == Offer("01")
    assert one.may_begin(1, "a", 1)


def test_another_controller_takes_a_caller_over_with_his_place(one: Shared, two: Shared) -> None:
    one.acquire(1, "talking", ["01"])
    for call_id in ("a", "b"):
        one.join(1, ONE, call_id)
    assert look(two, ONE, "a") == Place(1)
    one.release(1, "talking", ["01"])
    assert look(two, ONE, "a") == Offer("01")


def test_a_promised_place_is_kept_and_the_phone_is_held_for_the_new_call(one: Shared) -> None:
    one.acquire(1, "talking", ["01"])
    with running(one):
        one.join(1, ONE, "a")
        assert one.promise(1, "one", "a", "13800138000", 2)
        one.leave(1, "one", "a", "callback")
        one.ended(1, "a")
        one.release(1, "talking", ["01"])
        (claim,) = one.due_callbacks(10)
        assert claim == Callback(1, "one", "a", "13800138000", "01", 2)
        assert one.redeem(1, "a", "again") == "01"
        assert one.acquire(1, "again", ["01"]) == {"01"}


def test_a_call_back_is_tried_again_and_given_up(one: Shared, clock: Clock) -> None:
    one.acquire(1, "talking", ["01"])
    one.join(1, ONE, "a")
    assert one.promise(1, "one", "a", "13800138000", 2)
    one.release(1, "talking", ["01"])
    assert one.retry(1, "a", 60) == 1
    assert one.acquire(1, "b", ["01"]) == {"01"}, "free in the meantime"
    one.release(1, "b", ["01"])
    clock.pass_s(61)
    one.touch()
    assert one.acquire(1, "b", ["01"]) == frozenset()
    assert one.retry(1, "a", 60) == 0
    assert one.acquire(1, "b", ["01"]) == {"01"}


def test_the_call_backs_of_a_dead_controller_are_somebody_elses(
    one: Shared, two: Shared, clock: Clock
) -> None:
    one.touch()
    two.acquire(1, "talking", ["01"])
    two.join(1, ONE, "a")
    two.promise(1, "one", "a", "13800138000", 2)
    clock.pass_s(ALIVE_US / 1_000_000 + 1)
    with running(one):
        (claim,) = one.due_callbacks(10)
        assert claim.call_id == "a"


def test_no_call_back_without_number_or_place(one: Shared) -> None:
    assert not one.promise(1, "one", "nobody", "13800138000", 3)
    one.join(1, ONE, "a")
    assert not one.promise(1, "one", "a", "", 3)


def test_a_company_has_so_many_calls_at_once(one: Shared, two: Shared) -> None:
    assert [one.may_begin(1, "a", 2), two.may_begin(1, "b", 2), one.may_begin(1, "c", 2)] == [
        True,
        True,
        False,
    ]
    assert one.may_begin(1, "b", 2), "taken over"
    assert one.may_begin(2, "c", 2), "another company"
    assert two.may_begin(1, "a", 2), "taken over by another controller"
    two.ended(1, "a")
    assert one.may_begin(1, "c", 2)


def test_whatever_a_call_still_had_is_free_when_it_ended(one: Shared) -> None:
    one.join(1, ONE, "a")
    one.acquire(1, "a", ["02"])
    one.ended(1, "a")
    assert one.acquire(1, "b", ["01", "02"]) == {"01", "02"}


def test_idle_phones_are_ranked_and_callers_find_whom_they_talked_to(one: Shared, two: Shared) -> None:
    one.talked(1, "01", "13800138000", NOW)
    one.talked(1, "02", "", NOW - timedelta(hours=1))
    one.release(1, "a", ["01", "02"])
    assert two.rank_idle(1, ["01", "02", "03"]) == ("03", "02", "01")
    assert two.rank_idle(1, []) == ()
    assert two.last_phone(1, "13800138000", 30) == "01"
    assert two.last_phone(2, "13800138000", 30) == ""
    one.talked(1, "02", "13800138001", NOW - timedelta(days=31))
    one.release(1, "a", ["02"])
    assert two.last_phone(1, "13800138001", 30) == ""


def test_the_board_shows_queues_phones_and_calls(one: Shared, two: Shared) -> None:
    one.acquire(1, "talking", ["01"])
    one.may_begin(1, "talking", 0)
    one.join(1, ONE, "a", priority=3)
    one.set_agent(1, "02", "break")
    board = two.board(1)
    assert board["calls"] == 1
    assert board["queues"]["one"]["waiting"] == 1
    caller = board["queues"]["one"]["callers"][0]
    assert (caller["call_id"], caller["place"], caller["priority"]) == ("a", 1, 3)
    assert abs(caller["since"] / 1000 - NOW.timestamp()) < 1
    assert board["phones"]["01"]["call_id"] == "talking"
    assert board["phones"]["02"]["state"] == "break"
    assert two.board(2) == {"queues": {}, "phones": {}, "callers": {}, "calls": 0}
    one._link.cut_off("for a look at what it sees alone")
    assert one.board(1)["queues"] == board["queues"]


def test_the_board_knows_who_waits_who_talks_and_who_is_to_be_called_back(one: Shared, two: Shared) -> None:
    one.acquire(1, "talking", ["01", "02"], "13800138000/4008001234")
    for call, caller in (("a", ""), ("b", "13800138001/4008001234"), ("c", "/4008001234")):
        one.join(1, QueuePlan("one", ("01", "02")), call, caller=caller)
    assert one.promise(1, "one", "a", "057188888888/4008001234", 2)
    one.release(1, "talking", ["02"])
    callers = two.board(1)["callers"]
    known = {"did": "4008001234", "promised": False, "offered": ""}
    assert callers["talking"] == known | {"ani": "13800138000"}
    assert callers["a"] == known | {"ani": "057188888888", "promised": True, "offered": "02"}
    assert callers["b"] == known | {"ani": "13800138001"}
    assert callers["c"] == known | {"ani": ""}
    one._link.cut_off("for a look at what it sees alone")
    alone = one.board(1)["callers"]
    assert alone["a"] == callers["a"]
    assert (alone["b"]["ani"], alone["b"]["promised"]) == ("", False)


def test_a_state_that_is_none_is_refused(one: Shared) -> None:
    with pytest.raises(ValueError, match="asleep"):
        one.set_agent(1, "01", "asleep")


def test_without_redis_this_process_goes_on_and_joins_up_again(own_redis_server: RedisServer) -> None:
    with (
        connect(own_redis_server.url) as redis,
        connect(own_redis_server.url) as other,
        running(Shared(redis, "one")) as one,
    ):
        assert one.acquire(1, "talking", ["01"]) == {"01"}
        assert one.join(1, ONE, "a") == JoinedPlace(1)
        own_redis_server.stop()
        assert one.join(1, ONE, "b") == JoinedPlace(2)
        assert one.acquire(1, "c", ["01"]) == frozenset()
        with ThreadPoolExecutor() as waiting:
            offer = waiting.submit(one.wait, 1, ONE, "a", 30, threading.Event())
            one.release(1, "talking", ["01"])
            assert offer.result(10) == Offer("01")
        own_redis_server.start()
        two = Shared(other, "two")
        until(lambda: two.board(1)["queues"].get("one", {}).get("callers"), "said again")
        assert [caller["call_id"] for caller in two.board(1)["queues"]["one"]["callers"]] == ["b"]
        assert two.board(1)["phones"]["01"]["call_id"] == "a"
        assert two.acquire(1, "d", ["01"]) == frozenset()
        one.release(1, "a", ["01"])
        until(lambda: look(one, ONE, "b") == Offer("01"))


def test_a_redis_that_forgot_is_told_again(own_redis_server: RedisServer, clock: Clock) -> None:
    with connect(own_redis_server.url) as redis:
        one, two = Shared(redis, "one", clock), Shared(redis, "two", clock)
        one.touch()
        one.acquire(1, "talking", ["01"])
        one.join(1, ONE, "a")
        redis.flushall()
        one.touch()
        assert two.acquire(1, "b", ["01"]) == frozenset()
        assert look(two, ONE, "a") == Place(1)


def test_what_another_has_taken_over_is_not_given_back(one: Shared, two: Shared) -> None:
    """A controller that has lost a call tidies up after the next one has it already."""
    assert one.may_begin(1, "a", 1)
    one.acquire(1, "a", ["01"])
    one.join(1, ONE, "b")
    assert two.may_begin(1, "a", 0)
    assert two.acquire(1, "a", ["01"]) == {"01"}
    assert two.wait(1, ONE, "b", 0, threading.Event()) == Place(1, -1)
    one.release(1, "a", ["01"])
    one.ended(1, "a")
    one.ended(1, "b")
    assert not two.acquire(1, "c", ["01"])
    assert not two.may_begin(1, "c", 1)
    two.release(1, "a", ["01"])
    assert two.wait(1, ONE, "b", 0, threading.Event()) == Offer("01")
    two.ended(1, "a")
    assert two.may_begin(1, "c", 1)
