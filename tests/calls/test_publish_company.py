"""What a company as a whole may and has comes in force with its numbers' snapshots."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from app.calls.publish import publish_company, publish_flow, publish_missing
from app.flow import compile as compiler
from app.flow.snapshot import Snapshot
from app.live.snapshots import SnapshotCache
from app.store import companies, flows, numbers
from app.store.db import Conflict
from app.store.models.company import MOST_CALLS
from tests.support.shop import Shop, open_shop

ASKING: dict[str, Any] = {
    "spec": 1,
    "name": "查询",
    "start": "ask",
    "nodes": {"ask": {"kind": "webhook", "url": "https://shop.example.com/", "exits": {"a": "13800138000"}}},
}
SHARING = {"spec": 1, "name": "分店", "start": "a", "nodes": {"a": {"kind": "subflow", "flow": "asks"}}}


@pytest.fixture
def shop(database: str) -> Shop:
    return open_shop("甲公司")


def in_force(redis: Redis) -> Snapshot:
    """What a process that just started gives a caller."""
    return SnapshotCache(redis, Path("/nonexistent")).get("4008001234")


def test_the_next_call_knows_a_new_limit(shop: Shop, redis: Redis) -> None:
    publish_flow(redis, shop.company, "main")
    assert in_force(redis).max_calls == 0
    publish_company(redis, companies.limit_calls(shop.company, 20))
    assert in_force(redis).max_calls == 20
    publish_company(redis, companies.limit_calls(shop.company, 0))
    assert in_force(redis).max_calls == 0


def test_a_limit_that_was_set_without_redis_comes_in_force_later(shop: Shop, redis: Redis) -> None:
    publish_flow(redis, shop.company, "main")
    companies.limit_calls(shop.company, 20)
    assert publish_missing(redis) == 1
    assert in_force(redis).max_calls == 20


@pytest.mark.parametrize("wrong", [-1, MOST_CALLS + 1])
def test_no_limit_at_all(shop: Shop, wrong: int) -> None:
    with pytest.raises(Conflict):
        companies.limit_calls(shop.company, wrong)
    assert companies.find(shop.company.id).max_calls == 0


def test_the_secret_is_where_a_call_may_need_it(shop: Shop, redis: Redis) -> None:
    secret = shop.company.webhook_secret
    publish_flow(redis, shop.company, "main")
    assert in_force(redis).webhook_secret == ""
    for slug, document in (("asks", ASKING), ("shares", SHARING)):
        flows.create(shop.company, slug, slug, document)
        numbers.change(shop.company, shop.did, label="", flow=slug)
        publish_flow(redis, shop.company, slug)
        assert in_force(redis).webhook_secret == secret, slug


def test_a_renewed_secret_signs_the_next_call(shop: Shop, redis: Redis) -> None:
    flows.create(shop.company, "asks", "查询", ASKING)
    numbers.change(shop.company, shop.did, label="", flow="asks")
    publish_flow(redis, shop.company, "asks")
    changed = companies.renew_webhook_secret(shop.company)
    publish_company(redis, changed)
    assert in_force(redis).webhook_secret == changed.webhook_secret != shop.company.webhook_secret


def test_every_company_has_a_secret_of_its_own(shop: Shop) -> None:
    other = companies.create("乙公司")
    assert len(other.webhook_secret) == 64
    assert other.webhook_secret != shop.company.webhook_secret


def test_flow_versions_and_texts_for_people_hold_no_secret(shop: Shop, redis: Redis) -> None:
    flows.create(shop.company, "asks", "查询", ASKING)
    numbers.change(shop.company, shop.did, label="", flow="asks")
    version = publish_flow(redis, shop.company, "asks")
    assert "webhook_secret" not in version.snapshot
    assert shop.company.webhook_secret not in repr(in_force(redis))
    assert flows.publish_again(shop.company, "asks") is None  # so that versions stay comparable
    assert compiler.load(compiler.dump(in_force(redis))) == in_force(redis)
