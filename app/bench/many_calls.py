"""A store with a million calls of one company, made in a minute or two: for measuring pages."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from app.store import companies, db, flows, groups, hours, lists, numbers, phones, prompts, queues, users
from app.store.lists import Entry
from app.store.models import Call, CallLeg, Company
from app.store.queues import Rules

OWNER, PASSWORD = "owner@bench.example", "right horse battery"
PHONES = 200
DIDS = ("4008001234", "4008001235", "4008001236")
DAYS = 100
CALLERS = 300_000
BATCH = 20_000
PROVINCES = (*("浙江",) * 200, *("江苏", "上海", "广东", "四川", "北京", "湖北") * 50, "西藏", "青海", "宁夏")
BUSY_HOURS = range(9, 21)
RESULTS = (("answered", "callee"), ("answered", "caller"), ("missed", "flow"), ("abandoned", "caller"))
STEPS = (
    ("open", "schedule", "office", "open"),
    ("menu", "menu", "welcome", "1"),
    ("care", "hunt", "care", "answered"),
)
TRAIL = [
    {
        "node": node,
        "kind": kind,
        "label": label,
        "exit": way,
        "at_ms": at,
        "end_ms": at,
        "keys": "",
        "problem": "",
    }
    for at, (node, kind, label, way) in enumerate(STEPS)
]
DOCUMENT: dict[str, Any] = {
    "spec": 1,
    "name": "main",
    "start": "open",
    "nodes": {
        "open": {"kind": "schedule", "hours": "office", "exits": {"open": "menu", "closed": "closed"}},
        "menu": {"kind": "menu", "prompt": "welcome", "exits": {"1": "care", "2": "g1", "no_key": "care"}},
        "care": {"kind": "hunt", "group": "care", "exits": {"no_answer": "g1"}},
        "g1": {"kind": "hunt", "group": "g1"},
        "closed": {"kind": "announce", "prompt": "closed"},
    },
}


def fill(count: int, now: datetime) -> Company:
    """A company with PHONES phones and so many calls of the last DAYS days."""
    company = _company()
    dice = random.Random(1)
    callers = [_caller(dice) for _ in range(min(CALLERS, count))]
    calls = _calls(company, callers, dice, count, now)
    with db.database.atomic():
        while batch := list(islice(calls, BATCH)):
            _insert(Call._meta.table_name, [row for row, _ in batch])
            _insert(CallLeg._meta.table_name, [leg for _, legs in batch for leg in legs])
    if not db.is_sqlite():
        db.database.execute_sql("SELECT setval(pg_get_serial_sequence('\"call\"', 'id'), %s)", (count,))
    db.database.execute_sql("ANALYZE")
    return company


def _company() -> Company:
    company = companies.create("bench")
    users.create(company, OWNER, "owner", PASSWORD, role="owner")
    for n in range(PHONES):
        phones.create(company, f"p{n}", str(13900000000 + n), f"phone {n}", str(8000 + n))
    groups.create(company, "care", "care", tuple(f"p{n}" for n in range(10)))
    for n in range(1, 20):
        groups.create(company, f"g{n}", f"group {n}", tuple(f"p{n * 10 + k}" for k in range(10)))
    hours.create(company, "office", "office", {"weekly": {"mon-fri": ["09:00-18:00"]}, "holidays": True})
    for slug in ("welcome", "closed"):
        prompts.create(company, slug, slug, text=slug, file=f"1/{slug}.wav", duration_ms=5000)
    lists.create(company, "black", "black", "black")
    lists.add(company, "black", [Entry("number", str(13700000000 + n)) for n in range(2000)])
    queues.create(company, "care", "care", Rules(music="welcome"), ("p0", "p1"))
    flows.create(company, "main", "main", DOCUMENT)
    flows.publish(company, "main")
    for did in DIDS:
        numbers.create(company, did)
        numbers.change(company, did, label=did, flow="main")
    return company


def _caller(dice: random.Random) -> tuple[str, str]:
    return f"1{dice.choice('3589')}{dice.randrange(10**9):09}", dice.choice(PROVINCES)


Row = dict[str, Any]


def _calls(
    company: Company, callers: Sequence[tuple[str, str]], dice: random.Random, count: int, now: datetime
) -> Iterator[tuple[Row, list[Row]]]:
    """Calls in the order in which they came, each with its legs; more by day than by night."""
    trail = json.dumps(TRAIL, separators=(",", ":"))
    moments = sorted(_moment(dice, now) for _ in range(count))
    for n, began in enumerate(moments, 1):
        result, ended = dice.choices(RESULTS, (60, 15, 15, 10))[0]
        ani, province = dice.choice(callers)
        talk_ms = dice.randrange(5_000, 300_000) if result == "answered" else 0
        phone = f"p{dice.randrange(PHONES)}"
        row = {
            "id": n,
            "call_id": f"bench-{n}",
            "company_id": company.id,
            "did": DIDS[0] if n % 50 else DIDS[1 + n % 2],
            "ani": ani,
            "province": province,
            "city": "",
            "carrier": "中国移动",
            "switch": "fs1",
            "controller": "host-1",
            "flow_id": "main",
            "snapshot_version": 1,
            "began_at": began,
            "answered_ms": 20,
            "duration_ms": 10_000 + talk_ms,
            "wait_ms": dice.randrange(3_000, 40_000),
            "talk_ms": talk_ms,
            "result": result,
            "ended": ended,
            "hangup_cause": "NORMAL_CLEARING",
            "answered_by": phone if talk_ms else "",
            "keys": "1",
            "trail": trail,
            "received_at": began,
            "standing": "final",
            "resumed": 0,
        }
        yield row, [_leg(row, phone, 0)] if dice.random() < 0.9 else []


def _leg(row: Row, phone: str, position: int) -> Row:
    return {
        "call_id": row["id"],
        "position": position,
        "phone": phone,
        "number": str(13900000000 + int(phone[1:])),
        "name": phone,
        "node": "care",
        "result": "answered" if row["talk_ms"] else "no_answer",
        "cause": "NORMAL_CLEARING" if row["talk_ms"] else "NO_ANSWER",
        "at_ms": 4000,
        "ring_ms": 5000,
        "talk_ms": row["talk_ms"],
        "company_id": row["company_id"],
        "began_at": row["began_at"],
    }


def _moment(dice: random.Random, now: datetime) -> datetime:
    """Naive UTC, as the tables have it; in the shop's busy hours mostly."""
    while True:
        at = now - timedelta(seconds=dice.random() * DAYS * 86_400)
        if (at + timedelta(hours=8)).hour in BUSY_HOURS or dice.random() < 0.1:
            return at.astimezone(UTC).replace(tzinfo=None)


def _insert(table: str, rows: Iterable[Row]) -> None:
    """Many rows at once, past the models: as SQLite and PostgreSQL take them fastest."""
    rows = list(rows)
    if not rows:
        return
    columns = list(rows[0])
    names, values = ", ".join(f'"{name}"' for name in columns), [tuple(row.values()) for row in rows]
    if db.is_sqlite():
        marks = ", ".join("?" * len(columns))
        connection: sqlite3.Connection = db.database.connection()
        connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', _stored(values))  # noqa: S608
        return
    with db.database.connection().cursor().copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        for value in values:
            copy.write_row(value)


def _stored(values: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Moments as peewee writes them to SQLite."""
    for row in values:
        yield tuple(str(value) if isinstance(value, datetime) else value for value in row)
