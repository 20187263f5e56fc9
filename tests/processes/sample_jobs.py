"""Jobs for the tests of the worker."""

from __future__ import annotations

import os
import time
from pathlib import Path


def write(path: str, text: str) -> None:
    Path(path).write_text(text)


def sleep_long(path: str) -> None:
    Path(path).write_text(str(os.getpid()))
    time.sleep(60)


def fail() -> None:
    raise RuntimeError("as it should")
