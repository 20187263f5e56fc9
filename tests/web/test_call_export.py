"""Calls as a file: asked for on the list, written by a worker, taken once it is whole."""

from __future__ import annotations

import csv
import os
import time
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from app import settings
from app.calls import export
from app.errors import LiveError
from app.store import calls, phones
from tests.support.cdrs import cdr
from tests.support.jobs import work
from tests.support.shop import Shop
from tests.web.browser import Browser, text


@pytest.fixture(autouse=True)
def at_home(app: Flask, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The worker has the console's settings; two calls are there."""
    monkeypatch.setattr(settings, "load", lambda: app.config["SETTINGS"])
    calls.record(cdr("a", shop.company.id))
    calls.record(cdr("b", shop.company.id, result="missed", ended="flow", talk_ms=0, answered_by="", ani=""))
    return export.folder_of(app.config["SETTINGS"])


def begun(browser: Browser, query: str = "") -> str:
    """The address of the page that tells how far it is."""
    location = browser.post("/calls/exports", {"query": query}).location
    assert location
    return location


def lines(browser: Browser, page: str) -> list[list[str]]:
    with browser.get(f"{page}/file") as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=calls-")
        return list(csv.reader(answer.get_data(as_text=True).removeprefix("\ufeff").splitlines()))


def test_what_is_filtered_is_in_the_file(alice: Browser, redis: Redis) -> None:
    page = begun(alice, "result=answered")
    assert "马上开始" in alice.page(page)
    assert alice.get(f"{page}/file").status_code == 404
    work(redis, "default")
    assert "已写好 1 个通话" in alice.page(page)
    heading, row = lines(alice, page)
    assert heading == [words.zh for words in export.HEADINGS]
    assert row[:7] == ["2026-11-23 14:03:00", "4008001234", "13800138000", "浙江", "杭州", "中国移动", "已接"]
    assert row[7:] == ["接听方先挂机", "7", "60", "售后一号", "1", "main", "a"]


def test_it_is_in_the_language_of_who_asks(alice: Browser, redis: Redis) -> None:
    alice.post("/language", {"language": "en"})
    page = begun(alice)
    work(redis, "default")
    assert lines(alice, page)[0][:3] == ["Time", "400 number", "Caller"]


def test_scripts_are_told_how_far_it_is(alice: Browser, shop: Shop, redis: Redis) -> None:
    page = begun(alice)
    export._tell(redis, shop.company, page.rpartition("/")[2], {"state": "working", "done": 500, "of": 900})
    part = text(alice.get(page, headers={"HX-Request": "true", "HX-Target": "export"}))
    assert "正在写文件：500 / 900" in part
    assert "<html" not in part


def test_no_cell_is_taken_for_a_formula(alice: Browser, shop: Shop, redis: Redis) -> None:
    phones.change(shop.company, "care1", number="13900000003", name="=1+1")
    page = begun(alice, "result=answered")
    work(redis, "default")
    assert lines(alice, page)[1][10] == "'=1+1"


def test_members_and_other_companies_get_nothing(
    alice: Browser, bob: Browser, charlie: Browser, redis: Redis
) -> None:
    page = begun(alice)
    work(redis, "default")
    assert bob.post("/calls/exports", {"query": ""}).status_code == 403
    assert [bob.get(path).status_code for path in (page, f"{page}/file")] == [403, 403]
    assert [charlie.get(path).status_code for path in (page, f"{page}/file")] == [404, 404]
    assert "导出 CSV" not in bob.page("/calls")


def test_old_files_go(at_home: Path, redis: Redis) -> None:
    at_home.mkdir(exist_ok=True)
    old, new = at_home / "1-old.csv", at_home / "1-new.csv"
    for file in (old, new):
        file.touch()
    long_ago = time.time() - export.KEPT_S - 1
    os.utime(old, (long_ago, long_ago))
    Queue("default", connection=redis, serializer=JSONSerializer).enqueue("workers.exports.tidy")
    work(redis, "default")
    assert (old.exists(), new.exists()) == (False, True)


@pytest.mark.parametrize("token", ["nothing", "..%2F..%2Fetc%2Fpasswd", "x" * 300])
def test_a_file_that_nobody_asked_for(alice: Browser, token: str) -> None:
    assert alice.get(f"/calls/exports/{token}").status_code == 404
    assert alice.get(f"/calls/exports/{token}/file").status_code == 404


def test_without_redis_it_says_so(alice: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise LiveError("away")

    monkeypatch.setattr(export, "ask", away)
    assert begun(alice, "result=missed") == "/calls?result=missed"
    assert "实时服务暂时连不上" in alice.page("/calls")
