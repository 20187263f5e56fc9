"""Whether anything is left behind by calls: many of them through one controller, looked at from outside now and then."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.bench.targets import LOAD_CORE, NUMBERS, Target, hotline400
from app.live import keys
from app.live.connection import JOB_TIMEOUT_S, connect
from app.simulator.load import LoadPlan, run_apart
from app.store import companies, db, migrate
from app.store.models import Call

COMPANY = 1
AT_ONCE = 100
STOP_S = 30
GIVEN_BACK_S = 5.0  # after the last call
CHUNK_S = 20.0  # of load between two looks
SETTLED_WITHIN_S = 600.0  # for records that the database does not have yet
FIRST_PART = 0.1  # of the calls, in which memory may still grow
MOST_GROWTH = 0.05  # afterwards


@dataclass(frozen=True, slots=True)
class Look:
    """What there is after so many calls, when none is live."""

    calls: int
    rss_mb: float
    open_files: int
    leases: int
    journal_files: int


@dataclass(frozen=True, slots=True)
class Soak:
    """All looks, and how many records the database has in the end."""

    looks: tuple[Look, ...]
    failures: int
    records: int

    @property
    def growth(self) -> float:
        """Of memory, from the end of the first part on: 0.05 is five per cent."""
        last = self.looks[-1]
        settled = next(look for look in self.looks if look.calls >= FIRST_PART * last.calls)
        return last.rss_mb / settled.rss_mb - 1


def soak(calls: int) -> Iterator[Look | Soak]:
    """Place so many calls; yields a look every CHUNK_S, and the whole at the end."""
    with hotline400() as target, _stored(target):
        looks: list[Look] = []
        done = failures = 0
        while done < calls:
            plan = LoadPlan(target.address, numbers=NUMBERS, seconds=CHUNK_S, concurrency=AT_ONCE)
            report = run_apart(plan, LOAD_CORE)
            done, failures = done + report.calls, failures + sum(report.failures.values())
            looks.append(_look(target, done))
            yield looks[-1]
        yield Soak(tuple(looks), failures, _records(done))


@contextmanager
def _stored(target: Target) -> Iterator[None]:
    """With a worker that stores the records in a database beside the program's other files."""
    url = f"sqlite:///{target.environ['HOTLINE_HOME']}/soak.db"
    migrate.upgrade(url)
    db.connect(url)
    with db.database.connection_context():
        companies.create("soak")
    environ = {**os.environ, **target.environ, "HOTLINE_DATABASE_URL": url}
    worker = subprocess.Popen([sys.executable, "-m", "app.cli", "worker"], env=environ)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(STOP_S)
        db.disconnect()


def _look(target: Target, calls: int) -> Look:
    leases, give_up = 1, time.monotonic() + GIVEN_BACK_S
    with connect(target.environ["HOTLINE_REDIS_URL"], JOB_TIMEOUT_S) as redis:
        while leases and time.monotonic() < give_up:
            time.sleep(0.1)
            held: Any = redis.hlen(keys.company(COMPANY) + "leases")
            leases = held
    journal = Path(target.environ["HOTLINE_HOME"]) / "journal"
    files = sum(1 for file in journal.rglob("*") if file.is_file())
    return Look(calls, target.rss_bytes() / 1e6, target.open_files(), leases, files)


def _records(calls: int) -> int:
    """How many the database has, once it has all or the time is up."""
    give_up, found = time.monotonic() + SETTLED_WITHIN_S, 0
    with db.database.connection_context():
        while found < calls and time.monotonic() < give_up:
            time.sleep(1)
            found = Call.select().count()
    return found
