"""Log lines of a process: to stderr, one line each, from structlog and from the standard library alike."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

from app.processes.log_pipe import LogPipe

QUIET = ("rq", "urllib3")


def configure(level: str, *, waits: bool = True) -> None:
    """Log from `level` on; callers' numbers are logged by nobody below debug.

    With `waits` False nothing ever waits for whoever reads the lines: those that he is too slow for are dropped and
    counted. That is for call control; elsewhere no line may be lost when a process ends.
    """
    number = logging.getLevelName(level.upper())
    stream: Any = sys.stderr if waits else LogPipe(sys.stderr.fileno())
    logging.basicConfig(
        level=number, stream=stream, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s"
    )
    for name in QUIET:
        logging.getLogger(name).setLevel(max(number, logging.WARNING))
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False),
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(stream),
    )
