"""A real PostgreSQL for tests, in a temporary folder, on a unix socket, without waiting for disks."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psycopg

from tests.support import processes
from tests.support.waiting import until

SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "shared_buffers": "16MB",
    "max_connections": "60",
}


def find_programs() -> Path | None:
    """The folder of `initdb` and `postgres`, the newest version's; None when PostgreSQL is not installed."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(installed, key=lambda program: int(program.parts[-3]), default=None)
    return newest.parent if newest else None


class PostgresqlServer:
    """One server with one database, `hotline`. Started by root, it runs as another user, as it demands."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="hotline-pg-"))
        self.url = f"postgresql://postgres@/hotline?host={self.folder}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        account = _account()
        if account:
            shutil.chown(self.folder, account)
        self._options: dict[str, Any] = {"cwd": self.folder} | (_as_user(account) if account else {})
        data = str(self.folder / "data")
        initdb = f"{self.programs}/initdb -A trust -U postgres -E UTF8 --no-locale --no-sync -D".split()
        subprocess.run([*initdb, data], check=True, capture_output=True, timeout=60, **self._options)
        self.resume()
        with self._connected() as connection:
            connection.execute("CREATE DATABASE hotline")

    def resume(self) -> None:
        """Run it on the data that it has."""
        settings = [text for name, value in SETTINGS.items() for text in ("-c", f"{name}={value}")]
        server = [
            f"{self.programs}/postgres",
            "-D",
            str(self.folder / "data"),
            "-k",
            str(self.folder),
            *settings,
        ]
        self._process = processes.start(server, signal.SIGQUIT, **self._options)
        until(self._answers, "PostgreSQL answers", within_s=30)

    def pause(self) -> None:
        """Stop it, and keep its data."""
        if self._process:
            processes.stop(self._process, signal.SIGINT)
        self._process = None

    def stop(self) -> None:
        self.pause()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _answers(self) -> bool:
        try:
            with self._connected():
                return True
        except psycopg.OperationalError:
            return False

    def _connected(self) -> psycopg.Connection[Any]:
        return psycopg.connect(f"host={self.folder} user=postgres", autocommit=True)


def _account() -> str | None:
    """As whom to run it: root may not."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _as_user(account: str) -> dict[str, Any]:
    return {"user": account, "group": pwd.getpwnam(account).pw_gid, "extra_groups": []}
