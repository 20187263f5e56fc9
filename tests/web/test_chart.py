from __future__ import annotations

import pytest

from app.store.today import HOURS, Hour
from app.web.today.chart import HEIGHT, WIDTH, Chart, chart


def day(**calls: int) -> Chart:
    """A day of calls by hour ("h9" = 9 o'clock), half of them answered."""
    counts = {int(hour[1:]): n for hour, n in calls.items()}
    return chart([Hour(h, counts.get(h, 0), counts.get(h, 0) // 2) for h in range(HOURS)])


def test_a_quiet_day_shows_the_hours_of_a_shop() -> None:
    drawn = day()
    assert [bar.hour for bar in drawn.bars] == list(range(8, 21))
    assert all(bar.top == HEIGHT for bar in drawn.bars)


def test_early_and_late_calls_widen_the_day() -> None:
    drawn = day(h5=1, h23=2)
    assert (drawn.bars[0].hour, drawn.bars[-1].hour) == (5, 23)


@pytest.mark.parametrize(
    ("most", "scale"), [(0, 4), (4, 4), (5, 10), (11, 20), (21, 40), (173, 200), (2001, 4000)]
)
def test_the_scale_is_a_round_number(most: int, scale: int) -> None:
    assert day(h9=most).scale == scale


def test_a_bar_stands_on_the_ground_and_stays_inside() -> None:
    bar = next(bar for bar in day(h9=8, h10=10).bars if bar.hour == 9)
    assert bar.top == pytest.approx(HEIGHT * 0.2)
    assert bar.answered_height == pytest.approx(HEIGHT * 0.4)
    assert 0 <= bar.x < bar.x + bar.width <= WIDTH
