"""Opening hours for the tests: an office's, and any that can be."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from app.routing.opening_hours import DAYS, OpeningHours, read

OFFICE = {
    "weekly": {"mon-fri": ["09:00-12:00", "13:30-18:00"], "sat": ["10:00-16:00"]},
    "closed": ["2026-10-01", "2026-10-02"],
    "open": {"2026-10-10": ["09:00-18:00"]},  # a Saturday on which people work
}

MONDAY = date(2026, 10, 5)
minutes = st.integers(0, 1439)
far_minutes = st.sampled_from([0, 1, 60, 540, 720, 1380, 1439])


def hours(document: Mapping[str, Any]) -> OpeningHours:
    return read("office", "办公时间", document)


@st.composite
def spans(draw: st.DrawFn) -> list[str]:
    """Up to four spans of one day that do not overlap; the last may go over midnight."""
    cuts = sorted(draw(st.sets(minutes | far_minutes, max_size=7)))
    ends = [*cuts[1:], draw(st.sampled_from([1440, cuts[0]]))] if cuts else []
    return [
        f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}"
        for a, b in list(zip(cuts, ends, strict=True))[::2]
    ]


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    weekly = draw(st.dictionaries(st.sampled_from(DAYS), spans()))
    dates = [str(MONDAY + timedelta(days=day)) for day in range(-2, 12)]
    closed = draw(st.lists(st.sampled_from(dates), unique=True, max_size=6))
    rest = [day for day in dates if day not in closed]
    opened = draw(st.dictionaries(st.sampled_from(rest), spans().filter(bool), max_size=4))
    return {"weekly": weekly, "closed": closed, "open": opened}
