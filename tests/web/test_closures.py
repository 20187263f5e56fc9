from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.routing import opening_hours
from app.store import closures, hours
from app.web.hours import days
from tests.support.shop import Shop
from tests.web.browser import LIVE, Browser, text

OFFICE = {"weekly": {"mon-fri": ["09:00-18:00"]}, "holidays": True}


def closed(shop: Shop) -> list[date]:
    return [each.day for each in closures.every(shop.company)]


def test_days_are_closed_and_opened_again(alice: Browser, shop: Shop) -> None:
    first = date.today() + timedelta(days=40)
    days = {"first": str(first), "last": str(first + timedelta(days=2)), "note": "盘点"}
    alice.post("/closures/add", days)
    assert closed(shop) == [first, first + timedelta(days=1), first + timedelta(days=2)]
    assert f"{first} – {first + timedelta(days=2)} · 3 天" in alice.page("/hours")
    alice.post("/closures/remove", days)
    assert closed(shop) == []


@pytest.mark.parametrize(
    "typed",
    [
        {"first": "", "last": ""},
        {"first": "2026-13-01"},
        {"first": "2026-12-31", "last": "2026-12-30"},
        {"first": "2026-01-01", "last": "2026-12-31"},
        {"first": "明天"},
    ],
)
def test_days_that_make_no_sense_are_refused(alice: Browser, shop: Shop, typed: dict[str, str]) -> None:
    alice.post("/closures/add", typed)
    assert "最多 60 天" in alice.page("/hours")
    assert closed(shop) == []


def test_calls_do_not_know_of_it_before_it_is_published(alice: Browser, shop: Shop) -> None:
    alice.post("/flows/main/publish", {"revision": "0"})
    alice.post("/closures/add", {"first": "2026-12-31"})
    assert "公司休息日有修改" in alice.page("/hours")
    alice.post("/flows/publish-assets", {"back": "hours"})
    assert "公司休息日有修改" not in alice.page("/hours")


def test_holidays_are_kept_when_the_hours_are_saved(alice: Browser, shop: Shop) -> None:
    week = {f"{day}_{end}": time for day in ("mon", "tue") for end, time in (("from", "9"), ("to", "18"))}
    alice.post("/hours/office/edit", {"name": "办公时间", "holidays": "y", **week})
    assert hours.find(shop.company, "office").document["holidays"] is True
    assert "checked" in alice.page("/hours/office/edit")
    alice.post("/hours/office/edit", {"name": "办公时间", **week})
    assert "holidays" not in hours.find(shop.company, "office").document


def test_a_week_shows_what_callers_find(alice: Browser, shop: Shop) -> None:
    hours.change(shop.company, "office", name="办公时间", document=OFFICE)
    closures.add(shop.company, [date(2026, 9, 29)], "盘点")
    shown = text(alice.get("/hours/office/week?day=2026-10-01", headers=LIVE))
    assert shown.count("国庆节") == 4
    assert "盘点" in shown
    assert "调休上班" in text(alice.get("/hours/office/week?day=2026-10-10"))


@pytest.mark.parametrize("day", ["", "x", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_odd_days_show_some_week(alice: Browser, day: str) -> None:
    assert alice.get(f"/hours/office/week?day={day}").status_code == 200


def test_the_reason_of_each_day() -> None:
    document = OFFICE | {"closed": ["2026-10-09"], "open": {"2026-10-08": ["10:00-12:00"]}}
    office = opening_hours.read("office", "办公时间", document)
    found = days.week(office, {date(2026, 10, 5): ""}, date(2026, 10, 5))
    assert [(len(day.spans), day.why.zh) for day in found] == [
        (0, "公司休息"),
        (0, "国庆节"),
        (0, "国庆节"),
        (1, "特别营业"),
        (0, "休息的日期"),
        (1, "调休上班"),
        (0, ""),
    ]


def test_the_holidays_of_a_year_with_their_make_up_days() -> None:
    by_name = {each.name.zh: each for each in days.holidays(2026)}
    national = by_name["国庆节"]
    assert (national.first, national.last, national.days) == (date(2026, 10, 1), date(2026, 10, 7), 7)
    assert national.make_up_days == (date(2026, 10, 10),)
    assert by_name["春节"].make_up_days == (date(2026, 2, 14), date(2026, 2, 28))
    assert len(by_name) == 7
    assert days.holidays(2101) == []


def test_neighbours_of_one_note_are_one_run() -> None:
    first = date(2026, 12, 30)
    found = days.runs({first: "盘点", first + timedelta(1): "盘点", first + timedelta(2): "年会"})
    assert [(run.name.zh, run.days) for run in found] == [("盘点", 2), ("年会", 1)]
