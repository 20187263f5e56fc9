from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app.calls.publish import publish_flow, publish_missing
from app.flow.snapshot import Snapshot
from app.live.connection import connect
from app.live.snapshots import SnapshotCache
from app.store import emergencies, flows, groups
from app.web import live
from tests.support.shop import Shop
from tests.web.browser import Browser

TARGET = "13900000003"


@pytest.fixture(autouse=True)
def published(app: Flask, shop: Shop) -> None:
    publish_flow(live.redis_of(app), shop.company, "main")


def in_force(app: Flask, shop: Shop) -> Snapshot:
    """What the next call of the shop's number runs on."""
    return SnapshotCache(live.redis_of(app), Path("/nonexistent")).get(shop.did)


def test_the_next_call_goes_to_the_chosen_phone(alice: Browser, app: Flask, shop: Shop) -> None:
    assert in_force(app, shop).assets.emergency == ""
    alice.post("/emergency/begin", {"target": TARGET})
    snapshot = in_force(app, shop)
    assert (snapshot.assets.emergency, snapshot.assets.phones[TARGET].name) == (TARGET, "售后一号")


def test_a_typed_number_goes_before_the_chosen_one(alice: Browser, app: Flask, shop: Shop) -> None:
    alice.post("/emergency/begin", {"target": TARGET, "number": "138 0013 8000"})
    assert in_force(app, shop).assets.emergency == "13800138000"


def test_what_else_is_not_published_stays_so(alice: Browser, app: Flask, shop: Shop) -> None:
    groups.change(shop.company, "care", name="售后组", members=["care2"])
    alice.post("/emergency/begin", {"target": TARGET})
    assert in_force(app, shop).assets.groups["care"].phones == ("care1", "care2")
    assert len(flows.versions(shop.company, "main")) == 1


def test_it_is_taken_back(alice: Browser, app: Flask, shop: Shop) -> None:
    before = in_force(app, shop)
    alice.post("/emergency/begin", {"target": TARGET})
    alice.post("/emergency/end")
    assert in_force(app, shop) == before
    assert "紧急切换已打开" not in alice.page("/phones")


def test_publishing_meanwhile_does_not_end_it(alice: Browser, app: Flask, shop: Shop) -> None:
    alice.post("/emergency/begin", {"target": TARGET})
    publish_flow(live.redis_of(app), shop.company, "main")
    assert in_force(app, shop).assets.emergency == TARGET


def test_every_page_says_so_and_the_sheet_who_and_when(alice: Browser, bob: Browser) -> None:
    alice.post("/emergency/begin", {"target": TARGET})
    for page in ("/", "/numbers/4008001234", "/hours"):
        shown = bob.page(page)
        assert "紧急切换已打开" in shown
        assert "售后一号 139 0000 0003" in shown
        assert "恢复正常" not in shown
    assert "店主" in alice.page("/emergency")


@pytest.mark.parametrize("typed", ["", "12345", "4008001234", "前台", "008613900"])
def test_no_phone_no_switch(alice: Browser, shop: Shop, typed: str) -> None:
    alice.post("/emergency/begin", {"target": typed})
    assert "没有切换" in alice.page("/emergency")
    assert emergencies.current(shop.company) is None


def test_without_redis_it_is_in_force_a_minute_later(
    monkeypatch: pytest.MonkeyPatch, alice: Browser, app: Flask, shop: Shop
) -> None:
    there = live.redis_of(app)
    monkeypatch.setitem(app.extensions, "hotline_redis", connect(live.NOWHERE, 1))
    alice.post("/emergency/begin", {"target": TARGET})
    assert "实时服务暂时连不上" in alice.page("/")
    assert publish_missing(there) == 1
    monkeypatch.setitem(app.extensions, "hotline_redis", there)
    assert in_force(app, shop).assets.emergency == TARGET


def test_the_other_company_notices_nothing(alice: Browser, charlie: Browser) -> None:
    alice.post("/emergency/begin", {"target": TARGET})
    assert "紧急切换已打开" not in charlie.page("/")
