"""The year on one page."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.routing import calendar, opening_hours
from app.store import closures, hours
from app.web.hours.year import CLOSED, CLOSURE, HOLIDAY, MAKE_UP, OPEN, SPECIAL, day_of, year
from tests.support.shop import Shop
from tests.web.browser import LIVE, Browser

OFFICE = opening_hours.read(
    "office",
    "办公时间",
    {"weekly": {"mon-fri": ["09:00-18:00"]}, "holidays": True, "open": {"2026-10-03": ["10:00-12:00"]}},
)
CLOSED_DAYS = {date(2026, 12, 30): "盘点"}


@pytest.fixture(autouse=True)
def in_november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.hours.calendar.now", lambda: datetime(2026, 11, 23, 4, tzinfo=UTC))


@pytest.mark.parametrize(
    ("day", "kind", "why"),
    [
        ("2026-11-23", OPEN, ""),
        ("2026-11-22", CLOSED, ""),
        ("2026-10-01", HOLIDAY, "国庆节"),
        ("2026-10-03", SPECIAL, "特别营业"),
        ("2026-10-10", MAKE_UP, "调休上班"),
        ("2026-12-30", CLOSURE, "盘点"),
    ],
)
def test_each_day_is_what_it_is(day: str, kind: str, why: str) -> None:
    found = day_of(OFFICE, CLOSED_DAYS, date.fromisoformat(day))
    assert (found.kind, found.why.zh) == (kind, why)
    assert bool(found.spans) == (kind in {OPEN, SPECIAL, MAKE_UP})


def test_a_year_has_all_its_days_and_every_holiday() -> None:
    months = year(OFFICE, {}, 2026)
    assert sum(len(month.days) for month in months) == 365
    assert [month.blanks for month in months[:3]] == [3, 6, 6]
    assert "国庆节" in {each.name.zh for each in months[9].breaks}


def test_what_is_not_announced_is_expected() -> None:
    first_unknown = date(calendar.LAST_YEAR + 1, 10, 1)
    assert day_of(OFFICE, {}, first_unknown).is_expected
    assert not day_of(OFFICE, {}, date(2026, 10, 1)).is_expected


def test_the_page_names_days_and_says_when_they_are_open(alice: Browser, shop: Shop) -> None:
    page = alice.page("/hours/calendar?year=2026")
    assert 'aria-label="2026年10月1日周四 国庆节 09:00–18:00"' in page
    assert "法定节假日照常营业" in page
    document = hours.find(shop.company, "office").document | {"holidays": True}
    hours.change(shop.company, "office", name="办公时间", document=document)
    page = alice.page("/hours/calendar?year=2026")
    assert 'aria-label="2026年10月1日周四 国庆节 休息"' in page
    assert 'aria-label="2026年10月10日周六 调休上班 09:00–18:00"' in page


def test_next_years_holidays_are_marked_as_expected(alice: Browser) -> None:
    page = alice.page(f"/hours/calendar?year={calendar.LAST_YEAR + 1}")
    assert "还没有公布" in page
    assert "国庆节（预计）" in page


def test_a_span_of_days_is_closed_and_opened_again(alice: Browser, shop: Shop) -> None:
    span = {
        "first": "2026-12-30",
        "last": "2026-12-31",
        "note": "盘点",
        "calendar": "2026",
        "hours": "office",
    }
    answer = alice.post("/closures/add", span)
    assert answer.location == "/hours/calendar?year=2026&hours=office"
    part = alice.get("/hours/calendar/days?hours=office&first=2026-12-31&last=2026-12-30", headers=LIVE)
    text = part.get_data(as_text=True)
    assert text.count("盘点") >= 2
    assert "取消公司休息" in text
    alice.post("/closures/remove", span)
    assert closures.every(shop.company) == []


@pytest.mark.parametrize(
    "asked", ["", "first=tomorrow", "first=1999-01-01", "first=2026-13-01&last=2026-01-01"]
)
def test_days_that_are_none_are_refused(alice: Browser, asked: str) -> None:
    assert alice.get(f"/hours/calendar/days?{asked}").status_code == 400
    assert alice.get(f"/hours/calendar?year=9999&hours=nobodys&{asked}").status_code == 200


def test_a_span_is_no_longer_than_what_may_be_closed_at_once(alice: Browser) -> None:
    part = alice.page("/hours/calendar/days?first=2026-01-01&last=2026-12-31")
    assert "2026年3月1日" in part
    assert "12月31日" not in part


def test_members_look_but_do_not_close(bob: Browser) -> None:
    part = bob.page("/hours/calendar/days?first=2026-12-30")
    assert "09:00–18:00" in part
    assert "<form" not in part


def test_a_company_without_hours_sees_the_holidays(charlie: Browser, shop: Shop) -> None:
    hours_of = [each.slug for each in hours.every(shop.company)]
    assert hours_of == ["office"]
    assert "国庆节" in charlie.page("/hours/calendar?year=2026")
