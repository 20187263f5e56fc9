"""Jobs that try a draft on the calls of the last days."""

from __future__ import annotations

from datetime import UTC, datetime

from app.calls import last_week
from app.store import companies
from app.store.db import database
from workers.surroundings import current_redis


def replay(company_id: int, slug: str, revision: int) -> bool:
    """Work out what the last week's calls would come to under a draft; False when it has changed since."""
    with database.connection_context():
        company = companies.find(company_id)
        return last_week.work_out(current_redis(), company, slug, revision, datetime.now(UTC))
