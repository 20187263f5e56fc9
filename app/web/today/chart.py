"""The bars of the day: calls by hour, placed for an SVG. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.store.today import Hour

WIDTH, HEIGHT = 720, 300  # of the picture without its labels, in its own units
FIRST, LAST = 8, 20  # the hours that are shown at least
GAP = 0.36  # of a bar's share


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour's bar; answered calls at its foot, the others on top of them."""

    hour: int
    calls: int
    answered: int
    x: float
    width: float
    answered_height: float
    other_height: float

    @property
    def top(self) -> float:
        return HEIGHT - self.answered_height - self.other_height

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Chart:
    bars: tuple[Bar, ...]
    scale: int  # calls that reach to the top
    width: int = WIDTH
    height: int = HEIGHT


def chart(by_hour: Sequence[Hour]) -> Chart:
    """The chart of the hours from the first call, or 8, to the last one, or 20."""
    busy = [hour.hour for hour in by_hour if hour.calls]
    shown = by_hour[min([FIRST, *busy]) : max([LAST, *busy]) + 1]
    scale = _round_up(max(hour.calls for hour in shown))
    share = WIDTH / len(shown)
    return Chart(tuple(_bar(hour, place, share, scale) for place, hour in enumerate(shown)), scale)


def _bar(hour: Hour, place: int, share: float, scale: int) -> Bar:
    answered = HEIGHT * hour.answered / scale
    other = HEIGHT * (hour.calls - hour.answered) / scale
    x = share * (place + GAP / 2)
    return Bar(
        hour.hour, hour.calls, hour.answered, *(round(n, 1) for n in (x, share * (1 - GAP), answered, other))
    )


def _round_up(calls: int) -> int:
    """A scale that is easy to read: 4, 10, 20, 40, 100, …"""
    steps = (step * 10**power for power in range(7) for step in (4, 10, 20))
    return next((step for step in sorted(steps) if step >= calls), calls)
