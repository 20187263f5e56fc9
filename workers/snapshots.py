"""Jobs that keep Redis in step with the store."""

from __future__ import annotations

from rq import get_current_job

from app.calls.publish import publish_missing
from app.store.db import database


def republish_all() -> int:
    """Put in force what Redis lacks, because it was away or lost it; returns for how many numbers."""
    job = get_current_job()
    assert job is not None, "runs in a worker"
    with database.connection_context():
        return publish_missing(job.connection)
