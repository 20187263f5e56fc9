"""Public holidays, the days worked instead, and years that nobody knows yet."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from holidays import country_holidays

from app.routing import calendar
from app.routing.opening_hours import read

SHANGHAI = ZoneInfo("Asia/Shanghai")
DOCUMENT = {"weekly": {"mon-fri": ["09:00-18:00"]}, "holidays": True}
OFFICE = read("office", "工作日", DOCUMENT)
MALL = read(
    "mall", "商场", {"weekly": {"mon-fri": ["10:00-22:00"], "sat-sun": ["09:00-23:00"]}, "holidays": True}
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2026-01-01", "元旦"),
        ("2026-02-17", "春节"),
        ("2026-10-03", "国庆节"),  # a Saturday within the holiday
        ("2025-10-06", "中秋"),
        ("2026-09-30", ""),
        ("2026-10-10", ""),
        ("2027-02-06", "春节"),  # not announced when this was written: the law's
        ("2027-10-02", "国庆节"),
        ("2031-10-01", ""),
    ],
)
def test_a_holiday_has_a_name(day: str, name: str) -> None:
    found = calendar.holiday(date.fromisoformat(day))
    assert (found.zh if found else "") == name


@pytest.mark.parametrize(
    ("day", "worked"), [("2026-10-10", True), ("2026-10-17", False), ("2026-10-09", False)]
)
def test_a_weekend_day_may_be_worked_instead(day: str, worked: bool) -> None:
    assert calendar.is_make_up_day(date.fromisoformat(day)) is worked


def test_this_year_is_announced_or_should_be_and_the_next_from_december_on() -> None:
    last = calendar.LAST_YEAR
    assert calendar.is_announced(last)
    assert calendar.year_to_come(date(last, 11, 30)) is None
    assert calendar.year_to_come(date(last, 12, 1)) == last + 1
    assert calendar.year_to_come(date(last + 1, 1, 1)) == last + 1


@pytest.mark.parametrize("ahead", [1, 2])
def test_a_year_that_is_not_announced_has_the_days_off_of_the_law(ahead: int) -> None:
    year = calendar.LAST_YEAR + ahead
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    names = {found.zh for day in days if (found := calendar.holiday(day))}
    assert names | {"中秋"} == {
        "元旦",
        "春节",
        "清明",
        "劳动节",
        "端午",
        "中秋",
        "国庆节",
    }  # it can fall on 国庆节
    assert 13 <= sum(calendar.holiday(day) is not None for day in days) <= 20
    assert not calendar.is_announced(year)
    assert not any(calendar.is_make_up_day(day) for day in days)


def test_the_law_is_what_a_year_announced_meanwhile_kept_to() -> None:
    """The same rule as for the years to come, on a year that both know: no day of the law is worked."""
    year = calendar.LAST_YEAR
    for day, name in country_holidays("CN", years=year, language="zh_CN").items():
        assert calendar.holiday(day), name


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-09-30T10:00", True),
        ("2026-10-01T10:00", False),
        ("2026-10-07T10:00", False),
        ("2026-10-08T10:00", True),
        ("2026-10-10T10:00", True),
        ("2026-10-11T10:00", False),
        ("2031-10-01T10:00", True),
    ],
)
def test_opening_hours_keep_the_holidays(moment: str, is_open: bool) -> None:
    assert OFFICE.is_open(at(moment)) is is_open


def test_a_shop_open_at_weekends_has_its_own_hours_on_a_saturday_worked_elsewhere() -> None:
    assert MALL.is_open(at("2026-10-10T09:30"))


def test_a_date_with_hours_of_its_own_is_open_on_a_holiday() -> None:
    hours = read("a", "国庆营业", {**DOCUMENT, "open": {"2026-10-02": ["10:00-12:00"]}})
    assert hours.is_open(at("2026-10-02T11:00"))
    assert not hours.is_day_off(date(2026, 10, 2))


def test_the_next_opening_is_after_the_holiday() -> None:
    assert OFFICE.next_opening(at("2026-09-30T19:00")) == at("2026-10-08T09:00")


def test_a_closed_company_is_closed_whatever_its_hours_say() -> None:
    hours = read("a", "特别营业", {**DOCUMENT, "open": {"2026-10-02": ["10:00-12:00"]}})
    closed = hours.without(frozenset({date(2026, 10, 2), date(2026, 10, 8)}))
    assert not closed.is_open(at("2026-10-02T11:00"))
    assert closed.next_opening(at("2026-09-30T19:00")) == at("2026-10-09T09:00")
    assert closed.is_day_off(date(2026, 10, 8))
