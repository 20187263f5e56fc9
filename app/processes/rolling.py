"""Draining controllers one after the other, so that there is always one to take the calls."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence

from redis import RedisError

from app.errors import HotlineError
from app.live.status import Status, Statuses, newest
from app.processes.orders import SIGNALS
from app.words import Words

LOOK_EVERY_S = 0.2
TOLD_EVERY_S = 10.0


class NotDrained(HotlineError):
    """A controller was not drained, or not in time."""


class Roll:
    """Drains controllers. `wait_s` is for each wait: until another takes calls, and until the calls have gone."""

    def __init__(
        self,
        statuses: Statuses,
        say: Callable[[Words], object],
        *,
        force: bool = False,
        wait_s: float = 600.0,
    ) -> None:
        self._statuses, self._say, self._force, self._wait_s = statuses, say, force, wait_s

    def drain(self, names: Sequence[str], order: str) -> None:
        """One after the other; without names, all that are alive. NotDrained when it cannot be done."""
        alive = {status.controller: status for status in self._look() if status.is_alive}
        for name in names or sorted(alive):
            if name not in alive:
                raise NotDrained(f"no controller {name!r} is alive; there are: {', '.join(alive) or 'none'}")
            self._drain_one(alive[name], order)

    def _drain_one(self, status: Status, order: str) -> None:
        name = status.controller
        if not self._force:
            self._await_another(name)
        self._tell(status, order)
        self._say(Words(f"{name}：不再接新来电", f"{name} takes no more calls"))
        self._wait(lambda: self._has_gone(status), lambda: self._left(name))
        self._say(Words(f"{name}：已结束", f"{name} has ended"))

    def _await_another(self, name: str) -> None:
        self._wait(
            lambda: any(other.takes_calls and other.controller != name for other in self._look()),
            lambda: Words(
                f"没有别的呼叫控制进程在接来电：等到有了再让 {name} 退出（--force 不等）",
                f"no other controller takes calls: {name} is left alone until there is one (--force does not wait)",
            ),
        )

    def _has_gone(self, status: Status) -> bool:
        """Ended, or there is a new one of that name already."""
        return not any(
            other.controller == status.controller and other.since == status.since and other.is_alive
            for other in self._look()
        )

    def _left(self, name: str) -> Words:
        calls = next((status.calls for status in self._look() if status.controller == name), 0)
        return Words(f"{name}：还有 {calls} 个通话", f"{name} still has {calls} calls")

    def _wait(self, is_so: Callable[[], bool], excuse: Callable[[], Words]) -> None:
        began = told = time.monotonic()
        told -= TOLD_EVERY_S
        while not is_so():
            now = time.monotonic()
            if now - began > self._wait_s:
                raise NotDrained(f"not within {self._wait_s:g} s: {excuse().en}")
            if now - told > TOLD_EVERY_S:
                self._say(excuse())
                told = now
            time.sleep(LOOK_EVERY_S)

    def _look(self) -> list[Status]:
        """All controllers; while Redis is away, those on this machine."""
        try:
            return newest([*self._statuses.everywhere(), *self._statuses.here()])
        except RedisError:
            return newest(self._statuses.here())

    def _tell(self, status: Status, order: str) -> None:
        """Over Redis; who does not hear Redis gets a signal, on his own machine."""
        try:
            if not status.alone:
                self._statuses.order(status.controller, order)
                return
        except RedisError as away:
            self._say(Words(f"Redis 连不上：{away}", f"Redis is away: {away}"))
        if not any(here.pid == status.pid and here.is_alive for here in self._statuses.here()):
            raise NotDrained(
                f"Redis is away: send SIG{SIGNALS[order].name[3:]} to {status.pid} on {status.host}"
            )
        os.kill(status.pid, SIGNALS[order])
