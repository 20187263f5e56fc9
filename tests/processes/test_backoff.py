"""The pauses between one process and the next."""

from __future__ import annotations

from app.processes.backoff import Backoff


def test_pauses_double_up_to_the_longest() -> None:
    backoff = Backoff(first_s=1, longest_s=5)
    assert [backoff.pause_s(lived_s=0) for _ in range(5)] == [1, 2, 4, 5, 5]


def test_a_process_that_lived_long_begins_anew() -> None:
    backoff = Backoff(first_s=1, calm_s=60)
    assert [backoff.pause_s(lived_s) for lived_s in (0, 0, 60, 0)] == [1, 2, 1, 2]
