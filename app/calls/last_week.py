"""What the last week's calls of a flow's numbers would come to under its draft: worked out by a worker, kept for a day.

Redis holds how far it is, then the result. It belongs to one revision of the draft.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from app.calls import flow_tests
from app.calls.habits import learn
from app.calls.whatif import Replay, Summary, replay_all
from app.errors import DocumentError
from app.flow.compile import load
from app.flow.snapshot import Snapshot
from app.live import keys
from app.live.connection import live_errors
from app.store import flows, last_week, numbers
from app.store.models import Company, Flow

QUEUE = "default"
JOB = "workers.whatif.replay"
JOB_S = 120
DAYS = 7
KEPT_S = 24 * 3600
WORKING_S = 10 * 60  # after which a worker that says nothing more is gone
TOLD_EVERY = 200  # calls
WAITING, WORKING, DONE, FAILED = "waiting", "working", "done", "failed"


def found(redis: Redis, flow: Flow) -> dict[str, Any] | None:
    """How far it is for the flow's draft as it is now, None when nobody asked. LiveError without Redis."""
    with live_errors():
        text: Any = redis.get(keys.last_week(flow.id, flow.draft_revision))
    told: dict[str, Any] | None = json.loads(text) if text else None
    return told


def ask(redis: Redis, company: Company, flow: Flow) -> None:
    """Have it worked out, anew if it is there already. LiveError without Redis."""
    told = found(redis, flow)
    if told and told["state"] in (WAITING, WORKING):
        return
    _tell(redis, flow, {"state": WAITING, "done": 0, "of": 0}, WORKING_S)
    with live_errors():
        Queue(QUEUE, connection=redis, serializer=JSONSerializer).enqueue_call(
            JOB,
            kwargs={"company_id": company.id, "slug": flow.slug, "revision": flow.draft_revision},
            timeout=JOB_S,
            result_ttl=0,
            failure_ttl=KEPT_S,
            description="last week under a draft",
        )


def work_out(redis: Redis, company: Company, slug: str, revision: int, now: datetime) -> bool:
    """Do it and keep the result; False when the draft is not the one any more that it was asked for."""
    flow = flows.find(company, slug)
    if flow.draft_revision != revision:
        return False
    try:
        _work(redis, company, flow, now)
    except DocumentError:
        _tell(redis, flow, {"state": FAILED}, KEPT_S)
    return True


def _work(redis: Redis, company: Company, flow: Flow, now: datetime) -> None:
    since, dids = now - timedelta(days=DAYS), [number.did for number in numbers.leading_to(company, flow)]
    of, summary = last_week.count(company, dids, since), Summary()
    replay = Replay(
        flow_tests.snapshot_of(company, flow),
        learn(last_week.legs(company, dids, since)),
        _former(company, flow),
    )
    for done in replay_all(replay, last_week.records(company, dids, since), summary):
        if done % TOLD_EVERY == 1:
            _tell(redis, flow, {"state": WORKING, "done": done, "of": of}, WORKING_S)
    until = now.isoformat(timespec="seconds")
    told = {"state": DONE, "since": since.isoformat(timespec="seconds"), "until": until}
    _tell(redis, flow, told | summary.to_json(), KEPT_S)


def _former(company: Company, flow: Flow) -> Snapshot | None:
    version = flows.published(company, flow.slug)
    return load(version.snapshot) if version else None


def _tell(redis: Redis, flow: Flow, told: dict[str, Any], kept_s: int) -> None:
    with live_errors():
        redis.set(
            keys.last_week(flow.id, flow.draft_revision), json.dumps(told, ensure_ascii=False), ex=kept_s
        )
