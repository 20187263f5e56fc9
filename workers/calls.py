"""Jobs that store what calls left behind."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from redis import Redis

from app.live import keys
from app.store import calls
from app.store.db import Conflict, database
from app.store.records import BadRecord
from workers.surroundings import current_redis

log = structlog.get_logger()

ACKS_TTL_S = 7 * 24 * 3600  # a controller that does not come back for its acknowledgements
REFUSED_LIMIT = 10_000


def store_calls(controller: str, cdrs: Sequence[Mapping[str, Any]]) -> None:
    """Store ended calls and tell their controller, also when the database goes away half-way.

    What is no record, or breaks the tables' rules, is put aside: nobody else's call waits for it.
    """
    redis, done = current_redis(), []
    try:
        with database.connection_context():
            for cdr in cdrs:
                _store(redis, cdr)
                done.append(cdr["call_id"])
    finally:
        _acknowledge(redis, controller, done)


def _store(redis: Redis, cdr: Mapping[str, Any]) -> None:
    try:
        calls.record(cdr)
    except (BadRecord, Conflict) as wrong:
        log.error("call_refused", alarm=True, call_id=str(cdr["call_id"]), problem=str(wrong))
        _put_aside(redis, cdr)


def _acknowledge(redis: Redis, controller: str, call_ids: Sequence[str]) -> None:
    with redis.pipeline() as pipeline:
        pipeline.rpush(keys.acks(controller), json.dumps(call_ids))
        pipeline.expire(keys.acks(controller), ACKS_TTL_S)
        pipeline.execute()


def _put_aside(redis: Redis, cdr: Mapping[str, Any]) -> None:
    """Keep the newest of what the store refused for whoever mends it."""
    with redis.pipeline() as pipeline:
        pipeline.lpush(keys.REFUSED, json.dumps(cdr))
        pipeline.ltrim(keys.REFUSED, 0, REFUSED_LIMIT - 1)
        pipeline.execute()
