"""From the hours without anybody to the step that mends them, in a real browser; skipped where there is none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect, sync_playwright

from app.store import flows
from tests.support.shop import DOCUMENT, Shop
from tests.web.chromium import DEADLINE_MS, OPTIONS, PROGRAM, served, signed_in
from tests.web.conftest import ALICE


@pytest.fixture(scope="module")
def page_on(console: Flask) -> Iterator[Page]:
    """A page of 360 pixels in a browser of its own."""
    if not PROGRAM.exists():
        pytest.skip(f"no {PROGRAM}: coverage was not tried in a real browser")
    with sync_playwright() as playwright, served(console) as address:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=OPTIONS)
        context = browser.new_context(base_url=address, viewport={"width": 360, "height": 800})
        context.set_default_timeout(DEADLINE_MS)
        yield context.new_page()
        browser.close()


@pytest.fixture
def page(page_on: Page, shop: Shop) -> Page:
    """Alice's page; its menu also has a number that carriers do not like."""
    flow = flows.find(shop.company, "main")
    nodes = DOCUMENT["nodes"] | {"care": {"kind": "hunt", "phones": ["17012345678"], "title": "值班"}}
    flows.save_draft(shop.company, "main", DOCUMENT | {"nodes": nodes}, flow.draft_revision)
    return signed_in(page_on.context, ALICE)


def test_from_a_cell_to_a_call_to_its_step(page: Page) -> None:
    page.goto("/flows/main/")
    page.get_by_role("link", name="看每个时段谁来接").click()
    expect(page.get_by_role("table")).to_be_visible()
    page.get_by_role("link", name="周日 00:00–24:00：没有人接").click()
    expect(page.get_by_role("heading", name="周日 00:00 打进来")).to_be_visible()
    page.get_by_role("link", name="周一 09:00–18:00：1 个电话").click()
    expect(page.get_by_role("heading", name="周一 09:00 打进来")).to_be_in_viewport()
    page.locator(".way-steps").get_by_role("link", name="值班").first.click()
    expect(page.locator("#step-care")).to_be_in_viewport()
    expect(page.locator("#step-care [name=strategy]")).to_be_visible()


def test_a_finding_unfolds_its_step_and_focuses_what_to_mend(page: Page) -> None:
    page.goto("/flows/main/")
    page.locator("#check").get_by_role("link", name="是虚拟运营商号段").click()
    expect(page.locator("#step-care [name=strategy]")).to_be_visible()
    expect(page.locator("#step-care [name=phones]").first).to_be_focused()
    assert page.url.partition("?")[0].endswith("/flows/main/")  # the page was not loaded anew


def test_the_heat_table_scrolls_in_itself_on_a_phone(page: Page) -> None:
    page.goto("/flows/main/coverage")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.get_by_role("link", name="周一 09:00–18:00")).to_be_in_viewport()
    assert page.evaluate("(box => box.scrollWidth > box.clientWidth)(document.querySelector('.heat-scroll'))")
