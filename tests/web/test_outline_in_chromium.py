"""The outline in a real browser: keys, dragging, the search, a session that ends in the middle of a change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from app.store import flows, prompts, users
from tests.support.shop import PASSWORD, Shop
from tests.web.chromium import DEADLINE_MS, OPTIONS, PROGRAM, served, signed_in
from tests.web.conftest import ALICE

MICROPHONE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not PROGRAM.exists():
        pytest.skip(f"no {PROGRAM}: the outline was not tried in a real browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=[*OPTIONS, *MICROPHONE])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def context(chromium: Browser, console: Flask) -> Iterator[BrowserContext]:
    with served(console) as address:
        context = chromium.new_context(base_url=address, viewport={"width": 1280, "height": 900})
        context.set_default_timeout(DEADLINE_MS)
        yield context
        context.close()


@pytest.fixture
def page(context: BrowserContext, shop: Shop) -> Iterator[Page]:
    """Alice in the editor; whatever the browser complains about fails the test."""
    complaints: list[str] = []
    page = signed_in(context, ALICE)
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/flows/main/?view=outline")
    yield page
    page.close()
    assert [text for text in complaints if "status of 4" not in text] == []


def draft(shop: Shop) -> dict[str, Any]:
    found: dict[str, Any] = flows.find(shop.company, "main").draft
    return found


def exits(shop: Shop, node: str = "menu") -> dict[str, str]:
    found: dict[str, str] = draft(shop)["nodes"][node].get("exits", {})
    return found


def saved(page: Page, revision: int) -> None:
    expect(page.locator("#live-revision")).to_have_value(str(revision))


def carry(page: Page, grip: Locator, onto: Locator) -> None:
    grip.hover()  # scrolls there: what it is carried to must then be on the screen as well
    onto.hover(force=True)
    start, end = grip.bounding_box(), onto.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + 12, end["y"] + end["height"] / 2, steps=12)
    page.mouse.move(end["x"] + 12, end["y"] + end["height"] / 2 - 4, steps=4)
    page.mouse.up()


def test_steps_are_walked_opened_doubled_and_moved_by_keys_alone(page: Page, shop: Shop) -> None:
    page.locator("#step-open").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#step-menu")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#step-menu .step-form")).to_be_visible()
    page.locator("#step-menu").focus()
    page.keyboard.press("Alt+ArrowDown")
    saved(page, 1)
    order = list(draft(shop)["nodes"])
    assert order.index("closed") < order.index("menu")
    expect(page.locator("#step-menu")).to_be_focused()
    page.keyboard.press("d")
    saved(page, 2)
    assert "menu2" in draft(shop)["nodes"]
    page.locator("#step-menu2").focus()
    page.keyboard.press("Control+z")
    saved(page, 3)
    page.keyboard.press("Control+z")
    saved(page, 4)
    page.keyboard.press("Control+Shift+z")
    saved(page, 5)
    assert "menu2" not in draft(shop)["nodes"]


def test_a_branch_is_copied_and_pasted_by_keys(page: Page, shop: Shop) -> None:
    page.locator("#step-care").focus()
    page.keyboard.press("Control+c")
    page.locator("[data-slot='menu:2']").focus()
    page.keyboard.press("Control+v")
    saved(page, 1)
    assert exits(shop) == {"1": "care", "2": "hunt"}
    assert draft(shop)["nodes"]["hunt"] == draft(shop)["nodes"]["care"]
    page.click("text=撤销")
    saved(page, 2)
    assert exits(shop) == {"1": "care"}


def test_a_branch_is_moved_and_copied_through_the_sheet(page: Page, shop: Shop) -> None:
    page.locator("#step-care").focus()
    page.keyboard.press("m")
    page.click("#sheet button[value='menu:5']")
    saved(page, 1)
    assert exits(shop) == {"5": "care"}
    page.click("#step-care .menu summary")
    page.click("#step-care >> text=复制分支到…")
    page.click("#sheet button[value='menu:6']")
    saved(page, 2)
    assert exits(shop) == {"5": "care", "6": "hunt"}


def test_what_an_exit_leads_to_is_dragged_onto_another(page: Page, shop: Shop) -> None:
    carry(page, page.locator("[data-slot='menu:1'] [data-drag]"), page.locator("[data-slot='menu:3']"))
    saved(page, 1)
    assert exits(shop) == {"3": "care"}
    carry(page, page.locator("[data-slot='open:closed'] [data-drag]"), page.locator("[data-slot='menu:3']"))
    saved(page, 2)
    assert (exits(shop), exits(shop, "open")) == ({"3": "closed"}, {"open": "menu", "closed": "care"})
    page.click("text=撤销")
    saved(page, 3)
    assert exits(shop) == {"3": "care"}


def test_a_branch_dragged_under_itself_is_refused_in_words(page: Page, shop: Shop) -> None:
    carry(page, page.locator("[data-slot='open:open'] [data-drag]"), page.locator("[data-slot='menu:3']"))
    expect(page.locator("#notice")).to_contain_text("不能移到它自己下面")
    assert exits(shop) == {"1": "care"}


def test_steps_are_dragged_into_another_order(page: Page, shop: Shop) -> None:
    carry(page, page.locator("#step-closed [data-grip]"), page.locator("#step-menu [data-grip]"))
    saved(page, 1)
    order = list(draft(shop)["nodes"])
    assert order.index("closed") < order.index("menu")


def test_phones_are_put_in_another_order_by_keys(page: Page, shop: Shop) -> None:
    page.goto("/flows/main/?view=outline&open=care")
    for phone in ("care1", "care2"):
        page.check(f"#step-care input[value={phone}]", force=True)
    saved(page, 2)
    page.goto("/flows/main/?view=outline&open=care")
    page.locator("#step-care input[value=care2]").focus()
    page.keyboard.press("Alt+ArrowLeft")
    saved(page, 3)
    assert draft(shop)["nodes"]["care"]["phones"] == ["care2", "care1"]


@pytest.mark.parametrize(
    ("typed", "step"),
    [("下班了", "closed"), ("售后二号", "care"), ("139 0000 0004", "care"), ("语音导航 请按", "menu")],
)
def test_the_search_finds_steps_by_name_prompt_and_phone(page: Page, typed: str, step: str) -> None:
    page.keyboard.press("/")
    page.keyboard.type(typed)
    expect(page.locator("#flow-found li")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(f"#step-{step}")).to_be_focused()
    expect(page.locator(f"#step-{step}")).to_have_class(re.compile("is-found"))
    page.keyboard.press("Control+k")
    expect(page.locator("#flow-search")).to_be_focused()


def test_what_is_not_there_is_said(page: Page) -> None:
    page.fill("#flow-search", "没有这个")
    expect(page.locator("#flow-found-count")).to_have_text("没有找到")


def test_the_keys_are_listed_on_a_sheet(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.locator("#sheet")).to_contain_text("Ctrl+K")
    page.keyboard.press("Escape")
    expect(page.locator("#sheet")).to_be_hidden()


def test_a_session_that_ends_in_the_middle_of_a_change_loses_nothing(page: Page, shop: Shop) -> None:
    page.goto("/flows/main/?view=outline&open=care")
    users.set_password(shop.company, shop.owner, PASSWORD)  # ends all sessions
    page.fill("#step-care-title", "售后值班")
    page.press("#step-care-title", "Tab")
    page.wait_for_url(re.compile("/sign-in"))
    page.fill("#email", ALICE)
    page.fill("#password", PASSWORD)
    page.click(".door-form form button")
    page.wait_for_url("**/flows/main/*")
    expect(page.locator("#unsaved")).to_be_visible()
    page.click("#unsaved [data-again]")
    saved(page, 1)
    assert draft(shop)["nodes"]["care"]["title"] == "售后值班"
    page.reload()
    expect(page.locator("#unsaved")).to_be_hidden()


def test_what_two_changed_is_shown_side_by_side_and_kept(page: Page, shop: Shop) -> None:
    page.goto("/flows/main/?view=outline&open=care")
    theirs = draft(shop)
    nodes = {**theirs["nodes"], "care": {**theirs["nodes"]["care"], "title": "甲"}}
    flows.save_draft(shop.company, "main", {**theirs, "nodes": nodes}, 0)
    page.fill("#step-care-title", "乙")
    page.press("#step-care-title", "Tab")
    expect(page.locator("#notice .conflict")).to_be_visible()
    page.click("#notice >> text=保存我的改动")
    saved(page, 2)
    assert draft(shop)["nodes"]["care"]["title"] == "乙"
    expect(page.locator("#notice")).to_be_empty()


def test_a_prompt_is_spoken_where_it_is_heard(page: Page, shop: Shop) -> None:
    page.goto("/flows/main/?view=outline&open=closed")
    page.click("#step-closed .widget-voice >> nth=0 >> text=新做一条")
    page.fill("#sheet #name", "放假通知")
    page.fill("#sheet #text", "今天放假，请明天再来电。")
    page.click("#sheet .sheet-foot .btn-primary")
    expect(page.locator("#step-closed .widget-says").first).to_have_text("今天放假，请明天再来电。")
    expect(page.locator("#sheet")).to_be_hidden()
    assert draft(shop)["nodes"]["closed"]["prompt"] == "prompt"
    page.click("#step-closed .widget-voice >> nth=0 >> text=改文字或声音")
    expect(page.locator("#sheet #text")).to_have_value("今天放假，请明天再来电。")
    page.fill("#sheet #text", "明天放假。")
    page.click("#sheet .sheet-foot .btn-primary")
    expect(page.locator("#step-closed .widget-says").first).to_have_text("明天放假。")
    assert prompts.find(shop.company, "prompt").text == "明天放假。"


def test_a_prompt_is_recorded_in_the_editor(page: Page, shop: Shop) -> None:
    page.goto("/flows/main/?view=outline&open=closed")
    page.click("#step-closed .widget-voice >> nth=0 >> text=新做一条")
    page.fill("#sheet #name", "店主录音")
    page.check("#sheet input[value=upload]", force=True)
    page.click("#sheet [data-record]")
    expect(page.locator("#sheet [data-seconds]")).to_have_text("0:02")
    page.click("#sheet [data-stop]")
    expect(page.locator("#sheet [data-recorded]")).to_contain_text("已录好")
    page.click("#sheet .sheet-foot .btn-primary")
    expect(page.locator("#step-closed-prompt")).to_have_value("prompt")
    version = prompts.spoken(shop.company)["prompt"]["zh"]
    assert version.source == "recording"
