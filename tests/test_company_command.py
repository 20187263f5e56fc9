"""`hotline400 company`: the operator lists companies and sets how many calls one may have at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from redis import Redis

from app import cli
from app.calls.publish import publish_flow
from app.live.snapshots import SnapshotCache
from app.store import companies
from tests.support.redis_server import RedisServer
from tests.support.shop import Shop, open_shop


@pytest.fixture
def shop(
    sqlite_database: str, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Shop:
    monkeypatch.setenv("HOTLINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOTLINE_DATABASE_URL", sqlite_database)
    monkeypatch.setenv("HOTLINE_REDIS_URL", redis_server.url)
    return open_shop("示例公司")


def test_the_next_call_knows_the_limit(shop: Shop, redis: Redis, capsys: pytest.CaptureFixture[str]) -> None:
    publish_flow(redis, shop.company, "main")
    assert cli.main(["company"]) == 0
    assert cli.main(["company", "--company", "示例公司", "--max-calls", "20"]) == 0
    before, after = capsys.readouterr().out.splitlines()
    assert ("示例公司  max-calls no limit  4008001234" in before, "max-calls 20" in after) == (True, True)
    assert SnapshotCache(redis, Path("/nonexistent")).get(shop.did).max_calls == 20


@pytest.mark.parametrize(
    "wrong", [["--max-calls", "-1"], ["--max-calls", "10001"], ["--company", "无名", "--max-calls", "5"]]
)
def test_what_makes_no_sense_changes_nothing(
    shop: Shop, wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["company", *wrong]) == 1
    assert capsys.readouterr().err.startswith("hotline400: ")
    assert companies.find(shop.company.id).max_calls == 0


def test_of_several_companies_one_is_named(shop: Shop) -> None:
    other = companies.create("乙公司")
    assert cli.main(["company", "--max-calls", "5"]) == 1
    assert cli.main(["company", "--company", str(other.id), "--max-calls", "5"]) == 0
    assert [company.max_calls for company in companies.every()] == [0, 5]


def test_without_redis_it_is_stored(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOTLINE_REDIS_URL", "unix:///nowhere")
    assert cli.main(["company", "--max-calls", "5"]) == 0
    assert "in force once Redis is there" in capsys.readouterr().out
    assert companies.find(shop.company.id).max_calls == 5


def test_what_a_company_may_dial(shop: Shop, redis: Redis, capsys: pytest.CaptureFixture[str]) -> None:
    publish_flow(redis, shop.company, "main")
    opened = ["--dial-400", "--dial-services", "--dial-prefixes", "10086, 12345", "--dial-abroad", "+852,1"]
    assert cli.main(["company", *opened, "--max-dials", "30"]) == 0
    assert "max-dials 30  dials mainland 400 95 96 10086 12345 +852 +1" in capsys.readouterr().out
    calls = SnapshotCache(redis, Path("/nonexistent")).get(shop.did).assets.dialling
    assert (calls.services, calls.prefixes, calls.abroad, calls.per_minute) == (
        True,
        ("10086", "12345"),
        ("852", "1"),
        30,
    )
    assert cli.main(["company", "--dial-abroad", "", "--no-dial-services"]) == 0
    assert "dials mainland 400 10086 12345" in capsys.readouterr().out
    calls = SnapshotCache(redis, Path("/nonexistent")).get(shop.did).assets.dialling
    assert (calls.services, calls.abroad, calls.prefixes) == (False, (), ("10086", "12345"))


@pytest.mark.parametrize(
    "wrong",
    [
        ["--dial-abroad", "86"],
        ["--dial-abroad", "88"],
        ["--dial-abroad", "hk"],
        ["--dial-prefixes", "400"],
        ["--dial-prefixes", "00852"],
        ["--max-dials", "-1"],
        ["--max-dials", "100001"],
    ],
    ids=" ".join,
)
def test_what_opens_too_much_opens_nothing(
    shop: Shop, wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["company", "--dial-400", *wrong]) == 1
    assert capsys.readouterr().err.startswith("hotline400: ")
    assert companies.find(shop.company.id).dialling == {}
