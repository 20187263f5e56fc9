"""The editor's journey and every page's width, in a real browser; skipped in one line where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from app.store import calls, emergencies, flows, lists, prompts, queues, users
from app.store.lists import Entry
from app.store.queues import Rules
from tests.support import sounds
from tests.support.cdrs import MARK, MESSAGE, cdr
from tests.support.shop import Shop
from tests.web.chromium import DEADLINE_MS, OPTIONS, PAGES, PROGRAM, served, signed_in
from tests.web.conftest import ALICE


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not PROGRAM.exists():
        pytest.skip(f"no {PROGRAM}: the console was not tried in a real browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def context(chromium: Browser, console: Flask) -> Iterator[BrowserContext]:
    """One browser for all tests: it keeps style sheets and scripts."""
    with served(console) as address:
        context = chromium.new_context(base_url=address, viewport={"width": 1280, "height": 800})
        context.set_default_timeout(DEADLINE_MS)
        yield context
        context.close()


@pytest.fixture(autouse=True)
def recorded(shop: Shop) -> None:
    calls.record(cdr("c", shop.company.id, voicemail=MESSAGE, survey=[MARK]))
    lists.create(shop.company, "black", "骚扰电话", "black")
    lists.add(shop.company, "black", [Entry("number", "13900009999", "推销"), Entry("prefix", "170")])
    queues.create(shop.company, "care", "售后排队", Rules(wrap_up_s=30, max_size=9), ["care1", "care2"])


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Alice's page; whatever the browser complains about fails the test."""
    complaints: list[str] = []
    page = signed_in(context, ALICE)
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.close()
    assert [text for text in complaints if "status of 4" not in text] == []


def exits(shop: Shop) -> dict[str, str]:
    found: dict[str, str] = flows.find(shop.company, "main").draft["nodes"]["menu"]["exits"]
    return found


def test_key_2_rings_a_typed_phone_and_is_published(page: Page, shop: Shop) -> None:
    page.goto("/flows/main/")
    page.click("#step-menu .exit-add >> text='2'")
    page.locator("#pick-number").press_sequentially("138 0013 8000", delay=20)  # as people type
    expect(page.locator("#pick-look")).to_contain_text("北京")
    page.click(".pick-number button")
    expect(page.locator("#step-menu [data-exit='2']")).to_contain_text("138 0013 8000")
    expect(page.locator("#sheet")).to_be_hidden()
    expect(page.locator("#check")).to_contain_text("设置了按 2，但语音里没有说")
    page.click(".editor-actions >> text=发布")
    page.fill("#note", "值班")
    page.click("text=立即发布")
    expect(page.locator(".alert-success")).to_contain_text("已发布第 1 版")
    version = flows.published(shop.company, "main")
    assert version
    assert version.document["nodes"]["menu"]["exits"]["2"] == "13800138000"


def test_a_wrong_number_is_refused_in_the_sheet(page: Page, shop: Shop) -> None:
    page.goto("/flows/main/")
    page.click("#step-menu [data-exit='1']")
    page.fill("#pick-number", "1380013")
    page.press("#pick-number", "Enter")
    expect(page.locator("#sheet .alert")).to_contain_text("不是电话号码")
    page.click("[data-close]")
    expect(page.locator("#sheet")).to_be_hidden()
    assert exits(shop) == {"1": "care"}


def test_changes_made_quickly_one_after_the_other_are_all_saved(page: Page, shop: Shop) -> None:
    page.goto("/flows/main/?open=care&open=menu")
    page.fill("#step-care-ring_timeout_s", "30")
    page.press("#step-care-ring_timeout_s", "Tab")
    page.fill("#step-menu-tries", "2")
    page.press("#step-menu-tries", "Tab")
    page.fill("#step-menu-timeout_s", "9")
    page.press("#step-menu-timeout_s", "Tab")
    expect(page.locator("#live-revision")).to_have_value("3")
    nodes = flows.find(shop.company, "main").draft["nodes"]
    assert (nodes["care"]["ring_timeout_s"], nodes["menu"]["tries"], nodes["menu"]["timeout_s"]) == (30, 2, 9)


