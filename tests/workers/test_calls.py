"""Two workers, everything delivered several times: each call is stored once."""

from __future__ import annotations

import json
import sys

import pytest
from redis import Redis
from rq import Queue

from app.live import keys
from app.store import companies
from app.store.models import Call, CallLeg
from tests.support import processes
from tests.support.cdrs import cdr, leg
from tests.support.redis_server import RedisServer
from workers import JOBS, QUEUES
from workers.calls import store_calls

WORKER = """
import sys
from redis import Redis
from rq import SimpleWorker
from rq.serializers import JSONSerializer
from app.store import db

redis_url, database_url = sys.argv[1:]
db.connect(database_url)
worker = SimpleWorker(["calls"], connection=Redis.from_url(redis_url), serializer=JSONSerializer)
worker.work(burst=True, logging_level="CRITICAL")
"""


def test_two_workers_store_each_call_once(database: str, redis: Redis, redis_server: RedisServer) -> None:
    company = companies.create("甲公司")
    queue = Queue("calls", connection=redis, serializer="json")
    calls = [cdr(f"call-{n}", company.id, legs=[leg(), leg(phone="care2")]) for n in range(60)]
    for _ in range(3):
        for start in range(0, 60, 10):
            queue.enqueue("workers.calls.store_calls", "host-1", calls[start : start + 15])
    arguments = [sys.executable, "-c", WORKER, redis_server.url, database]
    workers = [processes.start(arguments, cwd=processes.ROOT) for _ in range(2)]
    assert [worker.wait(30) for worker in workers] == [0, 0]
    assert (Call.select().count(), CallLeg.select().count()) == (60, 120)
    acked = [call_id for ack in redis.lrange(keys.acks("host-1"), 0, -1) for call_id in json.loads(ack)]
    assert set(acked) == {call["call_id"] for call in calls}


def test_outside_of_a_worker_there_is_no_redis() -> None:
    with pytest.raises(RuntimeError, match="run in a worker"):
        store_calls("host-1", [])


def test_the_jobs_are_on_the_list() -> None:
    assert {"workers.calls.store_calls", "workers.snapshots.republish_all"} <= JOBS
    assert "calls" in QUEUES
