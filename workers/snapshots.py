"""Jobs that keep Redis in step with the store."""

from __future__ import annotations

from app.calls.publish import publish_missing
from app.store.db import database
from workers.surroundings import current_redis


def republish_all() -> int:
    """Put in force what Redis lacks, because it was away or lost it; returns for how many numbers."""
    with database.connection_context():
        return publish_missing(current_redis())
