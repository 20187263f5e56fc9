"""Says how this controller is, once a second, and hears what it is to do."""

from __future__ import annotations

import logging
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from redis import RedisError

from app.journal import blocking
from app.journal.journal import Journal
from app.live.connection import connect
from app.live.shared import Shared
from app.live.status import FOLDER, Status, Statuses
from app.processes.redis import url_of
from app.settings import Settings
from app.telephony.callbacks import Callbacks
from app.telephony.server import CallServer

log = logging.getLogger(__name__)

EVERY_S = 1.0
LOOK_AT_DISKS = 10  # so many reports from one look to the next


class Reporter:
    """Runs beside the calls of a process. Whatever fails in here is no reason to say nothing elsewhere.

    status   how the process is now
    folders  those whose room is reported, by name
    obey     gets each order
    """

    def __init__(
        self,
        status: Callable[[], Status],
        statuses: Statuses,
        folders: Mapping[str, Path],
        obey: Callable[[str], object],
    ) -> None:
        self._status, self._statuses, self._folders, self._obey = status, statuses, folders, obey
        self._free: dict[str, int] = {}
        self._reports = 0
        self._stopped = threading.Event()

    def run(self) -> None:
        """Report until `stop`."""
        while not self._stopped.is_set():
            self.step()
            self._stopped.wait(EVERY_S)

    def stop(self) -> None:
        """Let `run` return, within EVERY_S."""
        self._stopped.set()

    def step(self) -> None:
        """One report."""
        if self._reports % LOOK_AT_DISKS == 0:
            self._free = blocking.run(_room, self._folders)
        self._reports += 1
        status = replace(self._status(), free_mb=self._free)
        try:
            blocking.run(self._statuses.keep, status)
        except OSError as bad:
            log.debug("no status file: %s", bad)
        try:
            order = self._statuses.publish(status)
        except RedisError as away:
            log.debug("Redis has no status of ours: %s", away)
        else:
            if order:
                self._obey(order)

    def withdraw(self) -> None:
        """The process ends as it should."""
        try:
            self._statuses.withdraw(self._status().controller)
        except (OSError, RedisError) as bad:
            log.info("the console will miss this controller for an hour: %s", bad)


def _room(folders: Mapping[str, Path]) -> dict[str, int]:
    """MB free in each folder that is there."""
    found = {}
    for name, folder in folders.items():
        try:
            found[name] = shutil.disk_usage(folder).free // 1_000_000
        except OSError:
            continue
    return found


def reporter_of(
    name: str,
    settings: Settings,
    server: CallServer,
    live: Shared,
    journal: Journal,
    callbacks: Callbacks | None,
    obey: Callable[[str], object],
) -> Reporter:
    """For a controller with these parts."""
    began = Status(name, socket.gethostname(), os.getpid(), time.time(), max_calls=settings.max_calls)

    def status() -> Status:
        return replace(
            began,
            calls=server.live_calls,
            draining=server.is_draining,
            switches=dict(server.switches),
            alone=live.alone,
            waiting=journal.outbox.waiting(),
            disk_fails=journal.is_ill,
            order_ok=callbacks.reaches_switch if callbacks else None,
        )

    folders = {
        "journal": settings.home,
        "prompts": Path(settings.prompts_dir),
        "recordings": Path(settings.recordings_dir),
    }
    statuses = Statuses(connect(url_of(settings)), settings.home / FOLDER)
    return Reporter(status, statuses, folders, obey)
