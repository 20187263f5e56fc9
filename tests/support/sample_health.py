"""An installation in which all is well, as Redis shows it."""

from __future__ import annotations

import os
import time
from pathlib import Path

from redis import Redis
from rq import Worker
from rq.serializers import JSONSerializer

from app.live.status import FOLDER, Status, Statuses
from app.processes.scheduler import Scheduler

STATUS = Status(
    "switch1-0",
    "switch1",
    os.getpid(),
    time.time() - 3600,
    calls=3,
    max_calls=2000,
    switches={"fs1": time.time()},
    free_mb={"journal": 50_000, "prompts": 50_000, "recordings": 50_000},
    order_ok=True,
)


def publish(redis: Redis, home: Path) -> None:
    """A controller, a worker and a scheduler."""
    Statuses(redis, home / FOLDER).publish(STATUS)
    Worker(["calls"], connection=redis, serializer=JSONSerializer).register_birth()
    Scheduler(redis, "here-1").acquire_locks()
