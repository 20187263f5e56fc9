"""Jobs around messages that callers left."""

from __future__ import annotations

from pathlib import Path

import structlog

from app import settings
from app.store import voicemails
from app.store.db import database

log = structlog.get_logger()


def remove_deleted() -> int:
    """Remove for good the messages that were deleted days ago, and their recordings; returns how many.

    One whose file cannot be removed stays for the next time.
    """
    removed = 0
    with database.connection_context():
        for message in voicemails.expired():
            try:
                remove_file(message.file)
            except OSError as refused:
                log.error("recording_stays", alarm=True, file=message.file, problem=str(refused))
                continue
            voicemails.forget(message.company, message.call.call_id)
            removed += 1
    return removed


def remove_file(file: str) -> bool:
    """Remove the recording of a message; False when it is not there, or no recording of ours."""
    folder = Path(settings.load().recordings_dir).resolve()
    path = (folder / file).resolve()
    if not path.is_relative_to(folder) or path.suffix != ".wav":
        log.error("recording_refused", alarm=True, file=file[:200])
        return False
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    return True