def test_a_new_step_is_unfolded_filled_and_undone(page: Page, shop: Shop) -> None:
    page.goto("/flows/main/")
    page.click("#step-menu .exit-add >> text='2'")
    page.click("button[value='new:announce']")
    expect(page.locator("#check")).to_contain_text("没有选择语音")
    page.select_option("#step-announce-prompt", "closed")
    expect(page.locator("#step-announce")).to_contain_text("下班了。")
    expect(page.locator("#check")).not_to_contain_text("没有选择语音")
    page.click("text=撤销")
    expect(page.locator("#check")).to_contain_text("没有选择语音")
    page.click("text=撤销")
    expect(page.locator("#step-announce")).to_have_count(0)
    assert exits(shop) == {"1": "care"}


def test_somebody_elses_change_is_told(page: Page, shop: Shop) -> None:
    page.goto("/flows/main/?open=care")
    flows.save_draft(shop.company, "main", {**flows.find(shop.company, "main").draft, "name": "别的"}, 0)
    page.fill("#step-care-ring_timeout_s", "30")
    page.press("#step-care-ring_timeout_s", "Tab")
    expect(page.locator("#notice")).to_contain_text("您刚才的改动没有保存")
    page.click("text=载入最新草稿")
    expect(page.locator("h1")).to_have_text("别的")


def test_a_problem_leads_to_its_step(page: Page) -> None:
    page.goto("/flows/main/")
    page.click("#step-menu .exit-add >> text='2'")
    page.click("button[value='closed']")
    page.click("#check [data-jump='menu']")
    expect(page.locator("#step-menu")).to_be_in_viewport()


def test_the_emergency_switch_is_turned_on_and_taken_back(page: Page, shop: Shop) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/")
    page.click("text=全部转到…")
    page.locator("#sheet #number").press_sequentially("138 0013 8000", delay=20)
    expect(page.locator("#typed-look")).to_contain_text("北京")
    page.click("#sheet .btn-danger")
    expect(page.locator(".is-emergency")).to_contain_text("138 0013 8000")
    assert emergencies.current(shop.company)
    page.click(".is-emergency >> text=恢复正常")
    expect(page.locator(".alert-success")).to_contain_text("已恢复正常")
    assert emergencies.current(shop.company) is None


def test_a_list_is_searched_while_typing(page: Page) -> None:
    page.goto("/lists/black")
    page.fill("#search", "推销")
    expect(page.locator("#entries .rows-row")).to_have_count(1)
    expect(page.locator("#entries")).to_contain_text("139 0000 9999")


def test_the_board_follows_a_state_that_was_set(page: Page) -> None:
    page.goto("/board")
    page.click("form[action='/board/phones/care1/state'] >> text=小休")
    expect(page.locator(".seat.is-break")).to_contain_text("售后一号")


def test_an_extension_that_is_taken_is_told_while_typing(page: Page) -> None:
    page.goto("/extensions")
    page.fill("[name='extension:care1']", "804")
    expect(page.locator(".extension .is-bad")).to_contain_text("「售后二号」已经在用这个分机号 · 可用 805")


def test_areas_give_exits_as_they_are_written(page: Page, shop: Shop) -> None:
    page.goto("/flows/main/")
    page.click("#step-menu .exit-add >> text='2'")
    page.click("button[value='new:region']")
    page.fill("#step-region-areas", "华东: 浙江 上海\n华南: 广东")
    page.press("#step-region-areas", "Tab")
    expect(page.locator("#step-region [data-exit=area_2]")).to_contain_text("华南")
    expect(page.locator("#step-region [data-exit=area_2]")).to_contain_text("还没有去向")
    node = flows.find(shop.company, "main").draft["nodes"]["region"]
    assert node["areas"] == ["华东: 浙江 上海", "华南: 广东"]


