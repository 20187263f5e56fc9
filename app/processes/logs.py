"""Log lines of a process: to stderr, one line each, from structlog and from the standard library alike."""

from __future__ import annotations

import logging
import sys

import structlog

QUIET = ("rq", "urllib3")


def configure(level: str) -> None:
    """Log from `level` on; callers' numbers are logged by nobody below debug."""
    number = logging.getLevelName(level.upper())
    logging.basicConfig(
        level=number, stream=sys.stderr, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s"
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
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
