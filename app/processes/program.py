"""One program of ours: how it is started, when it serves, and what became of its process."""

from __future__ import annotations

import os
import selectors
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from app.processes.backoff import Backoff
from app.processes.child import Process, kill, spawn
from app.processes.console import Console

MAX_LINE = 65_536  # bytes; a longer line is cut in two
LAST_READS = 64  # buffers of output that are read after a process has ended


class Phase(IntEnum):
    """The order in which programs are stopped: calls end while their records can still be stored."""

    CALLS = 1
    SERVICES = 2
    REDIS = 3


@dataclass(frozen=True)
class Program:
    """What is run.

    It gets `stop_s` to stop by itself, `hurried_s` when the user asked twice. One that runs `once` is done when
    it ends without an error; any other is started again. Lines that hold the text `unsaid` are not shown.
    """

    name: str
    command: Sequence[str]
    is_ready: Callable[[Process], bool] = lambda process: True
    phase: Phase = Phase.SERVICES
    stop_s: float = 15.0
    hurried_s: float = 0.0
    once: bool = False
    unsaid: str = ""


class Child:
    """A program, its process of the moment, and the pause before the next one."""

    def __init__(
        self, program: Program, environ: Mapping[str, str], console: Console, selector: selectors.BaseSelector
    ) -> None:
        self.program = program
        self.process: Process | None = None
        self.due = 0.0  # when the next process is to be started, by the monotonic clock
        self._environ = {**environ, "HOTLINE_PROCESS": program.name, "PYTHONUNBUFFERED": "1"}
        self._console = console
        self._selector = selector
        self._backoff = Backoff()
        self._began = 0.0
        self._ready = False
        self._rest = b""

    def start(self) -> None:
        """Start a process. When the machine cannot, that is said, and tried again like any other end."""
        self._began = time.monotonic()
        try:
            self.process = spawn(self.program.command, self._environ)
        except OSError as refused:
            self._console.line(self.program.name, str(refused))
            self._wait()
            return
        os.set_blocking(self._output, False)
        self._selector.register(self._output, selectors.EVENT_READ, self._follow)

    def is_ready(self) -> bool:
        """Whether it serves by now. Once it did, it counts as serving until its process ends."""
        if self.process and not self._ready:
            self._ready = not self.program.once and self.program.is_ready(self.process)
        return self._ready

    def collect(self) -> int | None:
        """The exit code of its process when that has just ended, and a pause before the next; else None."""
        if self.process is None or self.process.poll() is None:
            return None
        self._leave()
        code, self.process, self._ready = self.process.returncode, None, False
        self._wait()
        return code

    def ask_to_stop(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        if self.process:
            kill(self.process)

    def _wait(self) -> None:
        now = time.monotonic()
        self.due = now + self._backoff.pause_s(lived_s=now - self._began)

    @property
    def _output(self) -> int:
        assert self.process is not None
        assert self.process.stdout is not None
        return self.process.stdout.fileno()

    def _follow(self) -> None:
        if not self._read():
            self._selector.unregister(self._output)

    def _leave(self) -> None:
        """Show what the ended process left in its pipe, which one of its own children may still hold."""
        if self._output in self._selector.get_map():
            for _ in range(LAST_READS):
                if not self._read():
                    break
            self._selector.unregister(self._output)
        if self.process and self.process.stdout:
            self.process.stdout.close()

    def _read(self) -> bool:
        """Show the lines that have come; false when there is nothing to read any more."""
        try:
            data = os.read(self._output, MAX_LINE)
        except BlockingIOError:
            return False
        *lines, self._rest = (self._rest + data).split(b"\n")
        if not data or len(self._rest) > MAX_LINE:
            lines, self._rest = [*lines, self._rest], b""
        for line in lines:
            self._show(line.decode(errors="replace").rstrip())
        return bool(data)

    def _show(self, line: str) -> None:
        if line and not (self.program.unsaid and self.program.unsaid in line):
            self._console.line(self.program.name, line)
