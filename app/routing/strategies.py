"""In which order the phones of a group are rung."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from random import Random


class Strategy(StrEnum):
    SEQUENTIAL = "sequential"  # 顺序: always from the first
    RANDOM = "random"  # 随机: each order equally likely
    ROUND_ROBIN = "round_robin"  # 循环: each call starts one further
    WEIGHTED = "weighted"  # 按权重: the first with the chance of its weight, the next among the rest likewise
    LONGEST_IDLE = "longest_idle"  # 最久空闲: who has not talked for the longest time
    SIMULTANEOUS = "simultaneous"  # 同振: all at once


# As text: a member of an enumeration takes a microsecond to look up, and each call looks.
_, RANDOM, ROUND_ROBIN, WEIGHTED, LONGEST_IDLE, SIMULTANEOUS = (strategy.value for strategy in Strategy)


def order(
    strategy: str,
    phones: Sequence[str],
    *,
    seed: str,
    turn: int = 0,
    weights: Mapping[str, float] | None = None,
    idle: Sequence[str] = (),
) -> tuple[tuple[str, ...], ...]:
    """The phones in rounds: those of one round are rung together, the rounds one after the other.

    Each strategy looks at one thing beside the phones:

    seed     decides all chance: the same seed gives the same order
    turn     the group's counter, from 0, for round robin
    weights  above 0, by phone, for the strategy by weight; 1 for those that are not in it
    idle     phones in the order in which they last talked, longest ago first; who is not in it comes last
    """
    if not phones:
        return ()
    if strategy == SIMULTANEOUS:
        return (tuple(phones),)
    line = list(phones)
    if strategy == RANDOM:
        Random(seed).shuffle(line)
    elif strategy == ROUND_ROBIN:
        first = turn % len(line)
        line = line[first:] + line[:first]
    elif strategy == WEIGHTED:
        line = _by_weight(line, weights or {}, Random(seed))
    elif strategy == LONGEST_IDLE:
        places = {phone: place for place, phone in enumerate(idle)}
        line.sort(key=lambda phone: places.get(phone, len(places)))
    return tuple((phone,) for phone in line)


def share(weights: Sequence[float], chance: float) -> int:
    """Which of several gets it: the index whose part of the whole, in order, holds `chance` of [0, 1)."""
    left = chance * sum(weights)
    for index, weight in enumerate(weights):
        left -= weight
        if left < 0:
            return index
    return max(index for index, weight in enumerate(weights) if weight)


def _by_weight(phones: list[str], weights: Mapping[str, float], random: Random) -> list[str]:
    left, line = list(phones), []
    while left:
        chosen = share([weights.get(phone, 1) for phone in left], random.random())
        line.append(left.pop(chosen))
    return line
