"""The last week is worked out by a worker, for the draft that was asked about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from redis import Redis

from app.calls import last_week
from app.store import calls, flows
from tests.support.cdrs import cdr
from tests.support.jobs import work
from tests.support.shop import open_shop


def test_asked_twice_it_is_done_once(sqlite_database: str, redis: Redis) -> None:
    shop = open_shop("甲公司")
    flows.publish(shop.company, "main")
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    calls.record(cdr("c", shop.company.id, began_at=yesterday))
    flow = flows.find(shop.company, "main")
    last_week.ask(redis, shop.company, flow)
    last_week.ask(redis, shop.company, flow)
    assert redis.llen("rq:queue:default") == 1
    assert (last_week.found(redis, flow) or {})["state"] == "waiting"
    work(redis, "default")
    told = last_week.found(redis, flow)
    assert told
    assert (told["state"], told["calls"]) == ("done", 1)


def test_a_draft_that_has_changed_since_is_left_alone(sqlite_database: str, redis: Redis) -> None:
    shop = open_shop("甲公司")
    flow = flows.find(shop.company, "main")
    last_week.ask(redis, shop.company, flow)
    newer = flows.save_draft(shop.company, "main", flow.draft, flow.draft_revision)
    work(redis, "default")
    assert last_week.found(redis, newer) is None
