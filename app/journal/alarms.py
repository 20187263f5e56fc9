"""Telling the operator of trouble, even when the trouble is that nothing can be written."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import structlog

log = structlog.get_logger()


def alarm(event: str, **facts: Any) -> None:
    """Log what somebody must look at. A log on the same full disk must not stop the calls."""
    with suppress(OSError):
        log.error(event, alarm=True, **facts)
