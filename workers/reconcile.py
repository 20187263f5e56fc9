"""Jobs that close the calls which no controller closed, from FreeSWITCH's own records."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from app import settings
from app.calls import closing, switch_files
from app.calls.switch_files import Verdict
from app.calls.switch_record import BadSwitchRecord
from app.store.db import database
from workers.surroundings import current_redis


def close_calls() -> int:
    """Make the records that are missing; returns how many."""
    now = datetime.now(UTC)
    with database.connection_context():
        made = closing.close_waiting(current_redis(), settings.load(), now)
        closing.tidy(now)
    return made


def collect_files() -> int:
    """Take in what FreeSWITCH on this machine kept while the console was away; returns how many."""
    with database.connection_context():
        return switch_files.collect(Path(settings.load().switch_records_dir), _take)


def _take(data: bytes) -> Verdict:
    try:
        closing.receive(data)
    except BadSwitchRecord:
        return Verdict.REFUSED
    return Verdict.TAKEN
