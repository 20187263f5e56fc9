"""What the console says about the installation, with real parts of it stopped."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask

from app.live.connection import connect
from app.settings import load
from app.store import db, users
from app.web import create_app, live
from app.web.health.watch import watch_of
from app.web.limits import limiter
from tests.conftest import HAVE_POSTGRESQL
from tests.support import sample_health
from tests.support.postgresql_server import PostgresqlServer, find_programs
from tests.support.redis_server import RedisServer
from tests.support.shop import PASSWORD, open_shop
from tests.web.browser import Browser, text
from tests.web.conftest import ALICE, BOB

CALM = "现在查不了，也改不了"
GOES_ON = "电话照常接听"
PAGES = ("/", "/calls", "/flows", "/phones", "/board", "/numbers", "/company", "/emergency", "/profile")


@pytest.fixture(autouse=True)
def looked_anew(app: Flask) -> None:
    watch_of(app).forget()


@pytest.fixture
def well(app: Flask) -> None:
    """Nothing is wrong anywhere."""
    sample_health.publish(live.redis_of(app), Path("/nonexistent"))


def moved_away(app: Flask) -> None:
    """Forget what was seen: something has changed."""
    watch_of(app).forget()


# All is well


def test_no_page_says_a_word_when_all_is_well(well: None, alice: Browser) -> None:
    assert "系统状态" in alice.page("/")  # in the menu
    assert 'class="banner' not in alice.page("/")
    assert alice.page("/system/strip").strip() == ""


def test_the_page_shows_every_part(well: None, alice: Browser) -> None:
    page = alice.page("/system")
    for name in (
        "呼叫控制 switch1-0",
        "FreeSWITCH fs1",
        "数据库",
        "Redis",
        "后台任务",
        "定时任务",
        "录音的磁盘",
    ):
        assert name in page
    assert "3 个通话" in page


def test_monitors_are_told(well: None, visitor: Browser) -> None:
    answer = visitor.get("/health")
    assert answer.status_code == 200
    assert answer.get_json() == {
        "status": "well",
        "parts": dict.fromkeys(
            ["controller", "switch", "database", "redis", "workers", "scheduler", "disk"], "well"
        ),
    }


def test_monitors_are_told_no_names(well: None, visitor: Browser) -> None:
    assert "switch1" not in text(visitor.get("/health"))


def test_owners_are_told_the_numbers_too(well: None, alice: Browser, bob: Browser) -> None:
    facts = alice.get("/health").get_json()["facts"]
    assert (facts["controller switch1-0"]["calls"], facts["redis"]["standing"]) == (3, "well")
    assert "facts" not in bob.get("/health").get_json()


# Who may see it


def test_a_member_sees_neither_page_nor_strip(alice: Browser, bob: Browser) -> None:
    assert bob.get("/system").status_code == 403
    assert "没有进程在接来电" in alice.page("/")
    assert "没有进程在接来电" not in bob.page("/")


# Something is wrong


def test_the_strip_says_what_it_means_for_callers(alice: Browser) -> None:
    page = alice.page("/phones")
    assert "没有进程在接来电" in page
    assert "来电会听到致歉音后挂断" in page


def test_it_says_so_in_english(alice: Browser) -> None:
    alice.post("/language", {"language": "en"})
    page = alice.page("/system")
    assert "Callers hear an apology" in page


def test_a_locked_database_is_on_every_page(well: None, alice: Browser, sqlite_url: str, app: Flask) -> None:
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        page = alice.page("/calls")
        other.execute("ROLLBACK")
    assert "被占用" in page
    assert "通话照常，记录稍后补齐" in page
    moved_away(app)
    assert "被占用" not in alice.page("/calls")


def test_a_change_that_a_locked_database_refuses_is_answered_calmly(
    well: None, alice: Browser, sqlite_url: str
) -> None:
    db.database.execute_sql("PRAGMA busy_timeout = 50")
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        token = alice.token()
        other.execute("BEGIN IMMEDIATE")
        form = {"slug": "new", "number": "13800138000", "name": "新电话"}
        answer = alice.client.post("/phones/new", data=form, headers={"X-CSRFToken": token})
        other.execute("ROLLBACK")
    assert answer.status_code == 503
    assert GOES_ON in text(answer)


# The database is away


@pytest.fixture
def own_console(own_redis_server: RedisServer, tmp_path: Path) -> Iterator[tuple[Flask, PostgresqlServer]]:
    """A console of its own on a PostgreSQL and a Redis that the test may stop."""
    programs = find_programs()
    if not HAVE_POSTGRESQL or programs is None:
        pytest.skip("PostgreSQL is not installed")
    from app.store import migrate

    server = PostgresqlServer(programs)
    server.start()
    migrate.upgrade(server.url)
    limits = dict(
        vars(limiter)
    )  # all consoles of a process share it, and the last one to be made has its Redis in it
    settings = {"HOTLINE_REDIS_URL": own_redis_server.url, "HOTLINE_SECRET_KEY": "k" * 40}
    console = create_app(
        load({"HOTLINE_HOME": str(tmp_path), "HOTLINE_DATABASE_URL": server.url, **settings})
    )
    with db.database.connection_context():
        shop = open_shop("示例公司")
        users.create(shop.company, BOB, "店员", PASSWORD)
    sample_health.publish(live.redis_of(console), tmp_path)
    yield console, server
    vars(limiter).update(limits)
    db.disconnect()
    server.stop()


def test_without_the_database_every_page_says_that_calls_go_on(
    own_console: tuple[Flask, PostgresqlServer],
) -> None:
    app, server = own_console
    owner = Browser(app).signed_in_as(ALICE)
    assert owner.get("/").status_code == 200
    server.stop()
    for path in PAGES:
        answer = owner.get(path)
        assert answer.status_code == 503, path
        assert CALM in text(answer)
        assert GOES_ON in text(answer)
        assert "Traceback" not in text(answer)
        assert "psycopg" not in text(answer)
    sign_in = Browser(app).client.post("/sign-in", data={"email": ALICE, "password": PASSWORD})
    assert sign_in.status_code in (400, 503)


def test_without_the_database_the_page_of_the_parts_is_there_for_who_was_signed_in(
    own_console: tuple[Flask, PostgresqlServer],
) -> None:
    app, server = own_console
    owner, visitor = Browser(app).signed_in_as(ALICE), Browser(app)
    server.stop()
    watch_of(app).forget()
    page = owner.page("/system")
    assert "暂时不可用" in page
    assert "通话照常，记录稍后补齐" in page
    assert "呼叫控制 switch1-0" in page
    assert "暂时不可用" in owner.page("/system/strip")
    answer = visitor.get("/system")
    assert (answer.status_code, answer.location) == (302, "/sign-in?next=/system")
    monitored = visitor.get("/health")
    assert monitored.status_code == 503
    assert monitored.get_json()["parts"]["database"] == "away"


def test_when_the_database_is_back_so_are_the_pages(own_console: tuple[Flask, PostgresqlServer]) -> None:
    app, server = own_console
    owner = Browser(app).signed_in_as(ALICE)
    server.pause()
    assert owner.get("/").status_code == 503
    server.resume()
    assert owner.get("/").status_code == 200


# Redis is away


def test_without_redis_pages_are_there_and_the_strip_says_so(
    own_console: tuple[Flask, PostgresqlServer], own_redis_server: RedisServer
) -> None:
    app, _ = own_console
    owner = Browser(app).signed_in_as(ALICE)
    own_redis_server.stop()
    watch_of(app).forget()
    for path in PAGES:
        assert owner.get(path).status_code == 200, path
    page = owner.page("/")
    assert "来电照常接听" in page
    assert owner.get("/health").get_json()["parts"]["redis"] == "away"


def test_a_page_that_cannot_do_without_redis_is_calm(
    alice: Browser, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def needs_redis() -> str:
        return str(live.shared())

    monkeypatch.setitem(app.extensions, "hotline_redis", connect(live.NOWHERE, 1))
    monkeypatch.setitem(app.view_functions, "prompts.index", needs_redis)
    answer = alice.get("/prompts")
    assert answer.status_code == 503
    assert "实时服务暂时连不上" in text(answer)
