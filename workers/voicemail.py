"""Jobs around messages that callers left."""

from __future__ import annotations

from pathlib import Path

import structlog

from app import settings

log = structlog.get_logger()


def remove_file(file: str) -> bool:
    """Remove the recording of a message that was deleted; False when it is not there, or no recording of ours."""
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
