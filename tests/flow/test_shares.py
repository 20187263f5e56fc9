"""A split keeps its shares over many calls, and each call's way is explained by its seed."""

from __future__ import annotations

from collections import Counter
from math import sqrt

from app.flow.nodes.base import Call
from app.flow.nodes.split import Split
from tests.flow.company import ASSETS, facts

SEEDS = 10_000
SPLIT = Split(id="a", shares=("杭州: 50", "上海: 35", "深圳: 15", "停用: 0"))


def way(seed: int) -> str:
    run = SPLIT.run(Call(facts(seed=seed), ASSETS))
    try:
        next(run)
    except StopIteration as done:
        return str(done.value)
    raise AssertionError("a split asks nothing of the world")


def test_the_shares_hold_within_two_deviations() -> None:
    counts = Counter(map(way, range(SEEDS)))
    for name, share in (("share_1", 0.5), ("share_2", 0.35), ("share_3", 0.15)):
        assert abs(counts[name] - SEEDS * share) <= 2 * sqrt(SEEDS * share * (1 - share)), (name, counts)
    assert "share_4" not in counts


def test_the_same_call_goes_the_same_way_again() -> None:
    assert [way(seed) for seed in range(50)] == [way(seed) for seed in range(50)]
