"""`hotline400 worker`: runs the slow jobs, one after the other, each in a process forked for it."""

from __future__ import annotations

import os
from importlib import import_module

from redis import Redis
from rq.serializers import JSONSerializer

from app.processes import logs
from app.processes.jobs import ListedWorker
from app.processes.programs import name_of
from app.processes.redis import url_of
from app.settings import Settings
from app.store import db
from workers import JOBS, QUEUES

MAINTENANCE_EVERY_S = 60  # how soon a job is found whose worker was killed


def run(settings: Settings) -> int:
    """Work until SIGTERM; the job in hand is finished first."""
    logs.configure(settings.log_level)
    db.connect(settings.database_url)
    for job in JOBS:  # once here rather than in every fork
        import_module(job.rpartition(".")[0])
    worker = ListedWorker(
        QUEUES,
        name=name_of(os.getpid()),
        connection=Redis.from_url(url_of(settings)),
        serializer=JSONSerializer,
        maintenance_interval=MAINTENANCE_EVERY_S,
        log_job_description=False,  # it would show callers' numbers
    )
    worker.work(logging_level="WARNING")  # every job has two lines at INFO
    return 0
