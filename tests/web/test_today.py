from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.live.places import QueuePlan
from app.live.shared import Shared
from app.store import calls, companies, flows, users
from app.store.today import HOURS, Hour, recorded
from app.web import events, formats, live
from app.web.today.hours import Row, rows
from tests.support.cdrs import cdr
from tests.support.shop import PASSWORD, Shop
from tests.web.browser import Browser

NUMBERS = ("13900000003", "13900000004")
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # in Shanghai


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.today.views.now", lambda: NOON)
    monkeypatch.setattr(formats, "now", lambda: NOON)


def record(shop: Shop, name: str, minutes_ago: int, **changes: object) -> None:
    began = (NOON - timedelta(minutes=minutes_ago)).isoformat(timespec="milliseconds")
    assert calls.record(cdr(name, shop.company.id, began_at=began, **changes))


def test_a_new_company_is_led_from_phones_to_a_try(alice: Browser, shop: Shop) -> None:
    page = alice.page("/")
    assert "完成 2 / 4" in page
    assert 'is-next">' in page.partition("接上 400 号码并发布")[0].rpartition("<li")[2]
    flows.publish(shop.company, "main", shop.owner)
    assert "完成 3 / 4" in alice.page("/")
    record(shop, "a", 60)
    assert "十分钟接通" not in alice.page("/")


def test_nothing_yet_leads_to_phones_first(app: Flask) -> None:
    company = companies.create("新店")
    users.create(company, "new@shop.example", "店主", PASSWORD, role="owner")
    page = Browser(app).signed_in_as("new@shop.example").page("/")
    assert "完成 0 / 4" in page
    assert [page.index(f'href="{url}"') for url in ("/phones/new", "/flows/new")] == sorted(
        page.rindex(f'href="{url}"') for url in ("/phones/new", "/flows/new")
    )


def test_members_are_not_asked_to_set_up(bob: Browser) -> None:
    page = bob.page("/")
    assert "十分钟接通" not in page
    assert "<span>来电</span><b>0</b>" in page


def test_it_counts_the_day(alice: Browser, shop: Shop) -> None:
    record(shop, "a", 60, wait_ms=8000)
    record(shop, "b", 30, result="missed", talk_ms=0, legs=[])
    record(shop, "c", 20, result="abandoned", talk_ms=0, legs=[])
    record(shop, "yesterday", 24 * 60, wait_ms=90_000)
    page = alice.page("/")
    assert "<span>来电</span><b>3</b>" in page
    assert "上周一" in page
    assert 'result=missed"><span>未接</span><b>1</b>' in page
    assert "<span>平均等待</span><b>8秒</b>" in page


def test_who_was_missed_is_listed_with_a_number_to_dial(alice: Browser, shop: Shop) -> None:
    record(shop, "a", 60, ani="13800138001", result="missed", talk_ms=0, legs=[])
    record(shop, "b", 50, ani="13800138001", result="abandoned", talk_ms=0, legs=[])
    page = alice.page("/")
    assert page.count('href="tel:13800138001"') == 1
    assert "打了 2 次" in page


def test_who_was_reached_later_needs_no_call_back(alice: Browser, shop: Shop) -> None:
    record(shop, "a", 60, ani="13800138001", result="missed", talk_ms=0, legs=[])
    record(shop, "b", 50, ani="13800138001")
    assert "tel:13800138001" not in alice.page("/")


def test_who_was_reached_before_is_called_back(alice: Browser, shop: Shop) -> None:
    record(shop, "a", 60, ani="13800138001")
    record(shop, "b", 50, ani="13800138001", result="missed", talk_ms=0, legs=[])
    assert "tel:13800138001" in alice.page("/")


def test_withheld_numbers_cannot_be_called_back(alice: Browser, shop: Shop) -> None:
    record(shop, "a", 60, ani="", province="", city="", carrier="", result="missed", talk_ms=0, legs=[])
    assert "没有要回拨的" in alice.page("/")


def test_the_live_part_is_the_inside_of_the_page(alice: Browser, shop: Shop) -> None:
    record(shop, "a", 60)
    part = alice.page("/today/live")
    assert part.strip() in alice.page("/")
    assert "<html" not in part


def test_an_answered_call_names_who_answered(alice: Browser, shop: Shop) -> None:
    record(shop, "a", 60)
    assert "售后一号" in alice.page("/today/live")


def test_the_picture_is_drawn_from_a_table_with_the_day_a_week_ago(alice: Browser, shop: Shop) -> None:
    record(shop, "a", 60)
    record(shop, "b", 61, result="missed", talk_ms=0, legs=[])
    record(shop, "then", 7 * 24 * 60 + 60)
    page = alice.page("/")
    assert '<th scope="row">11:00</th><td>1</td><td>0</td><td>1</td>' in page
    assert '<th scope="row">10:00</th><td>0</td><td>1</td><td>0</td>' in page
    assert "上周一全天 1" in page


def day(**calls: int) -> list[Hour]:
    """A day of calls by hour ("h9" = 9 o'clock), half of them answered."""
    counts = {int(hour[1:]): n for hour, n in calls.items()}
    return [Hour(h, counts.get(h, 0), counts.get(h, 0) // 2) for h in range(HOURS)]


def test_a_quiet_day_shows_the_hours_of_a_shop() -> None:
    assert [row.hour for row in rows(day(), day())] == list(range(8, 21))


def test_early_and_late_calls_of_either_day_widen_it() -> None:
    shown = rows(day(h5=1), day(h23=2))
    assert (shown[0], shown[-1]) == (Row(5, 0, 1, 0), Row(23, 0, 0, 2))


def test_who_waits_is_counted_from_the_live_state(app: Flask, alice: Browser, shop: Shop) -> None:
    calls_now = Shared(live.redis_of(app), "a-controller")
    record(shop, "a", 60)
    calls_now.acquire(shop.company.id, "busy", NUMBERS)
    calls_now.join(shop.company.id, QueuePlan("care", NUMBERS), "first")
    assert "<span>正在等待</span><b>1</b>" in alice.page("/today/live")


def test_a_page_is_told_what_changed_since_it_was_made(shop: Shop) -> None:
    look = lambda: events.mark_of(recorded(shop.company, NOON))  # noqa: E731
    before = look()
    told = events._events(look, before)
    assert [next(told), next(told)] == ["retry: 3000\n\n", ":\n\n"]
    record(shop, "a", 60)
    told = events._events(look, before)  # as after a reconnect: the browser sends what it knows
    next(told)
    assert next(told) == f"id: {look()}\nevent: changed\ndata: {look()}\n\n"
    assert look() != before


def test_a_stream_ends_and_another_takes_its_place(monkeypatch: pytest.MonkeyPatch, alice: Browser) -> None:
    monkeypatch.setattr(events, "LIFE_S", 0.0)
    monkeypatch.setattr(events, "MOST", 1)
    for _ in range(3):
        with alice.get("/today/events") as answer:
            assert (answer.status_code, answer.mimetype) == (200, "text/event-stream")
            assert answer.get_data(as_text=True) == "retry: 3000\n\n"
    held = alice.get("/today/events")
    assert alice.get("/today/events").status_code == 204
    held.close()
