"""`hotline400 run` as a whole: all real processes, on free ports, in a data folder of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

import pytest

from app.processes.running import is_running, only_one
from tests.support.waiting import until

COMMAND = [sys.executable, "-P", "-m", "app.cli"]
START_S = 40.0
_PROGRAM = re.compile(r"\0HOTLINE_PROCESS=([^\0]+)")


class Run:
    """A running `hotline400 run` and what it has printed so far."""

    def __init__(self, home: Path, **environ: str) -> None:
        self.home = home
        ports = {name: f"127.0.0.1:{_free_port()}" for name in ("WEB", "ESL", "SIMULATOR")}
        self.environ = {
            **os.environ,
            "HOTLINE_HOME": str(home),
            **{f"HOTLINE_{name}_LISTEN": address for name, address in ports.items()},
            **environ,
        }
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [*COMMAND, "run"], env=self.environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._reader = Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        self.lines.extend(iter(self.process.stdout.readline, ""))

    @property
    def output(self) -> str:
        return "".join(self.lines)

    def wait_for(self, text: str, within_s: float = START_S) -> None:
        until(lambda: text in self.output or self.process.poll() is not None, f"{text!r} is said", within_s)
        assert text in self.output, self.output

    def end(self) -> int:
        """Wait until it has ended; the exit code."""
        code = self.process.wait(30)
        self._reader.join(5)
        assert self.process.stdout
        self.process.stdout.close()
        return code

    def descendants(self) -> dict[str, int]:
        """Process ids by program: by what their environment says, and for Redis, which blanks that, by its title."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            environ, title = _content(folder / "environ"), _content(folder / "cmdline")
            if f"{self.home}/redis/" in title:
                found["redis"] = int(folder.name)
            elif f"HOTLINE_HOME={self.home}\0" in environ and (name := _PROGRAM.search(environ)):
                found[name[1]] = int(folder.name)
        return found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for the whole file: the second start in it is the quick one."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def run(home: Path) -> Iterator[Run]:
    started = Run(home)
    yield started
    if started.process.poll() is None:
        started.process.kill()
    started.end()


def test_everything_starts_serves_and_stops(run: Run) -> None:
    run.wait_for("hotline400 is running")
    assert {"redis", "esl-1", "web", "worker", "scheduler", "simulator"} <= set(run.descendants())
    assert re.search(r"First login +\S+@\S+ +\S+\n", run.output), run.output
    with urlopen(f"http://{run.environ['HOTLINE_WEB_LISTEN']}/", timeout=10) as page:
        assert page.status == 200
    assert is_running(run.home)

    os.kill(run.descendants()["scheduler"], signal.SIGKILL)
    run.wait_for("scheduler ended (SIGKILL); again in")
    until(lambda: "scheduler" in run.descendants(), "the scheduler is back")

    run.process.send_signal(signal.SIGINT)
    assert run.end() == 0, run.output
    assert run.descendants() == {}
    assert "Traceback" not in run.output


def test_killing_it_leaves_nothing_behind(run: Run) -> None:
    run.wait_for("hotline400 is running")
    run.process.kill()
    run.process.wait(5)
    until(lambda: not run.descendants(), "all its processes are gone", within_s=20)


def test_a_second_one_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    with only_one(tmp_path):
        second = Run(tmp_path)
        assert second.end() == 2
    assert "HOTLINE_HOME" in second.output


def test_a_port_in_use_is_named_with_its_setting(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        run = Run(tmp_path, HOTLINE_WEB_LISTEN=f"127.0.0.1:{other.getsockname()[1]}")
        assert run.end() == 2
    assert "HOTLINE_WEB_LISTEN" in run.output
    assert "已被占用" in run.output
    assert run.descendants() == {}


def test_a_database_that_is_away_is_said_and_everything_stops(tmp_path: Path) -> None:
    run = Run(tmp_path, HOTLINE_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert run.end() == 1
    assert "init cannot start" in run.output
    assert run.descendants() == {}


def _content(file: Path) -> str:
    try:
        return file.read_text(errors="replace")
    except OSError:  # it has ended, or is somebody else's
        return ""


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