def test_groups_are_sorted_with_the_arrows(page: Page, shop: Shop) -> None:
    page.goto("/groups/care/edit")
    page.click("button[value='down:care1']")
    page.click(".card-footer >> text=保存")
    expect(page.locator(".group ol")).to_have_text("售后二号售后一号")


def test_filters_find_while_typing(page: Page) -> None:
    page.goto("/calls")
    page.fill("#ani", "999")
    expect(page.locator("#results")).to_contain_text("没有符合条件的通话")
    page.fill("#ani", "138")
    expect(page.locator("#results")).to_contain_text("138 0013 8000")
    assert "ani=138" in page.url


def test_monday_is_copied(page: Page) -> None:
    page.goto("/hours/office/edit")
    page.fill("input[name=mon_to] >> nth=0", "20:00")
    page.click("[data-copy-monday]")
    assert page.input_value("input[name=fri_to] >> nth=0") == "20:00"
    assert page.input_value("input[name=sat_to] >> nth=0") == ""


def test_without_scripts_the_editor_works_all_the_same(
    chromium: Browser, context: BrowserContext, page: Page, shop: Shop
) -> None:
    origin = page.evaluate("location.origin")
    plain = chromium.new_context(base_url=origin, java_script_enabled=False)
    bare = signed_in(plain, ALICE)
    bare.goto("/flows/main/")
    bare.click("#step-menu [data-exit='1']")
    bare.fill("#pick-number", "13800138000")
    bare.click(".pick-number button")
    bare.goto("/flows/main/?open=care")
    bare.fill("#step-care-ring_timeout_s", "30")
    bare.click("#step-care .step-form button")
    plain.close()
    assert exits(shop) == {"1": "13800138000"}
    assert flows.find(shop.company, "main").draft["nodes"]["care"]["ring_timeout_s"] == 30


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_is_wider_than_a_phone(context: BrowserContext, shop: Shop, language: str) -> None:
    user = users.with_email(ALICE)
    assert user
    users.change(shop.company, user, name=user.name, locale=language)
    page = signed_in(context, ALICE)
    page.set_viewport_size({"width": 360, "height": 740})
    wide = {}
    for path in PAGES:
        page.goto(path)
        wide[path] = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert {path: width for path, width in wide.items() if width > 360} == {}


def test_a_text_is_heard_before_it_becomes_a_prompt(page: Page, shop: Shop) -> None:
    page.goto("/prompts/new")
    page.fill("#name", "请稍候")
    page.fill("#text", "您好，请稍候。")
    expect(page.locator("#file")).to_be_hidden()
    page.click("text=试听")
    expect(page.locator("#heard .is-playing")).to_be_visible()
    page.click(".card-footer .btn-primary")
    expect(page.locator(".alert-success")).to_contain_text("已添加 请稍候")
    assert prompts.find(shop.company, "prompt").text == "您好，请稍候。"


def test_while_an_upload_is_converted_the_page_says_so(page: Page, tmp_path: Path) -> None:
    page.goto("/prompts/welcome/sounds/zh")
    page.check("input[value=upload]", force=True)
    expect(page.locator("#voice")).to_be_hidden()
    page.set_input_files("#file", sounds.write(tmp_path / "welcome.mp3", "mp3"))
    page.locator(".sound-form").evaluate(  # the moment between sending and the answer, held
        "form => form.addEventListener('submit', event => event.preventDefault())"
    )
    page.click(".card-footer .btn-primary")
    expect(page.locator("[data-converting]")).to_be_visible()
    expect(page.locator(".card-footer .btn-primary")).to_be_disabled()


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(page: Page, tmp_path: Path) -> None:
    with (tmp_path / "huge.wav").open("wb") as huge:
        huge.truncate(21 * 1024 * 1024)
    page.goto("/prompts/welcome/sounds/zh")
    page.check("input[value=upload]", force=True)
    page.set_input_files("#file", tmp_path / "huge.wav")
    assert page.locator("#file").evaluate("input => input.validationMessage") == "文件最大 20 MB"
