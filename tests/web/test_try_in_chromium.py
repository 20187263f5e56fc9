"""A draft is called by keypad in a real browser, kept as a test, broken, and not published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from app.store import flow_tests, flows, groups
from tests.support import sounds
from tests.support.shop import Shop
from tests.web.chromium import DEADLINE_MS, OPTIONS, PROGRAM, served, signed_in
from tests.web.conftest import ALICE

WORKDAY = "2026-11-23T10:00"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not PROGRAM.exists():
        pytest.skip(f"no {PROGRAM}: trial calls were not tried in a real browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def context(chromium: Browser, console: Flask) -> Iterator[BrowserContext]:
    with served(console) as address:
        context = chromium.new_context(base_url=address, viewport={"width": 1280, "height": 800})
        context.set_default_timeout(DEADLINE_MS)
        yield context
        context.close()


@pytest.fixture
def page(context: BrowserContext, shop: Shop) -> Iterator[Page]:
    """Alice on the page, muted; whatever the browser complains about fails the test."""
    complaints: list[str] = []
    page = signed_in(context, ALICE)
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/flows/main/try")
    page.fill("#at", WORKDAY)
    page.click("#mute")
    yield page
    page.close()
    assert [text for text in complaints if "status of 4" not in text] == []


def dial_and_press_1(page: Page) -> None:
    page.click("#dial")
    expect(page.locator("#status")).to_have_text("请按键")
    page.click("[data-key='1']")


def test_a_call_by_keypad_becomes_a_test_that_keeps_a_worse_flow_back(page: Page, shop: Shop) -> None:
    dial_and_press_1(page)
    expect(page.locator("#status")).to_have_text("通话中")
    expect(page.locator("#heard")).to_contain_text("售后一号 接听了")
    expect(page.locator(".way-row.is-here")).to_have_attribute("data-node", "care")
    page.click("[data-act=callee]")
    expect(page.locator("#record")).to_contain_text("售后一号接听")
    page.fill("#test-name", "售后有人接")
    page.click("#save-test button")
    expect(page.locator("#tests .is-passed")).to_contain_text("售后有人接")
    groups.change(shop.company, "care", name="售后组", members=["care2"])
    page.click("#tests >> text=全部运行")
    expect(page.locator("#tests .is-failed")).to_contain_text("现在「售后二号」接听")
    page.goto("/flows/main/")
    page.click(".editor-actions >> text=发布")
    expect(page.locator("#sheet .alert-danger")).to_contain_text("现在「售后二号」接听")
    expect(page.locator("#sheet >> text=立即发布")).to_have_count(0)
    assert flows.published(shop.company, "main") is None
    assert len(flow_tests.every(shop.company, "main")) == 1


def test_keys_of_the_keyboard_are_keys_of_the_phone(page: Page) -> None:
    page.select_option("[data-phone=care1]", "busy")
    page.click("#dial")
    expect(page.locator("#status")).to_have_text("请按键")
    page.keyboard.press("1")
    expect(page.locator("#heard")).to_contain_text("没有接通：售后一号 占线")
    expect(page.locator("#heard")).to_contain_text("售后二号 接听了")


def test_the_caller_hangs_up_and_tries_another_situation(page: Page) -> None:
    page.click("#dial")
    expect(page.locator("#status")).to_have_text("请按键")
    page.click("#hang-up")
    expect(page.locator("#record")).to_contain_text("在「欢迎语」时挂机")
    page.click("#again")
    page.fill("#at", "2026-11-22T10:00")
    page.click("#dial")
    expect(page.locator("#heard")).to_contain_text("下班了。")
    expect(page.locator("#status")).to_have_text("通话结束")


def test_silence_is_an_answer(page: Page) -> None:
    page.click("#dial")
    for _ in range(3):
        expect(page.locator("[data-act=skip]")).to_be_visible()
        page.click("[data-act=skip]")
    expect(page.locator("#record")).to_contain_text("没有按键")


def test_prompts_are_heard(page: Page, console: Flask) -> None:
    folder = Path(console.config["SETTINGS"].prompts_dir)
    (folder / "1").mkdir(parents=True, exist_ok=True)
    sounds.write(folder / "1" / "welcome.wav", "wav")
    page.click("#mute")
    with page.expect_response("**/try/sounds/welcome") as heard:
        page.click("#dial")
    assert heard.value.ok
    expect(page.locator("#status")).to_have_text("请按键")
    page.click("[data-key='1']")
    expect(page.locator("#status")).to_have_text("通话中")


@pytest.mark.parametrize("path", ["/flows/main/try", "/flows/main/last-week"])
def test_it_fits_a_phone(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
