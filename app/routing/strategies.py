"""In which order the phones of a group are rung."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from random import Random


class Strategy(StrEnum):
    SEQUENTIAL = "sequential"  # 顺序: always from the first
    RANDOM = "random"  # 随机: each order equally likely
    ROUND_ROBIN = "round_robin"  # 循环: each call starts one further
    SIMULTANEOUS = "simultaneous"  # 同振: all at once


def order(strategy: str, phones: Sequence[str], *, seed: str, turn: int) -> tuple[tuple[str, ...], ...]:
    """The phones in rounds: those of one round are rung together, the rounds one after the other.

    `seed` decides all chance: the same seed gives the same order. `turn` is the group's counter, from 0; only round
    robin looks at it.
    """
    if not phones:
        return ()
    if strategy == Strategy.SIMULTANEOUS:
        return (tuple(phones),)
    line = list(phones)
    if strategy == Strategy.RANDOM:
        Random(seed).shuffle(line)
    elif strategy == Strategy.ROUND_ROBIN:
        first = turn % len(line)
        line = line[first:] + line[:first]
    return tuple((phone,) for phone in line)
