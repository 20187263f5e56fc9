from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.routing.opening_hours import DAYS, SEARCH_DAYS
from tests.routing.office import MONDAY, OFFICE, documents, hours

SHANGHAI = ZoneInfo("Asia/Shanghai")

BAR = {"weekly": {"fri-sat": ["20:00-02:00"], "sun": ["18:00-24:00"]}, "closed": ["2026-10-04"]}
ALWAYS = {"weekly": {"mon-sun": ["00:00-24:00"]}}
SHIFTS = {"weekly": {"mon": ["09:00-09:00"]}}  # round the clock, from Monday 09:00
NEVER: dict[str, Any] = {"weekly": {}}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


# 2026-10-05 is a Monday.
OPEN_OR_NOT = [
    (OFFICE, "2026-10-05 08:59:59", False),
    (OFFICE, "2026-10-05 09:00", True),
    (OFFICE, "2026-10-05 11:59:59.999999", True),
    (OFFICE, "2026-10-05 12:00", False),
    (OFFICE, "2026-10-05 13:29", False),
    (OFFICE, "2026-10-05 13:30", True),
    (OFFICE, "2026-10-05 18:00", False),
    (OFFICE, "2026-10-03 15:59", True),
    (OFFICE, "2026-10-03 16:00", False),
    (OFFICE, "2026-10-04 12:00", False),
    (OFFICE, "2026-10-01 10:00", False),
    (OFFICE, "2026-10-02 10:00", False),
    (OFFICE, "2026-10-10 09:00", True),
    (OFFICE, "2026-10-10 17:59", True),
    (OFFICE, "2026-10-17 17:59", False),
    (BAR, "2026-10-09 19:59", False),
    (BAR, "2026-10-09 20:00", True),
    (BAR, "2026-10-10 00:00", True),
    (BAR, "2026-10-10 01:59", True),
    (BAR, "2026-10-10 02:00", False),
    (BAR, "2026-10-11 01:59", True),
    (BAR, "2026-10-11 23:59", True),
    (BAR, "2026-10-12 00:00", False),
    (BAR, "2026-10-04 01:59", True),  # Saturday's night goes on into the closed Sunday
    (BAR, "2026-10-04 18:00", False),
    (ALWAYS, "2026-10-05 00:00", True),
    (ALWAYS, "2026-10-05 23:59", True),
    (SHIFTS, "2026-10-05 08:59", False),
    (SHIFTS, "2026-10-05 09:00", True),
    (SHIFTS, "2026-10-06 08:59", True),
    (SHIFTS, "2026-10-06 09:00", False),
    (NEVER, "2026-10-05 12:00", False),
]


@pytest.mark.parametrize(("document", "moment", "is_open"), OPEN_OR_NOT)
def test_is_open(document: dict[str, Any], moment: str, is_open: bool) -> None:
    assert hours(document).is_open(at(moment)) is is_open


@pytest.mark.parametrize(
    ("document", "moment", "opening"),
    [
        (OFFICE, "2026-10-05 08:59:30", "2026-10-05 09:00"),
        (OFFICE, "2026-10-05 10:17:23", "2026-10-05 10:17:23"),
        (OFFICE, "2026-10-05 12:00", "2026-10-05 13:30"),
        (OFFICE, "2026-10-05 18:00", "2026-10-06 09:00"),
        (OFFICE, "2026-09-30 18:00", "2026-10-03 10:00"),
        (OFFICE, "2026-10-03 16:00", "2026-10-05 09:00"),
        (BAR, "2026-10-03 12:00", "2026-10-03 20:00"),
        (BAR, "2026-10-04 02:00", "2026-10-09 20:00"),
        (SHIFTS, "2026-10-06 09:00", "2026-10-12 09:00"),
        (ALWAYS, "2026-12-31 23:59:59", "2026-12-31 23:59:59"),
    ],
)
def test_next_opening(document: dict[str, Any], moment: str, opening: str) -> None:
    assert hours(document).next_opening(at(moment)) == at(opening)


def test_no_opening_within_sixty_days() -> None:
    reopening = date(2026, 10, 5) + timedelta(days=SEARCH_DAYS)
    closed_season = hours({"open": {str(reopening): ["09:00-18:00"]}})
    assert hours(NEVER).next_opening(at("2026-10-05 12:00")) is None
    assert closed_season.next_opening(at("2026-10-05 12:00")) == datetime.combine(
        reopening, time(9), SHANGHAI
    )
    assert closed_season.next_opening(at("2026-10-04 12:00")) is None


