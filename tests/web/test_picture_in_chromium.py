"""The picture of a flow in a real browser: what an owner does in the editor, and what the other pages show in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from app.store import calls, flows
from app.web import live
from tests.support.cdrs import cdr
from tests.support.shop import Shop
from tests.web.chromium import DEADLINE_MS, OPTIONS, PROGRAM, served, signed_in
from tests.web.conftest import ALICE, BOB

WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not PROGRAM.exists():
        pytest.skip(f"no {PROGRAM}: the picture was not tried in a real browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def context(chromium: Browser, console: Flask) -> Iterator[BrowserContext]:
    with served(console) as address:
        context = chromium.new_context(base_url=address)
        context.set_default_timeout(DEADLINE_MS)
        yield context
        context.close()


def opened(context: BrowserContext, email: str) -> Iterator[Page]:
    """A page that fails the test when the browser complains, of the content security policy for one."""
    complaints: list[str] = []
    page = signed_in(context, email)
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.close()
    assert [text for text in complaints if "status of 4" not in text] == []


@pytest.fixture
def page(context: BrowserContext, shop: Shop) -> Iterator[Page]:
    yield from opened(context, ALICE)


@pytest.fixture
def bobs(context: BrowserContext, shop: Shop) -> Iterator[Page]:
    yield from opened(context, BOB)


def nodes(shop: Shop) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = flows.find(shop.company, "main").draft["nodes"]
    return found


def box(page: Page, id: str) -> Locator:
    return page.locator(f"[data-box='{id}']")


def edit(page: Page) -> None:
    page.goto("/flows/main/?view=picture")
    page.click("[data-zoom=fit]")
    expect(box(page, "open")).to_be_visible()


def drag(page: Page, row: Locator, to: Locator) -> None:
    """From an exit's dot, at the right end of its row, to the middle of a box."""
    row.hover()
    start, end = row.bounding_box(), to.bounding_box()
    assert start
    assert end
    expect(page.locator(".port-grip").first).to_be_visible()
    page.mouse.move(start["x"] + start["width"], start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + 20, end["y"] + 12, steps=4)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=4)
    page.mouse.up()


def test_a_click_on_a_box_opens_its_settings_beside_it(page: Page, shop: Shop) -> None:
    edit(page)
    box(page, "care").click()
    expect(page.locator("#step-care form.step-form")).to_be_visible()
    expect(page.locator("#step-menu")).to_be_hidden()
    page.fill("#step-care-title", "售后专线")
    page.press("#step-care-title", "Tab")
    expect(box(page, "care")).to_contain_text("售后专线")
    assert nodes(shop)["care"]["title"] == "售后专线"
    box(page, "group:care").click()
    expect(page.locator("#step-care")).to_be_visible()


def test_an_exit_is_led_elsewhere_by_dragging_and_the_keys_take_it_back(page: Page, shop: Shop) -> None:
    edit(page)
    drag(page, box(page, "menu").locator("[data-exit='1']"), box(page, "closed"))
    expect(page.locator("#undo")).to_be_enabled()
    assert nodes(shop)["menu"]["exits"] == {"1": "closed"}
    page.keyboard.press("Control+z")
    expect(page.locator("#redo")).to_be_enabled()
    assert nodes(shop)["menu"]["exits"] == {"1": "care"}
    page.keyboard.press("Control+Shift+Z")
    expect(page.locator("#redo")).to_be_disabled()
    assert nodes(shop)["menu"]["exits"] == {"1": "closed"}


def test_a_free_exit_is_asked_for(page: Page, shop: Shop) -> None:
    edit(page)
    drag(page, box(page, "menu").locator(".port.is-free"), box(page, "closed"))
    page.click("#picture-chooser >> text='2'")
    expect(box(page, "menu").locator("[data-exit='2']")).to_be_visible()
    assert nodes(shop)["menu"]["exits"] == {"1": "care", "2": "closed"}


def test_a_step_is_dragged_from_the_palette(page: Page, shop: Shop) -> None:
    edit(page)
    page.click(".add-step summary")
    page.drag_and_drop(".step-kind[value=voicemail]", "[data-box=menu] [data-exit='1']")
    expect(box(page, "voicemail")).to_be_visible()
    expect(page.locator("#step-voicemail form.step-form")).to_be_visible()
    assert nodes(shop)["menu"]["exits"] == {"1": "voicemail"}


def test_a_step_that_is_dropped_beside_all_others_is_not_connected_yet(page: Page, shop: Shop) -> None:
    edit(page)
    page.click(".add-step summary")
    page.drag_and_drop(".step-kind[value=hangup]", ".picture-canvas", target_position={"x": 8, "y": 8})
    expect(box(page, "hangup")).to_be_visible()
    assert nodes(shop)["hangup"] == {"kind": "hangup"}


