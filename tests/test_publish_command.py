"""`hotline400 flow publish|plan|rollback`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis

from app import cli
from app.store import flows, plans
from tests.support.redis_server import RedisServer
from tests.support.shop import DOCUMENT, Shop, open_shop


@pytest.fixture
def shop(
    sqlite_database: str,
    redis_server: RedisServer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    redis: Redis,
) -> Shop:
    monkeypatch.setenv("HOTLINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOTLINE_DATABASE_URL", sqlite_database)
    monkeypatch.setenv("HOTLINE_REDIS_URL", redis_server.url)
    return open_shop("示例公司")


def run(*arguments: str) -> int:
    return cli.main(["flow", *arguments, "--flow", "main"])


def in_hours(hours: int) -> str:
    """So many hours from now on the company's clock."""
    return f"{datetime.now(UTC) + timedelta(hours=8 + hours):%Y-%m-%d %H:%M}"


def test_published_and_taken_back(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("publish", "--note", "第一次") == 0
    flows.save_draft(shop.company, "main", DOCUMENT | {"name": "国庆"}, 0)
    assert run("publish") == 0
    assert run("rollback", "--version", "1") == 0
    assert "version 3 published" in capsys.readouterr().out
    newest = flows.published(shop.company, "main")
    assert newest
    assert (newest.document, newest.note) == (DOCUMENT, "恢复第 1 版")


def test_planned_for_a_time(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("plan", "--at", in_hours(2), "--until", in_hours(20), "--note", "国庆") == 0
    (plan,) = plans.waiting(shop.company, "main")
    assert plan.return_at
    assert plan.return_at - plan.due_at == timedelta(hours=18)
    assert timedelta(hours=1) < plan.due_at - datetime.now(UTC) < timedelta(hours=3)
    assert plan.note == "国庆"


@pytest.mark.parametrize(
    "wrong",
    [
        ("plan", "--at", "tomorrow"),
        ("plan", "--at", "2020-01-01 08:00"),
        ("plan", "--at", "2900-01-01 08:00", "--until", "2899-01-01 08:00"),
        ("rollback", "--version", "7"),
    ],
)
def test_what_makes_no_sense_changes_nothing(
    shop: Shop, wrong: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*wrong) == 1
    assert capsys.readouterr().err.startswith("hotline400: ")
    assert plans.waiting(shop.company, "main") == []


def test_a_draft_with_errors_is_told_with_them(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    flows.save_draft(shop.company, "main", {"spec": 1, "start": "gone", "nodes": {}}, 0)
    assert run("publish") == 1
    assert run("plan", "--at", in_hours(2)) == 1
    assert "error" in capsys.readouterr().err
    assert flows.published(shop.company, "main") is None
