"""The measurement of a week's calls under a draft: read from the store, gone through once more, as the worker does it."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.calls import flow_tests, last_week, trial
from app.calls.decisions import Manner
from app.calls.situation import Act, Situation
from app.flow.snapshot import Snapshot
from app.live.connection import JOB_TIMEOUT_S, connect
from app.processes.redis import EmbeddedRedis
from app.store import calls, companies, db, flows, groups, hours, migrate, numbers, phones, prompts
from app.store.models import Company

CALLS = 10_000
DID = "4008001234"
MANNERS = (Manner.ANSWERS, Manner.ANSWERS, Manner.ANSWERS, Manner.BUSY, Manner.NO_ANSWER)


PHONES = (
    ("desk", "13900000001"),
    ("sales1", "13900000002"),
    ("care1", "13900000003"),
    ("care2", "13900000004"),
)
DOCUMENT: dict[str, Any] = {
    "spec": 1,
    "name": "bench",
    "start": "hours",
    "nodes": {
        "hours": {"kind": "schedule", "hours": "office", "exits": {"open": "welcome", "closed": "closed"}},
        "welcome": {
            "kind": "menu",
            "prompt": "welcome",
            "exits": {"1": "sales", "2": "care", "0": "13900000001", "no_key": "13900000001"},
        },
        "sales": {"kind": "hunt", "group": "sales", "ring_timeout_s": 15, "exits": {"no_answer": "care"}},
        "care": {"kind": "hunt", "group": "care", "strategy": "round_robin", "ring_timeout_s": 15},
        "closed": {"kind": "announce", "prompt": "closed"},
    },
}


@dataclass(frozen=True, slots=True)
class Replayed:
    """How long so many calls took, in seconds, and how many of them the draft changes."""

    calls: int
    seconds: float
    differing: int


def replayed() -> Replayed:
    """CALLS calls of a week of a small company, under a draft in which another phone is rung when nobody answers."""
    with tempfile.TemporaryDirectory(prefix="h400-bench-") as home, EmbeddedRedis(Path(home)) as redis:
        url, now = f"sqlite:///{home}/bench.sqlite3", datetime.now(UTC)
        migrate.upgrade(url)
        with _connected(url), connect(redis.url, JOB_TIMEOUT_S) as client:
            company = _company()
            _record(company, now)
            _change(company)
            flow = flows.find(company, "main")
            began = time.perf_counter()
            last_week.work_out(client, company, "main", flow.draft_revision, now)
            seconds = time.perf_counter() - began
            told: Any = last_week.found(client, flow)
    return Replayed(told["calls"], seconds, sum(told["differing"].values()))


@contextmanager
def _connected(url: str) -> Iterator[None]:
    db.connect(url)
    with db.database.connection_context():
        yield
    db.disconnect()


def _company() -> Company:
    company = companies.create("bench")
    for slug, number in PHONES:
        phones.create(company, slug, number, slug)
    groups.create(company, "sales", "sales", ("sales1", "desk"))
    groups.create(company, "care", "care", ("care1", "care2"))
    hours.create(company, "office", "office", {"weekly": {"mon-fri": ["09:00-18:00"]}})
    for slug in ("welcome", "closed"):
        prompts.create(company, slug, slug, text=slug, file=f"1/{slug}.wav", duration_ms=5000)
    flows.create(company, "main", "main", DOCUMENT)
    numbers.create(company, DID)
    numbers.change(company, DID, label="", flow="main")
    flows.publish(company, "main")
    return company


def _change(company: Company) -> None:
    flow = flows.find(company, "main")
    draft = flow.draft
    draft["nodes"]["care"]["exits"] = {"no_answer": "13900000001", "busy": "13900000001"}
    flows.save_draft(company, "main", draft, flow.draft_revision)


def _record(company: Company, now: datetime) -> None:
    """Calls spread over the week, whatever comes of them."""
    snapshot, dice = flow_tests.snapshot_of(company, flows.find(company, "main")), random.Random(1)
    with db.writing():
        for n in range(CALLS):
            began = now - timedelta(days=7) + timedelta(seconds=(n + 1) * 7 * 86_400 / (CALLS + 2))
            cdr = _call(snapshot, dice, began.astimezone(ZoneInfo(snapshot.timezone)))
            calls.record(cdr | {"call_id": f"bench-{n}", "began_at": began.isoformat()})


def _call(snapshot: Snapshot, dice: random.Random, at: datetime) -> dict[str, Any]:
    situation = Situation(
        at=at.replace(tzinfo=None),
        ani=f"138{dice.randrange(10**8):08}",
        did=DID,
        phones={slug: dice.choice(MANNERS) for slug, _ in PHONES},
        acts=(Act("keys", dice.choice(["1", "2", "0", ""]), 3.0),),
        hangs_up_ms=dice.randrange(60_000) if dice.random() < 0.2 else None,
    )
    cdr = trial.run(snapshot, situation).cdr
    assert cdr
    return cdr