def test_the_keys_walk_open_and_delete(page: Page, shop: Shop) -> None:
    edit(page)
    box(page, "open").focus()
    page.keyboard.press("ArrowRight")
    expect(box(page, "menu")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(box(page, "care")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#step-care form.step-form")).to_be_visible()
    box(page, "care").focus()
    page.keyboard.press("Delete")
    expect(page.locator("#sheet")).to_contain_text("删除「售后组」")
    page.click("#sheet .btn-danger")
    expect(box(page, "care")).to_have_count(0)
    assert "care" not in nodes(shop)


def test_findings_are_marked_and_lead_to_their_box(page: Page, shop: Shop) -> None:
    draft = flows.find(shop.company, "main").draft
    broken = {**draft["nodes"], "care": {"kind": "hunt"}}
    flows.save_draft(shop.company, "main", {**draft, "nodes": broken}, 0, shop.owner)
    edit(page)
    expect(box(page, "care").locator(".box-mark.is-error")).to_be_visible()
    page.click("#check [data-jump=care] >> nth=0")
    expect(page.locator("#step-care form.step-form")).to_be_visible()
    expect(box(page, "care")).to_have_class(r"box is-step has-errors is-chosen")


def test_the_outline_and_the_picture_are_switched_and_remembered(page: Page) -> None:
    page.goto("/flows/main/")
    page.click("[data-show=outline]")
    expect(page.locator(".picture")).to_be_hidden()
    expect(page.locator("#step-menu")).to_be_visible()
    page.click("[data-show=picture]")
    expect(box(page, "menu")).to_be_visible()
    page.goto("/flows/main/")
    expect(box(page, "menu")).to_be_visible()
    page.click("[data-show=outline]")


def test_a_narrow_picture_runs_down_and_the_page_stays_narrow(page: Page) -> None:
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    edit(page)
    above, below = box(page, "open").bounding_box(), box(page, "menu").bounding_box()
    assert above
    assert below
    assert above["y"] + above["height"] < below["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_who_may_not_edit_may_look(bobs: Page, shop: Shop) -> None:
    edit(bobs)
    box(bobs, "menu").click()
    expect(bobs.locator("#step-menu")).to_be_visible()
    expect(bobs.locator(".port-grip")).to_have_count(0)
    bobs.keyboard.press("Delete")
    expect(bobs.locator("#sheet")).to_be_hidden()


def test_the_numbers_picture_shows_what_happens_and_leads_to_the_step(
    page: Page, shop: Shop, console: Flask
) -> None:
    flows.publish(shop.company, "main", shop.owner)
    page.goto("/numbers/4008001234")
    row = page.locator(".box-phone[data-number='13900000003']")
    expect(row).to_have_class("box-phone")
    with console.app_context():
        live.shared().set_agent(shop.company.id, "13900000003", "offline", None)
    expect(row).to_have_class("box-phone is-off")
    expect(row).to_contain_text("离线")
    expect(box(page, "open").locator(".box-state")).to_have_text("营业中" if is_open(page) else "休息中")
    box(page, "menu").click()
    page.wait_for_url("**/flows/main/?view=picture&open=menu")
    expect(page.locator("#step-menu form.step-form")).to_be_visible()


def is_open(page: Page) -> bool:
    told = page.evaluate("JSON.parse(document.getElementById('now-data').textContent).boxes.open.tone")
    return bool(told == "open")


def test_a_tried_call_lights_its_way(page: Page) -> None:
    page.goto("/flows/main/try")
    page.fill("#at", "2026-11-23T10:00")
    page.click("#mute")
    page.click("#dial")
    expect(page.locator("#status")).to_have_text("请按键")
    expect(box(page, "menu")).to_have_class("box is-step is-passed is-here")
    page.click("[data-key='1']")
    expect(page.locator("#status")).to_have_text("通话中")
    expect(box(page, "care")).to_have_class("box is-step is-passed is-here")
    expect(box(page, "group:care")).to_have_class("box is-phones is-passed")
    expect(page.locator(".way-line.is-passed")).to_have_count(3)
    page.click("[data-act=callee]")
    page.click("#again")
    expect(page.locator(".box.is-passed")).to_have_count(0)


def test_a_call_shows_the_way_it_went_in_the_version_of_then(page: Page, shop: Shop) -> None:
    flows.publish(shop.company, "main", shop.owner)
    flow = flows.find(shop.company, "main")
    later = {**flow.draft, "start": "closed", "nodes": {"closed": flow.draft["nodes"]["closed"]}}
    flows.save_draft(shop.company, "main", later, flow.draft_revision, shop.owner)
    flows.publish(shop.company, "main", shop.owner)
    calls.record(cdr("c", shop.company.id))
    page.goto("/calls/c")
    expect(box(page, "menu")).to_have_class("box is-step is-passed")
    expect(page.locator(".way-line.is-passed")).to_have_count(1)
