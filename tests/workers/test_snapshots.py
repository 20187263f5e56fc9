"""An emptied Redis heals by itself."""

from __future__ import annotations

from redis import Redis
from rq import Queue

from app.live import snapshots
from app.store import flows
from tests.support.jobs import work
from tests.support.shop import open_shop


def test_the_job_puts_everything_in_force(sqlite_database: str, redis: Redis) -> None:
    shop = open_shop("甲公司")
    flows.publish(shop.company, "main")
    queue = Queue("default", connection=redis, serializer="json")
    job = queue.enqueue("workers.snapshots.republish_all", result_ttl=60)
    work(redis, "default")
    assert job.return_value() == 1
    assert snapshots.revisions(redis) == {shop.did: 2}
