"""Where a job runs."""

from __future__ import annotations

from redis import Redis
from rq import get_current_job


def current_redis() -> Redis:
    """The Redis that the job came from. RuntimeError outside of a worker."""
    job = get_current_job()
    if job is None:
        raise RuntimeError("jobs run in a worker")
    return job.connection
