"""The job that publishes what is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from redis import Redis
from rq import Queue

from app.live import snapshots
from app.store import flows, plans
from tests.support.jobs import work
from tests.support.shop import DOCUMENT, open_shop


def test_what_is_due_is_published_and_in_force(sqlite_database: str, redis: Redis) -> None:
    shop = open_shop("甲公司")
    now = datetime.now(UTC)
    plans.add(shop.company, "main", DOCUMENT, now - timedelta(minutes=1))
    plans.add(shop.company, "main", DOCUMENT, now + timedelta(hours=1))
    queue = Queue("default", connection=redis, serializer="json")
    job = queue.enqueue("workers.publishing.carry_out_due", result_ttl=60)
    work(redis, "default")
    assert job.return_value() == 1
    assert [version.version for version in flows.versions(shop.company, "main")] == [1]
    assert snapshots.revisions(redis)[shop.did] == 2
