"""Phones, files and lists in a real browser: found while typing, dragged, imported, rung; skipped where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect, sync_playwright

from app.integrations.spreadsheets import write_xlsx
from app.live import phone_tests
from app.live.shared import Shared
from app.store import calls, flows, groups, lists, phones, proofs
from app.store.lists import Entry
from app.web import live
from tests.support.cdrs import cdr, leg
from tests.support.shop import Shop
from tests.web.chromium import DEADLINE_MS, OPTIONS, PROGRAM, served, signed_in
from tests.web.conftest import ALICE

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = """async () => (await axe.run()).violations.filter(each => ["serious", "critical"].includes(each.impact))
    .map(each => each.id + " " + each.nodes.map(node => node.html).join(" "))"""


@pytest.fixture(scope="module")
def context(console: Flask) -> Iterator[BrowserContext]:
    if not PROGRAM.exists():
        pytest.skip(f"no {PROGRAM}: the pages of phones were not tried in a real browser")
    with sync_playwright() as playwright, served(console) as address:
        chromium: Browser = playwright.chromium.launch(executable_path=PROGRAM, args=OPTIONS)
        context = chromium.new_context(
            base_url=address, viewport={"width": 1280, "height": 800}, bypass_csp=True
        )
        context.set_default_timeout(DEADLINE_MS)
        yield context
        chromium.close()


@pytest.fixture
def page(context: BrowserContext, shop: Shop) -> Iterator[Page]:
    complaints: list[str] = []
    page = signed_in(context, ALICE)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.close()
    assert complaints == []


def test_phones_are_found_while_typing_and_follow_what_happens(page: Page, shop: Shop, app: Flask) -> None:
    page.goto("/phones")
    page.fill("#search", "二号")
    expect(page.locator(".rows-lines a.rows-row")).to_have_count(1)
    expect(page.locator(".now")).to_have_text("空闲")
    controller = Shared(live.redis_of(app), "a-controller")
    controller.acquire(shop.company.id, "a-call", ["13900000004"], "13800138000/4008001234")
    expect(page.locator(".now")).to_contain_text("占用")
    assert "search=" in page.url
    expect(page.locator(".rows-lines a.rows-row")).to_have_count(1)


def test_members_are_dragged_into_order(page: Page, shop: Shop) -> None:
    page.goto("/groups/care/edit")
    rows = page.locator("#members li")
    rows.nth(1).locator(".member-grip").drag_to(rows.nth(0).locator(".member-grip"))
    expect(rows.nth(0)).to_contain_text("售后二号")
    page.click(".card-footer .btn-primary")
    page.wait_for_url("**/phones")
    assert [m.id for m in groups.members(shop.company, groups.find(shop.company, "care"))] == [
        "care2",
        "care1",
    ]


def test_a_workbook_is_looked_at_imported_and_taken_back(page: Page, shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "电话.xlsx"
    file.write_bytes(
        write_xlsx([["名称", "号码", "分机号"], ["前台", "057188888888", "801"], ["错", "123", ""]])
    )
    page.goto("/phones/files/phones")
    page.set_input_files("#file", file)
    page.click("button:has-text('看预览')")
    expect(page.locator(".import-problems")).to_contain_text("第 3 行 · 号码")
    assert len(phones.every(shop.company)) == 2
    page.click("text=导入 1 个，跳过有错的 1 行")
    expect(page.locator("#rows")).to_contain_text("前台")
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("text=撤销这次导入")
    expect(page.locator(".alert-success")).to_contain_text("已撤销")
    assert len(phones.every(shop.company)) == 2


def test_a_test_call_is_followed_on_the_page(page: Page, shop: Shop, app: Flask) -> None:
    flows.publish(shop.company, "main", shop.owner)
    page.goto("/phones/care1")
    page.click("button:has-text('测试呼叫')")
    expect(page.locator("#tested")).to_contain_text("正在呼出")
    redis = live.redis_of(app)
    taken = phone_tests.take(redis)
    assert taken
    phone_tests.tell(redis, taken)
    expect(page.locator("#tested")).to_contain_text("正在响铃")
    phone_tests.finish(redis, taken, "no_answer")
    expect(page.locator("#tested")).to_contain_text("没有人接")


def test_the_last_day_of_an_entry_is_changed_without_a_question(page: Page, shop: Shop) -> None:
    lists.create(shop.company, "black", "骚扰电话", "black")
    lists.add(shop.company, "black", [Entry("number", "13800138000")])
    asked: list[Dialog] = []

    def dismiss(dialog: Dialog) -> None:
        asked.append(dialog)
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.goto("/lists/black")
    page.check("input[name=entry]")
    page.fill("#new-until", "2030-01-31")
    page.click("text=改有效期")
    expect(page.locator(".entry-until")).to_have_text("至 2030-01-31")
    assert asked == []
    page.check("input[name=entry]")
    page.click("text=移除选中的")
    assert len(asked) == 1


@pytest.mark.parametrize(
    "path",
    [
        "/phones",
        "/phones/care1",
        "/phones/care1/edit",
        "/phones/files/groups",
        "/groups/care/edit",
        "/lists?number=13800138000",
        "/lists/black",
    ],
)
def test_pages_have_no_serious_barriers(page: Page, shop: Shop, path: str) -> None:
    lists.create(shop.company, "black", "骚扰电话", "black")
    lists.add(
        shop.company,
        "black",
        [Entry("number", "13800138000", "推销", datetime(2020, 1, 1, tzinfo=UTC).date())],
    )
    proofs.put(shop.company, "care1", kind="bill", file="x.png", media="image/png", size=1)
    rung = [leg(result="no_answer", talk_ms=0)]
    calls.record(cdr("c", shop.company.id, began_at=datetime.now(UTC).isoformat(), legs=rung))
    phones.create(shop.company, "vip", "17012345678", "贵宾专线")
    page.goto(path)
    page.add_script_tag(path=AXE)
    assert page.evaluate(SERIOUS) == []
