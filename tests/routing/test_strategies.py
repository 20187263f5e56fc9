"""The order in which phones are rung: what each strategy promises, over many calls."""

from __future__ import annotations

from collections import Counter
from itertools import permutations
from math import sqrt

import pytest

from app.routing.strategies import Strategy, order, share

PHONES = ("a", "b", "c", "d")
SEEDS = 10_000
WEIGHTS = {"a": 5.0, "b": 3.0, "c": 1.5, "d": 0.5}


def first(strategy: str, seed: str, **given: object) -> str:
    return order(strategy, PHONES, seed=seed, **given)[0][0]  # type: ignore[arg-type]


@pytest.mark.parametrize("strategy", Strategy)
def test_every_phone_is_rung_exactly_once(strategy: str) -> None:
    rounds = order(strategy, PHONES, seed="7", turn=9, weights=WEIGHTS, idle=("c",))
    assert sorted(phone for together in rounds for phone in together) == list(PHONES)


@pytest.mark.parametrize("strategy", Strategy)
def test_without_phones_there_are_no_rounds(strategy: str) -> None:
    assert order(strategy, (), seed="7") == ()


@pytest.mark.parametrize("strategy", Strategy)
def test_the_same_seed_gives_the_same_order(strategy: str) -> None:
    assert order(strategy, PHONES, seed="7", weights=WEIGHTS) == order(
        strategy, PHONES, seed="7", weights=WEIGHTS
    )


def test_in_order_is_in_order() -> None:
    assert order("sequential", PHONES, seed="7") == (("a",), ("b",), ("c",), ("d",))


def test_all_at_once_is_one_round() -> None:
    assert order("simultaneous", PHONES, seed="7") == (PHONES,)


def test_round_robin_is_exact() -> None:
    counts = Counter(first("round_robin", "7", turn=turn) for turn in range(400))
    assert counts == dict.fromkeys(PHONES, 100)
    assert order("round_robin", PHONES, seed="7", turn=6) == (("c",), ("d",), ("a",), ("b",))


def test_longest_idle_follows_the_ranking_and_strangers_to_it_come_last() -> None:
    assert order("longest_idle", PHONES, seed="7", idle=("d", "b", "x")) == (("d",), ("b",), ("a",), ("c",))


def within_two_deviations(count: int, chance: float) -> bool:
    return abs(count - SEEDS * chance) <= 2 * sqrt(SEEDS * chance * (1 - chance))


def test_shares_by_weight_hold_over_many_calls() -> None:
    counts = Counter(first("weighted", f"{seed}:care", weights=WEIGHTS) for seed in range(SEEDS))
    for phone, weight in WEIGHTS.items():
        assert within_two_deviations(counts[phone], weight / 10), (phone, counts[phone])


def test_whoever_comes_second_by_weight_is_drawn_among_the_rest() -> None:
    rest = [
        order("weighted", PHONES, seed=f"{seed}:x", weights=WEIGHTS)[1][0]
        for seed in range(SEEDS)
        if first("weighted", f"{seed}:x", weights=WEIGHTS) == "a"
    ]
    shares = Counter(rest)
    assert abs(shares["b"] / len(rest) - 3 / 5) < 2 * sqrt(0.24 / len(rest))


def test_at_random_every_order_is_equally_likely() -> None:
    orders = Counter(order("random", "abc", seed=str(seed)) for seed in range(SEEDS))
    assert len(orders) == len(list(permutations("abc")))
    # six orders at once: three deviations, so that chance itself does not fail the test
    assert all(abs(count - SEEDS / 6) <= 3 * sqrt(SEEDS * 5 / 36) for count in orders.values())


@pytest.mark.parametrize(
    ("chance", "index"), [(0.0, 1), (0.29, 1), (0.3, 3), (0.99, 3)], ids=["0", "0.29", "0.3", "0.99"]
)
def test_a_share_of_nothing_is_never_taken(chance: float, index: int) -> None:
    assert share((0, 30, 0, 70), chance) == index


def test_the_rounding_of_fractions_never_gives_the_share_to_nobody() -> None:
    assert share((0.1, 0.2, 0.0), 1 - 2**-53) == 1
