"""What a call's page offers to do with its caller, and what he left."""

from __future__ import annotations

import pytest
from redis import Redis

from app.live import snapshots
from app.store import calls, lists, phones
from tests.support.cdrs import MESSAGE, cdr
from tests.support.shop import Shop
from tests.web.browser import Browser


@pytest.fixture(autouse=True)
def recorded(alice: Browser, shop: Shop) -> None:
    alice.edit("/publish", live=False)
    lists.create(shop.company, "black", "骚扰电话", "black")
    calls.record(cdr("c", shop.company.id))
    calls.record(cdr("hidden", shop.company.id, ani=""))


def listed(shop: Shop) -> list[str]:
    return [entry.value for entry in lists.all_entries(shop.company, "black")]


def test_the_caller_is_put_on_a_list(alice: Browser, shop: Shop) -> None:
    assert "骚扰电话" in alice.page("/calls/c")
    alice.post("/calls/c/list", {"list": "black"})
    assert "已加入「骚扰电话」，下一个来电起生效" in alice.page("/calls/c")
    assert listed(shop) == ["13800138000"]
    alice.post("/calls/c/list", {"list": "black"})
    assert "它已经在「骚扰电话」里了" in alice.page("/calls/c")


def test_other_changes_are_not_put_in_force_by_that(alice: Browser, shop: Shop, redis: Redis) -> None:
    phones.change(shop.company, "care1", number="13900000009", name="售后一号")
    before = snapshots.revisions(redis)
    alice.post("/calls/c/list", {"list": "black"})
    assert "点「立即生效」后，来电才按它处理" in alice.page("/calls/c")
    assert snapshots.revisions(redis) == before


def test_who_shows_no_number_cannot_be_listed(alice: Browser, shop: Shop) -> None:
    assert "加入名单" not in alice.page("/calls/hidden")
    alice.post("/calls/hidden/list", {"list": "black"})
    assert "没有显示号码" in alice.page("/calls/hidden")
    assert listed(shop) == []


def test_members_and_other_companies_may_not(bob: Browser, charlie: Browser, shop: Shop) -> None:
    assert bob.post("/calls/c/list", {"list": "black"}).status_code == 403
    assert charlie.post("/calls/c/list", {"list": "black"}).status_code == 404
    assert listed(shop) == []


def test_a_list_that_is_gone(alice: Browser) -> None:
    assert alice.post("/calls/c/list", {"list": "gone"}).status_code == 404


def test_calling_back_and_his_other_calls_are_one_press_away(bob: Browser) -> None:
    page = bob.page("/calls/c")
    assert 'href="tel:13800138000"' in page
    assert 'href="/calls?ani=13800138000"' in page


def test_a_message_is_played_where_there_is_one(alice: Browser, shop: Shop) -> None:
    calls.record(cdr("spoke", shop.company.id, voicemail=MESSAGE))
    assert 'data-play="/messages/spoke/sound"' in alice.page("/calls/spoke")
    assert "data-play" not in alice.page("/calls/c")


def test_the_place_is_said_in_english(alice: Browser) -> None:
    alice.post("/language", {"language": "en"})
    assert "a call from Hangzhou, Zhejiang" in alice.page("/calls/c")
