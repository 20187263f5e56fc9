"""Simulated time."""

from __future__ import annotations

import time

import gevent
import pytest

from app.simulator.clock import Change, Clock, InstantClock


def test_an_instant_clock_runs_through_a_day_in_no_time() -> None:
    clock = InstantClock()
    clock.sleep(86_400)
    assert clock.now() == 86_400


def test_sleepers_wake_in_the_order_of_their_times() -> None:
    clock, woken = InstantClock(), []

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        woken.append((seconds, clock.now()))

    gevent.joinall([gevent.spawn(sleep, seconds) for seconds in (3.0, 1.0, 2.0)], timeout=5, raise_error=True)
    assert woken == [(1.0, 1.0), (2.0, 2.0), (3.0, 3.0)]


def test_a_change_wakes_before_the_time() -> None:
    clock, change, state = InstantClock(), Change(), []

    def happen() -> None:
        clock.sleep(2)
        state.append("happened")
        change.notify()

    gevent.spawn(happen)
    assert clock.until(change, lambda: bool(state), 10)
    assert clock.now() == 2


def test_what_does_not_happen_is_given_up_in_time() -> None:
    clock = InstantClock()
    assert not clock.until(Change(), lambda: False, 5)
    assert clock.now() == 5


def test_time_stands_while_a_controller_is_to_speak() -> None:
    clock, times = InstantClock(), []

    def sleep() -> None:
        clock.sleep(1)
        times.append(clock.now())

    with clock.standing():
        sleeper = gevent.spawn(sleep)
        for _ in range(20):
            gevent.idle()
        assert times == []
    sleeper.join(5)
    assert times == [1.0]


def test_a_faster_clock_keeps_the_proportions() -> None:
    clock, began = Clock(speed=1000), time.monotonic()
    clock.sleep(20)
    assert 20 <= clock.now() <= (time.monotonic() - began) * 1000 + 20


def test_the_time_of_day_goes_with_the_clock() -> None:
    clock = InstantClock()
    before = clock.wall_us()
    clock.sleep(3600)
    assert clock.wall_us() - before == 3_600_000_000


@pytest.mark.parametrize("speed", [0, -1, 1001, float("nan")])
def test_a_speed_that_makes_no_sense_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="speed"):
        Clock(speed)
