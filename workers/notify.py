"""Jobs that bring messages to people."""

from __future__ import annotations

from app.store import companies, tasks
from app.store.db import database


def send(company_id: int, call_id: str, did: str, ani: str, to: str, text: str, attachment: str) -> bool:
    """Bring a message of a flow to the person at a phone, "" for the owner; False when he has it already.

    The console is the channel that everybody has. There, `attachment`, a recording, is found with its call.
    """
    with database.connection_context():
        return tasks.notice(companies.find(company_id), call_id, to, text, ani)
