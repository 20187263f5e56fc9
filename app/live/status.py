"""What each controller says of itself: in Redis for everybody, and in a file for who is on its machine.

The file is what tells the console and the command line how calls go on while Redis is away.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from redis import Redis

from app.live import keys

FOLDER = "status"  # in the data folder
KEPT_S = 3600  # a controller that died is remembered for so long
SILENT_S = 10  # whoever says nothing for so long is taken for dead


@dataclass(frozen=True, slots=True)
class Status:
    """One controller. Moments are seconds since 1970 by the clock of its machine.

    since       when it was started
    alone       Redis is away, and it serves with what it knows itself
    waiting     ended calls that the database does not have yet
    disk_fails  its journal cannot be written
    free_mb     room in its folders: journal, prompts, recordings; those that are on its machine
    switches    the FreeSWITCH machines that gave it calls, and when the last one came
    order_ok    whether FreeSWITCH's own event socket can be told things; None when nobody tried
    silent_s    how long ago it said all this; set by who reads it
    """

    controller: str
    host: str
    pid: int
    since: float
    calls: int = 0
    max_calls: int = 0
    draining: bool = False
    alone: bool = False
    waiting: int = 0
    disk_fails: bool = False
    free_mb: dict[str, int] = field(default_factory=dict)
    switches: dict[str, float] = field(default_factory=dict)
    order_ok: bool | None = None
    silent_s: float = 0.0

    @property
    def is_alive(self) -> bool:
        return self.silent_s < SILENT_S

    @property
    def takes_calls(self) -> bool:
        return self.is_alive and not self.draining

    def text(self) -> str:
        return json.dumps(asdict(self))


def read(text: str | bytes, silent_s: float) -> Status | None:
    """The status that `text` wrote, so old; None for what another release wrote."""
    try:
        found: dict[str, Any] = json.loads(text)
        known = {each.name: found[each.name] for each in fields(Status) if each.name in found}
        return replace(Status(**known), silent_s=max(0.0, silent_s))
    except (ValueError, TypeError, AttributeError):
        return None


class Statuses:
    """Where statuses are kept. RedisError when Redis is away, OSError when the folder is."""

    def __init__(self, redis: Redis, folder: Path) -> None:
        self._redis, self._folder = redis, folder

    def publish(self, status: Status) -> str:
        """Tell everybody, and learn what somebody wants of this controller: "" or an order, once."""
        with self._redis.pipeline() as pipe:
            pipe.set(keys.status(status.controller), status.text(), ex=KEPT_S)
            pipe.sadd(keys.STATUSES, status.controller)
            pipe.get(keys.order(status.controller))
            pipe.delete(keys.order(status.controller))
            order: bytes | None = pipe.execute()[2]
        return (order or b"").decode()

    def keep(self, status: Status) -> None:
        """Write the file."""
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._folder / f".{status.controller}"
        draft.write_text(status.text())
        draft.replace(self._file(status.controller))

    def withdraw(self, controller: str) -> None:
        """It has ended in good order and is missed by nobody."""
        self._file(controller).unlink(missing_ok=True)
        self._redis.delete(keys.status(controller), keys.order(controller))
        self._redis.srem(keys.STATUSES, controller)

    def order(self, controller: str, what: str) -> None:
        """Have the controller do something within a second; forgotten when it does not read that."""
        self._redis.set(keys.order(controller), what, ex=SILENT_S)

    def everywhere(self) -> list[Status]:
        """All controllers, as Redis knows them."""
        names: Any = self._redis.smembers(keys.STATUSES)
        with self._redis.pipeline() as pipe:
            for name in names:
                pipe.get(keys.status(name.decode()))
                pipe.pttl(keys.status(name.decode()))
            found = pipe.execute()
        statuses = []
        for name, text, left_ms in zip(names, found[::2], found[1::2], strict=True):
            if text is None:
                self._redis.srem(keys.STATUSES, name)
            elif status := read(text, KEPT_S - left_ms / 1000):
                statuses.append(status)
        return statuses

    def here(self) -> list[Status]:
        """Those on this machine, as their files say; one whose process has gone is silent."""
        found = []
        for file in sorted(self._folder.glob("[!.]*.json")):
            status = read(file.read_text(), time.time() - file.stat().st_mtime)
            if status and status.silent_s < KEPT_S:
                found.append(status if _runs(status.pid) else replace(status, silent_s=KEPT_S))
        return found

    def _file(self, controller: str) -> Path:
        return self._folder / f"{controller}.json"


def newest(statuses: Iterable[Status]) -> list[Status]:
    """One status for each controller, in the order of their names."""
    best: dict[str, Status] = {}
    for status in statuses:
        known = best.get(status.controller)
        if known is None or status.silent_s < known.silent_s:
            best[status.controller] = status
    return [best[name] for name in sorted(best)]


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
