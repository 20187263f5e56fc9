"""Two people in one flow: both changes kept where they can be, told and offered again where they cannot."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app.flow.fields import declared
from app.flow.nodes.hunt import Hunt
from app.store import flows, numbers, users
from app.web import live
from tests.support.shop import DOCUMENT, PASSWORD, Shop
from tests.web.browser import Browser, text

SECOND = "second@shop.example"


@pytest.fixture
def second(app: Flask, shop: Shop) -> Browser:
    """Another owner of Alice's company."""
    users.create(shop.company, SECOND, "合伙人", PASSWORD, role="owner")
    return Browser(app).signed_in_as(SECOND)


def draft(shop: Shop) -> dict[str, Any]:
    found: dict[str, Any] = flows.find(shop.company, "main").draft
    return found


def stale(browser: Browser, path: str, live: bool = True, revision: int = 0, **fields: Any) -> Any:
    """A change made on a page of an old revision."""
    return browser.post(f"/flows/main{path}", {"live_revision": str(revision), **fields}, live)


def test_changes_of_different_steps_are_both_saved_and_told(
    alice: Browser, second: Browser, shop: Shop
) -> None:
    alice.edit("/nodes/care", title="售后", group="care")
    answer = stale(second, "/nodes/closed", title="下班", prompt="closed")
    assert answer.status_code == 200
    assert "有人同时改了「售后」" in text(answer)
    nodes = draft(shop)["nodes"]
    assert (nodes["care"]["title"], nodes["closed"]["title"]) == ("售后", "下班")


def test_each_undoes_only_what_was_his(alice: Browser, second: Browser, shop: Shop) -> None:
    alice.edit("/nodes/care", title="售后", group="care")
    stale(second, "/nodes/closed", title="下班", prompt="closed")
    second.edit("/undo")
    nodes = draft(shop)["nodes"]
    assert (nodes["care"].get("title"), nodes["closed"].get("title")) == ("售后", None)


def test_other_settings_of_the_same_step_are_put_together(
    alice: Browser, second: Browser, shop: Shop
) -> None:
    alice.edit("/nodes/care", title="售后", group="care", next_on=["busy"])
    stale(
        second,
        "/nodes/care",
        group="care",
        ring_timeout_s="30",
        next_on=list(declared(Hunt)["next_on"].default),
    )
    care = draft(shop)["nodes"]["care"]
    assert (care["title"], care["ring_timeout_s"], care["next_on"]) == ("售后", 30, ["busy"])


def test_the_same_setting_is_shown_side_by_side_and_nothing_is_lost(
    alice: Browser, second: Browser, shop: Shop
) -> None:
    alice.edit("/nodes/care", title="甲", group="care", ring_timeout_s="15")
    answer = stale(second, "/nodes/care", title="乙", group="care")
    page = text(answer)
    assert answer.status_code == 409
    assert "店主 在今天" in page
    assert "改名为「甲」" in page
    assert "改名为「乙」" in page
    assert 'name="title" value="乙"' in page
    again = stale(second, "/nodes/care", title="乙", group="care", base_revision="0", over="1")
    assert again.status_code == 200
    care = draft(shop)["nodes"]["care"]
    assert (care["title"], care["ring_timeout_s"]) == ("乙", 15)  # only what clashed was replaced


def test_what_changed_again_meanwhile_is_shown_again(alice: Browser, second: Browser, shop: Shop) -> None:
    alice.edit("/nodes/care", title="甲", group="care")
    alice.edit("/nodes/care", title="丙", group="care")
    answer = stale(second, "/nodes/care", title="乙", group="care", base_revision="0", over="1")
    assert answer.status_code == 409
    assert draft(shop)["nodes"]["care"]["title"] == "丙"


def test_a_page_older_than_anything_kept_still_offers_the_change(
    alice: Browser, second: Browser, shop: Shop, app: Flask
) -> None:
    alice.edit("/nodes/care", title="甲", group="care")
    live.redis_of(app).flushall()
    second.signed_in_as(SECOND)
    assert stale(second, "/nodes/closed", title="乙", prompt="closed").status_code == 409
    stale(second, "/nodes/closed", title="乙", prompt="closed", base_revision="0", over="1")
    assert draft(shop)["nodes"]["closed"]["title"] == "乙"


def test_without_scripts_the_conflict_is_a_page(alice: Browser, second: Browser) -> None:
    alice.edit("/nodes/care", title="甲", group="care")
    answer = second.post("/flows/main/nodes/care", {"revision": "0", "title": "乙", "group": "care"})
    assert answer.status_code == 409
    assert "两个人同时在修改" in text(answer)


def test_what_was_typed_is_escaped_in_the_offer(alice: Browser, second: Browser) -> None:
    alice.edit("/nodes/care", title="甲", group="care")
    answer = stale(second, "/nodes/care", title='"><script>x()</script>', group="care")
    assert "<script>x()" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "path", ["/nodes/care", "/nodes/care/remove", "/nodes", "/nodes/menu/exits/2", "/undo"]
)
def test_a_flow_that_was_deleted_can_be_brought_back(
    alice: Browser, second: Browser, shop: Shop, path: str
) -> None:
    numbers.change(shop.company, shop.did, label="", flow="")
    alice.edit("/nodes/care", title="甲", group="care")
    alice.post("/flows/main/delete")
    answer = stale(second, path, revision=1, title="乙", kind="menu", target="closed")
    assert answer.status_code == 409
    assert "店主 删除了「总线」" in text(answer)
    assert second.post("/flows/main/bring-back").location == "/flows/main/"
    assert draft(shop)["nodes"]["care"]["title"] == "甲"
    assert draft(shop)["nodes"].keys() == DOCUMENT["nodes"].keys()


def test_another_company_brings_nothing_back(alice: Browser, charlie: Browser, shop: Shop) -> None:
    numbers.change(shop.company, shop.did, label="", flow="")
    alice.post("/flows/main/delete")
    charlie.post("/flows/main/bring-back")
    assert stale(alice, "/nodes", kind="menu").status_code == 409


def test_a_flow_there_never_was_is_not_found(alice: Browser) -> None:
    assert alice.post("/flows/never/bring-back").status_code == 404
    assert alice.post("/flows/never/nodes", {"kind": "menu"}, live=True).status_code == 404
