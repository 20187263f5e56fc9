"""Jobs that write files for people to take away."""

from __future__ import annotations

from typing import Any

from app import settings
from app.calls import export
from app.store import companies
from app.store.db import database
from workers.surroundings import current_redis


def write_calls(company_id: int, token: str, filters: dict[str, Any], locale: str) -> int:
    """Write the calls that fit to a file; returns how many."""
    with database.connection_context():
        company = companies.find(company_id)
        return export.write(current_redis(), settings.load(), company, token, filters, locale)


def tidy() -> int:
    """Remove files that are a day old; returns how many."""
    return export.tidy(settings.load())
