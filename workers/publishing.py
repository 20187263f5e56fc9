"""Jobs that publish what was planned for a time."""

from __future__ import annotations

from datetime import UTC, datetime

from app.calls import planned
from app.store.db import database
from workers.surroundings import current_redis


def carry_out_due() -> int:
    """Publish whatever is due, also what was while no worker ran; returns how much."""
    with database.connection_context():
        return planned.carry_out_due(current_redis(), datetime.now(UTC))
