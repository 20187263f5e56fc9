"""Publishing, going back, and the list of calls in a real browser; skipped in one line where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright
from redis import Redis

from app import settings
from app.calls import planned
from app.calls.publish import publish_flow
from app.store import calls, flows, lists, plans
from tests.support.cdrs import MESSAGE, cdr
from tests.support.jobs import work
from tests.support.shop import DOCUMENT, Shop
from tests.web.chromium import DEADLINE_MS, OPTIONS, PROGRAM, served, signed_in
from tests.web.conftest import ALICE

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = """async () => (await axe.run({exclude: [".picture-canvas"]})).violations
    .filter(each => ["serious", "critical"].includes(each.impact))
    .map(each => each.id + " " + each.nodes.map(node => node.html).join(" "))"""
CHANGED = DOCUMENT | {"name": "国庆"}


@pytest.fixture(scope="module")
def context(console: Flask) -> Iterator[BrowserContext]:
    if not PROGRAM.exists():
        pytest.skip(f"no {PROGRAM}: publishing was not tried in a real browser")
    with sync_playwright() as playwright, served(console) as address:
        chromium = playwright.chromium.launch(executable_path=PROGRAM, args=OPTIONS)
        context = chromium.new_context(base_url=address, viewport={"width": 1280, "height": 800})
        context.set_default_timeout(DEADLINE_MS)
        yield context
        chromium.close()


@pytest.fixture(autouse=True)
def published(shop: Shop, redis: Redis, app: Flask) -> None:
    """Published as it was, with a changed draft and a call of yesterday."""
    publish_flow(redis, shop.company, "main", shop.owner, "第一次")
    flows.save_draft(shop.company, "main", CHANGED, 0, shop.owner)
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    calls.record(cdr("c", shop.company.id, began_at=yesterday, voicemail=MESSAGE))
    lists.create(shop.company, "black", "骚扰电话", "black")


@pytest.fixture
def page(context: BrowserContext, shop: Shop) -> Iterator[Page]:
    """Alice's page; whatever the browser complains about fails the test."""
    complaints: list[str] = []
    page = signed_in(context, ALICE)
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.close()
    assert [text for text in complaints if "status of 4" not in text] == []


def open_sheet(page: Page) -> None:
    page.goto("/flows/main/")
    page.click(".editor-actions >> text=发布")
    expect(page.locator("#sheet")).to_be_visible()


def test_the_sheet_works_out_the_last_week_by_itself(page: Page, redis: Redis) -> None:
    open_sheet(page)
    expect(page.locator("#last-week-brief")).to_contain_text("马上开始")
    work(redis, "default")
    expect(page.locator("#last-week-brief")).to_contain_text("1 个来电，其中")


def test_published_at_a_time_and_back_at_another(page: Page, shop: Shop, redis: Redis) -> None:
    open_sheet(page)
    expect(page.locator("[name=at_date]")).to_be_hidden()
    page.click("#sheet .pill >> text=定时")
    page.check("[name=returns]")
    page.fill("#note", "国庆值班")
    page.click("#sheet .sheet-foot button >> text=定时发布")
    expect(page.locator(".alert-success")).to_contain_text("已计划在")
    (plan,) = plans.waiting(shop.company, "main")
    assert plan.return_at
    planned.carry_out_due(redis, plan.due_at)
    page.goto("/flows/main/versions")
    expect(page.locator(".plans")).to_contain_text("自动恢复第 1 版")
    expect(page.locator(".versions > li").first).to_contain_text("国庆值班")
    planned.carry_out_due(redis, plan.return_at)
    page.reload()
    expect(page.locator(".plans")).to_have_count(0)
    expect(page.locator(".versions > li").first).to_contain_text("第 3 版 使用中 自动恢复")
    newest = flows.published(shop.company, "main")
    assert newest
    assert newest.document == DOCUMENT


def test_a_plan_is_taken_back(page: Page, shop: Shop) -> None:
    planned.plan(shop.company, "main", datetime.now(UTC) + timedelta(days=1), shop.owner)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/flows/main/versions")
    page.click("text=取消计划")
    expect(page.locator(".alert-success")).to_contain_text("已取消")
    assert plans.waiting(shop.company, "main") == []


def test_gone_back_to_an_old_version(page: Page, shop: Shop, redis: Redis) -> None:
    publish_flow(redis, shop.company, "main")
    page.goto("/flows/main/versions")
    page.click(".versions > li:nth-child(2) >> text=恢复这一版")
    expect(page.locator("#sheet")).to_contain_text("流程名称：国庆 → 总线")
    page.fill("#sheet #note", "漏接变多")
    page.click("text=恢复并立即生效")
    expect(page.locator(".versions > li").first).to_contain_text("恢复第 1 版：漏接变多")
    assert [version.document["name"] for version in flows.versions(shop.company, "main")] == [
        "总线",
        "国庆",
        "总线",
    ]


def test_filters_are_kept_under_a_name_and_taken_away_as_a_file(
    page: Page, app: Flask, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "load", lambda: app.config["SETTINGS"])
    page.goto("/calls")
    page.select_option("[name=result]", "answered")
    page.click("text=保存筛选")
    page.fill("#view-name", "接到的")
    page.check("[name=shared]")
    page.click(".list-save .btn-primary")
    expect(page.locator(".list-view.is-here")).to_contain_text("接到的")
    page.goto("/calls")
    page.click(".list-view a")
    expect(page.locator("[name=result]")).to_have_value("answered")
    page.click("text=导出 CSV")
    expect(page.locator("#export")).to_contain_text("马上开始")
    work(redis, "default")
    with page.expect_download() as download:
        page.click("text=下载 CSV")
    assert "13800138000" in Path(download.value.path()).read_text(encoding="utf-8-sig")


def test_the_caller_is_put_on_a_list(page: Page, shop: Shop) -> None:
    page.goto("/calls/c")
    page.click(".caller-actions summary")
    page.click(".caller-actions >> text=骚扰电话")
    expect(page.locator(".alert-success")).to_contain_text("下一个来电起生效")


@pytest.mark.parametrize(
    "path",
    [
        "/flows/main/publish",
        "/flows/main/versions",
        "/flows/main/versions/1",
        "/flows/main/versions/1/rollback",
        "/flows/main/versions/compare",
        "/calls?result=answered",
        "/calls/c",
    ],
)
def test_pages_fit_a_phone_and_everybody_can_use_them(
    page: Page, shop: Shop, redis: Redis, path: str
) -> None:
    publish_flow(redis, shop.company, "main")
    planned.plan(shop.company, "main", datetime.now(UTC) + timedelta(days=1), shop.owner, "值班")
    page.goto(path)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate(SERIOUS) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
