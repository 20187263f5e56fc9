"""FreeSWITCH's records of calls that lie on its disk, because nobody took them when the calls ended.

mod_json_cdr writes one file for a call, in place, and a line's end behind it at last. Nothing stays there for ever:
what is taken is removed, what cannot be is set aside in REFUSED for some weeks.
"""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Callable, Generator
from contextlib import closing
from enum import Enum
from itertools import islice
from pathlib import Path

import structlog

from app.calls.switch_record import MAX_BYTES

log = structlog.get_logger()

LIMIT = 1000  # files a run
HALF_WRITTEN_S = 600.0  # what is not whole by then will never be
REFUSED = "refused"
KEPT_REFUSED_S = 30 * 24 * 3600.0

_NAME = re.compile(r"[A-Za-z0-9._-]{1,80}\.cdr\.json", re.ASCII)


class Verdict(Enum):
    """What became of a record that was handed in."""

    TAKEN = "taken"
    REFUSED = "refused"  # and always will be


Deliver = Callable[[bytes], Verdict]
"""Hands in a record. What it raises when nobody is there to take it ends the run."""


def collect(folder: Path, deliver: Deliver, limit: int = LIMIT) -> int:
    """Hand in what lies in the folder; returns how many were taken. OSError when files cannot be removed."""
    taken = 0
    with closing(_records(folder)) as found:
        for path in islice(found, limit):
            data = _whole(path)
            if data is None:
                continue
            if deliver(data) is Verdict.TAKEN:
                path.unlink(missing_ok=True)
                taken += 1
            else:
                _set_aside(path, "nobody understands it")
    _forget_refused(folder / REFUSED)
    return taken


def _records(folder: Path) -> Generator[Path]:
    try:
        entries = os.scandir(folder)
    except FileNotFoundError:  # FreeSWITCH makes it when it needs it
        return
    with entries:
        for entry in entries:
            if _NAME.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                yield folder / entry.name


def _whole(path: Path) -> bytes | None:
    """What is in the file; None when that is nothing for anybody, now or ever."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:  # another collector was first
        return None
    with os.fdopen(descriptor, "rb") as file:
        about = os.fstat(descriptor)
        data = file.read(MAX_BYTES + 1) if stat.S_ISREG(about.st_mode) else b""
    if len(data) > MAX_BYTES:
        _set_aside(path, f"longer than {MAX_BYTES} bytes")
        return None
    if data.endswith(b"\n"):
        return data
    if time.time() - about.st_mtime > HALF_WRITTEN_S:
        _set_aside(path, "its end was never written")
    return None


def _set_aside(path: Path, why: str) -> None:
    log.error("switch_file_refused", alarm=True, file=str(path), problem=why)
    (path.parent / REFUSED).mkdir(exist_ok=True)
    path.replace(path.parent / REFUSED / path.name)


def _forget_refused(folder: Path) -> None:
    """By when they were set aside, which is when their place changed."""
    with closing(_records(folder)) as found:
        for path in islice(found, LIMIT):
            if time.time() - path.stat().st_ctime > KEPT_REFUSED_S:
                log.warning("switch_file_removed", file=str(path))
                path.unlink(missing_ok=True)
