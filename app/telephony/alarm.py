"""A deadline for a wait, on the event loop itself: gevent's own Timeout costs a call several times as much."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any

import gevent


class Alarm:
    """`with Alarm(seconds, act, *args)`: `act(*args)` is called, once, if the block takes longer.

    By the event loop, so `act` must not wait; it is to make something true that the block waits for.
    """

    __slots__ = ("_timer",)

    def __init__(self, seconds: float, act: Callable[..., object], *args: object) -> None:
        self._timer: Any = gevent.get_hub().loop.timer(seconds)
        self._timer.start(act, *args)

    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._timer.stop()
        self._timer.close()