def test_the_zone_of_the_moment_counts() -> None:
    morning = datetime(2026, 10, 5, 1, 0, tzinfo=UTC)
    assert not hours(OFFICE).is_open(morning)
    assert hours(OFFICE).is_open(morning.astimezone(SHANGHAI))
    assert hours(OFFICE).next_opening(morning) == datetime(2026, 10, 5, 9, 0, tzinfo=UTC)


def test_opening_times_are_wall_clock_when_the_clock_changes() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    evening = datetime(2026, 10, 24, 20, 0, tzinfo=berlin)
    sunday = hours({"weekly": {"sun": ["09:00-18:00"]}})
    assert sunday.next_opening(evening) == datetime(2026, 10, 25, 9, 0, tzinfo=berlin)


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        hours(OFFICE).is_open(datetime(2026, 10, 5, 10, 0))
    with pytest.raises(ValueError, match="aware"):
        hours(OFFICE).next_opening(datetime(2026, 10, 5, 10, 0))


def open_minutes(document: Mapping[str, Any], days: range) -> set[datetime]:
    """Every open minute of some days from MONDAY on, counted one by one."""
    minutes_open = set()
    for day in (MONDAY + timedelta(days=number) for number in days):
        if str(day) in document["closed"]:
            continue
        texts = document["open"].get(str(day), document["weekly"].get(DAYS[day.weekday()], []))
        for text in texts:
            (start_hour, start), (end_hour, end) = (map(int, clock.split(":")) for clock in text.split("-"))
            minute = datetime.combine(day, time(start_hour, start), SHANGHAI)
            over_midnight = (end_hour, end) <= (start_hour, start)
            last = datetime.combine(day, time(0), SHANGHAI) + timedelta(
                days=over_midnight, hours=end_hour, minutes=end
            )
            while minute < last:
                minutes_open.add(minute)
                minute += timedelta(minutes=1)
    return minutes_open


moments = st.datetimes(datetime(2026, 10, 5), datetime(2026, 10, 13), timezones=st.just(SHANGHAI))


@settings(max_examples=40, deadline=None)
@given(documents(), st.lists(moments, min_size=1, max_size=20))
def test_open_and_next_opening_are_what_counting_minute_by_minute_says(
    document: dict[str, Any], some: list[datetime]
) -> None:
    model = open_minutes(document, range(-2, 17))
    office = hours(document)
    for moment in some:
        minute = moment.replace(second=0, microsecond=0)
        assert office.is_open(moment) is (minute in model)
        expected = moment if minute in model else min((m for m in model if m > moment), default=None)
        opening = office.next_opening(moment)
        assert opening == expected or (expected is None and opening and opening > at("2026-10-22"))


HALVES = {"weekly": {"mon-sun": ["08:00-12:00", "12:00-20:00"]}}

# 2026-10-05 is a Monday.
OPEN_FOR = [
    (OFFICE, "2026-10-05 11:59:59", 1),
    (OFFICE, "2026-10-05 11:59:59.750", 0.25),
    (OFFICE, "2026-10-05 12:00", 0),
    (OFFICE, "2026-10-05 09:00", 3 * 3600),
    (HALVES, "2026-10-05 11:59", 8 * 3600 + 60),
    (BAR, "2026-10-09 23:59:30", 2 * 3600 + 30),
    (BAR, "2026-10-10 01:59:30", 30),
    (BAR, "2026-10-11 23:59:59", 1),
    (SHIFTS, "2026-10-06 08:59", 60),
    (ALWAYS, "2026-10-05 12:00", 24 * 3600),
    (NEVER, "2026-10-05 12:00", 0),
]


@pytest.mark.parametrize(("document", "moment", "seconds"), OPEN_FOR)
def test_how_long_it_stays_open_but_a_day_at_most(
    document: dict[str, Any], moment: str, seconds: float
) -> None:
    found = hours(document).open_for(at(moment), timedelta(days=1))
    assert found == timedelta(seconds=seconds)


@given(documents(), st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(SHANGHAI)))
def test_it_is_open_until_then_and_closed_from_then_on(document: dict[str, Any], moment: datetime) -> None:
    office, longest = hours(document), timedelta(hours=2)
    open_for = office.open_for(moment, longest)
    assert office.is_open(moment) == (open_for > timedelta(0))
    if open_for:
        assert office.is_open(moment + open_for - timedelta(microseconds=1))
    assert open_for == longest or not office.is_open(moment + open_for)
