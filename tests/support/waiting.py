"""Waiting for something to come true, with a deadline instead of a sleep that guesses."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


def until(condition: Callable[[], object], what: str = "", within_s: float = 10.0) -> None:
    """Return as soon as the condition holds; AssertionError when it does not within the time."""
    deadline = time.monotonic() + within_s
    pause = threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within_s} s: {what or condition}")
        pause.wait(0.005)
