from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.store import calls
from app.web import formats
from tests.support.cdrs import cdr
from tests.support.shop import Shop
from tests.web.browser import Browser

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # in Shanghai


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.today.views.now", lambda: NOON)
    monkeypatch.setattr(formats, "now", lambda: NOON)


def record(shop: Shop, name: str, minutes_ago: int, **changes: object) -> None:
    began = (NOON - timedelta(minutes=minutes_ago)).isoformat(timespec="milliseconds")
    assert calls.record(cdr(name, shop.company.id, began_at=began, **changes))


def test_an_empty_day_tells_how_to_place_a_call(alice: Browser) -> None:
    assert "make call" in alice.page("/")


def test_it_counts_the_day(alice: Browser, shop: Shop) -> None:
    record(shop, "a", 60, wait_ms=8000)
    record(shop, "b", 30, result="missed", talk_ms=0, legs=[])
    record(shop, "c", 20, result="abandoned", talk_ms=0, legs=[])
    record(shop, "yesterday", 24 * 60, wait_ms=90_000)
    page = alice.page("/")
    assert "<span>来电</span><b>3</b>" in page
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
