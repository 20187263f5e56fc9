"""A process of the installation that can be killed, paused and started again."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path

from app.errors import HotlineError
from app.processes import child
from app.processes.program import Program

READY_S = 30.0
STOP_S = 10.0


class Part:
    """One program; its output is added to a file in `logs`."""

    def __init__(self, program: Program, environ: Mapping[str, str], logs: Path) -> None:
        self.program = program
        self._environ, self._log = {**os.environ, **environ}, logs / f"{program.name}.log"
        self._process: child.Process | None = None

    @property
    def name(self) -> str:
        return self.program.name

    def start(self) -> None:
        """Start it; `wait_ready` says when it serves."""
        with self._log.open("ab") as log:
            self._process = child.spawn(self.program.command, self._environ, output=log.fileno())

    def wait_ready(self) -> None:
        """HotlineError when it does not serve within READY_S."""
        give_up = time.monotonic() + READY_S
        while not (self._process and self.program.is_ready(self._process)):
            ended = self._process is None or self._process.poll() is not None
            if ended or time.monotonic() > give_up:
                raise HotlineError(f"{self.name} does not start, see {self._log}")
            time.sleep(0.02)

    def kill(self) -> None:
        """As a power cut: SIGKILL for it and what it has started."""
        if self._process:
            child.kill(self._process)
            self._process = None

    def pause(self) -> None:
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        """Ask it to end; kill it when it does not within STOP_S."""
        if self._process is None:
            return
        self._process.terminate()
        give_up = time.monotonic() + STOP_S
        while self._process.poll() is None and time.monotonic() < give_up:
            time.sleep(0.02)
        self.kill()

    def _signal(self, number: signal.Signals) -> None:
        if self._process:
            os.killpg(self._process.pid, number)
