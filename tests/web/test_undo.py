from __future__ import annotations

import pytest

from app.store import flows, users
from tests.support.shop import DOCUMENT, Shop
from tests.web.browser import Browser
from tests.web.conftest import BOB


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
    assert '<button class="btn" disabled>' in alice.page("/flows/main/")
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
