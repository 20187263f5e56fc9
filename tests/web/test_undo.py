from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from redis import Redis

from app.store import flows, users
from app.web import create_app
from tests.support.shop import DOCUMENT, PASSWORD, Shop
from tests.web.browser import Browser
from tests.web.conftest import ALICE, BOB


def title(shop: Shop) -> str | None:
    found: str | None = flows.find(shop.company, "main").draft["nodes"]["care"].get("title")
    return found


def test_changes_are_undone_one_by_one(alice: Browser, shop: Shop) -> None:
    alice.edit("/nodes/care", title="一", group="care")
    alice.edit("/nodes/care", title="二", group="care")
    alice.edit("/undo")
    assert title(shop) == "一"
    alice.edit("/undo")
    assert flows.find(shop.company, "main").draft == DOCUMENT


def test_with_nothing_to_undo_the_button_is_off(alice: Browser, shop: Shop) -> None:
    assert '"Control+Z" disabled' in alice.page("/flows/main/")
    alice.edit("/undo")
    assert flows.find(shop.company, "main").draft_revision == 0


def test_only_the_last_changes_are_kept(alice: Browser, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.flows.history.DEPTH", 2)
    for n in range(4):
        alice.edit("/nodes/care", title=f"第{n}次", group="care")
    for _ in range(4):
        alice.edit("/undo")
    assert title(shop) == "第1次"


def test_somebody_elses_change_is_never_undone_unseen(alice: Browser, shop: Shop) -> None:
    alice.edit("/nodes/care", title="一", group="care")
    flow = flows.find(shop.company, "main")
    flows.save_draft(shop.company, "main", {**flow.draft, "name": "别的"}, 1, users.with_email(BOB))
    assert alice.post("/flows/main/undo", {"live_revision": "1"}, live=True).status_code == 409
    alice.edit("/undo")
    assert flows.find(shop.company, "main").draft["name"] == "别的"


def test_an_import_and_a_restored_version_are_undone_too(alice: Browser, shop: Shop) -> None:
    alice.edit("/publish", live=False)
    alice.edit("/nodes/care", title="一", group="care")
    alice.edit("/versions/1/restore", live=False)
    assert title(shop) is None
    alice.edit("/undo")
    assert title(shop) == "一"


def test_each_takes_back_what_is_his_own(app: Flask, alice: Browser, shop: Shop) -> None:
    users.create(shop.company, "second@shop.example", "合伙人", PASSWORD, role="owner")
    other = Browser(app).signed_in_as("second@shop.example")
    alice.edit("/nodes/care", title="一", group="care")
    assert '"Control+Z" disabled' in other.page("/flows/main/")
    other.edit("/nodes/care", title="二", group="care")
    other.edit("/undo")
    other.edit("/undo")
    assert title(shop) == "一"
    alice.edit("/undo")
    assert title(shop) == "一"


def test_large_drafts_are_kept_as_far_as_there_is_room(
    alice: Browser, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.web.flows.history.MAX_CHARACTERS", 1000)
    for n in range(4):
        alice.edit("/nodes/care", title=f"第{n}次", group="care")
    for _ in range(4):
        alice.edit("/undo")
    assert title(shop) == "第1次"


def test_it_outlives_the_console_and_is_forgotten_after_days(
    app: Flask, alice: Browser, shop: Shop, redis: Redis, sqlite_url: str
) -> None:
    alice.edit("/nodes/care", title="一", group="care")
    again = create_app(replace(app.config["SETTINGS"], database_url=sqlite_url))
    Browser(again).signed_in_as(ALICE).edit("/undo")
    assert title(shop) is None
    alice.edit("/nodes/care", title="二", group="care")
    (key,) = redis.keys("h400:drafts:*")
    assert 0 < redis.ttl(key) <= 7 * 24 * 3600


def test_what_was_taken_back_is_made_again(alice: Browser, shop: Shop) -> None:
    alice.edit("/nodes/care", title="一", group="care")
    alice.edit("/nodes/care", title="二", group="care")
    alice.edit("/undo")
    alice.edit("/undo")
    alice.edit("/redo")
    assert title(shop) == "一"
    alice.edit("/redo")
    alice.edit("/redo")
    assert title(shop) == "二"
    alice.edit("/undo")
    assert title(shop) == "一"


def test_after_another_change_nothing_can_be_made_again(alice: Browser, shop: Shop) -> None:
    alice.edit("/nodes/care", title="一", group="care")
    alice.edit("/undo")
    alice.edit("/nodes/care", title="三", group="care")
    assert '"Control+Shift+Z" disabled' in alice.page("/flows/main/")
    alice.edit("/redo")
    assert title(shop) == "三"


def test_somebody_elses_change_ends_what_can_be_made_again(alice: Browser, shop: Shop) -> None:
    alice.edit("/nodes/care", title="一", group="care")
    alice.edit("/undo")
    flow = flows.find(shop.company, "main")
    flows.save_draft(shop.company, "main", {**flow.draft, "name": "别的"}, 2, users.with_email(BOB))
    assert alice.post("/flows/main/redo", {"live_revision": "2"}, live=True).status_code == 409
    alice.edit("/redo")
    assert flows.find(shop.company, "main").draft["name"] == "别的"
