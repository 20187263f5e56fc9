"""Pictures of every screen for docs/pictures, made from the demo company at a fixed moment.

    python -m tests.web.pictures [folder]

Each page is taken at the width of a desk and of a phone, as WebP.
"""

from __future__ import annotations

import base64
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

from app import demo
from app.live.shared import Shared
from app.settings import Settings, load
from app.store import companies, users
from app.store.db import database
from app.store.migrate import upgrade
from app.web import create_app, live
from tests.support import busy_day
from tests.support.fixed_clock import standing_at
from tests.support.redis_server import RedisServer
from tests.web.chromium import DEADLINE_MS, OPTIONS, PROGRAM, served

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
MOMENT = datetime(2026, 11, 23, 7, 20, tzinfo=UTC)  # a Monday afternoon in Shanghai
WIDTHS = {"wide": 1280, "phone": 360}
TALLEST = 1800
QUALITY = 55

SCREENS = {
    "today": "/",
    "calls": "/calls",
    "call": "/calls/0-4-1",
    "flows": "/flows",
    "new-flow": "/flows/new",
    "editor": "/flows/main/?open=hours&open=welcome&open=care",
    "try": "/flows/main/try",
    "coverage": "/flows/main/coverage",
    "publish": "/flows/main/publish",
    "versions": "/flows/main/versions",
    "numbers": "/numbers",
    "number": "/numbers/4008001234",
    "phones": "/phones",
    "phone": "/phones/care1/edit",
    "group": "/groups/care/edit",
    "extensions": "/extensions",
    "board": "/board",
    "queues": "/queues",
    "queue": "/queues/care/edit",
    "messages": "/messages",
    "tasks": "/messages/tasks",
    "surveys": "/surveys",
    "lists": "/lists",
    "list": "/lists/black",
    "hours": "/hours",
    "calendar": "/hours/calendar?first=2026-12-30&last=2026-12-31",
    "opening-hours": "/hours/office/edit",
    "prompts": "/prompts",
    "prompt": "/prompts/welcome/edit",
    "new-prompt": "/prompts/new",
    "emergency": "/emergency",
    "system": "/system",
    "company": "/company",
    "profile": "/profile",
}
DARK = ("today", "editor", "number")
"""Those that are shown in dark as well."""


def main(folder: Path = FOLDER) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with TemporaryDirectory() as home, _company(Path(home)) as (address, login), sync_playwright() as player:
        browser = player.chromium.launch(executable_path=PROGRAM, args=OPTIONS)
        for screen, width in WIDTHS.items():
            _take_all(browser, address, login, folder, screen, width, "light", tuple(SCREENS))
        _take_all(browser, address, login, folder, "dark", WIDTHS["wide"], "dark", DARK)
        browser.close()
    return 0


@contextmanager
def _company(home: Path) -> Iterator[tuple[str, demo.FirstLogin]]:
    """The console of the demo company on a port, and how to sign in."""
    redis = RedisServer(home)
    redis.start()
    settings = load(
        {"HOTLINE_HOME": str(home), "HOTLINE_REDIS_URL": redis.url, "HOTLINE_SECRET_KEY": "k" * 40}
    )
    try:
        app = create_app(settings)
        with standing_at(MOMENT):
            login = _fill(settings)
            with app.app_context():
                shared = Shared(live.redis_of(app), "a-controller")
            with database.connection_context():
                busy_day.wait_in_queue(shared, companies.every()[0])
            with served(app) as address:
                yield address, login
    finally:
        redis.stop()


def _fill(settings: Settings) -> demo.FirstLogin:
    upgrade(settings.database_url)
    demo.ensure(settings)
    login = demo.first_login(settings)
    owner = users.with_email(demo.EMAIL)
    assert login
    assert owner
    busy_day.fill(owner.company, owner, MOMENT, login.password)
    settings.first_login.unlink()
    return login


def _take_all(
    browser: Browser,
    address: str,
    login: demo.FirstLogin,
    folder: Path,
    suffix: str,
    width: int,
    scheme: str,
    names: tuple[str, ...],
) -> None:
    options = {
        "viewport": {"width": width, "height": 800},
        "color_scheme": scheme,
        "reduced_motion": "reduce",
    }
    context = browser.new_context(base_url=address, locale="zh-CN", **options)  # type: ignore[arg-type]
    context.set_default_timeout(DEADLINE_MS)
    page = context.new_page()
    page.clock.set_fixed_time(MOMENT)
    page.goto("/sign-in")
    page.fill("#email", login.email)
    page.fill("#password", login.password)
    page.click(".door-form form button")
    page.wait_for_url("**/")
    for name in names:
        page.goto(SCREENS[name])
        _take(page, folder / f"{name}-{suffix}.webp", width)
    context.close()


def _take(page: Page, file: Path, width: int) -> None:
    page.wait_for_function("document.fonts.ready.then(() => true)")
    height = min(TALLEST, int(page.evaluate("document.documentElement.scrollHeight")))
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    session = page.context.new_cdp_session(page)
    wanted = {"format": "webp", "quality": QUALITY}
    taken = session.send("Page.captureScreenshot", wanted)
    session.detach()
    file.write_bytes(base64.b64decode(taken["data"]))
    page.set_viewport_size({"width": width, "height": 800})


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])) if len(sys.argv) > 1 else main())
