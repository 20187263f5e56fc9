"""Keeping programs running: one loop over their output, their ends, and the signals that we get."""

from __future__ import annotations

import os
import selectors
import signal
import socket
import time
from collections.abc import Iterable, Mapping
from types import FrameType
from typing import Any, NoReturn

from app.errors import HotlineError
from app.processes.console import Console
from app.processes.program import Child, Phase, Program
from app.words import Words

PROBE_EVERY_S = 0.1
IDLE_S = 60.0
WRONG_SETTING = 2  # the exit code of a process that cannot use its settings
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopAsked(HotlineError):
    """Somebody pressed Ctrl-C, closed the terminal or sent SIGTERM."""


class NotStarted(HotlineError):
    """A program does not come up; `exit_code` is what we end with."""

    def __init__(self, words: Words, exit_code: int = 1) -> None:
        super().__init__(f"{words.en} / {words.zh}")
        self.words = words
        self.exit_code = exit_code


class Children:
    """The programs of one installation. A context for the main thread, which takes the signals meanwhile."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._children: list[Child] = []
        self._selector = selectors.DefaultSelector()
        self._asked = 0
        self._starting = True
        self._stopping = False

    def __enter__(self) -> Children:
        self._woken, self._waker = socket.socketpair()
        self._woken.setblocking(False)
        self._waker.setblocking(False)
        self._selector.register(self._woken, selectors.EVENT_READ, lambda: self._woken.recv(4096))
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        self._handlers: dict[int, Any] = {number: signal.signal(number, self._ask) for number in STOP_SIGNALS}
        self._handlers[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda number, frame: None)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        signal.set_wakeup_fd(-1)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._selector.close()
        self._woken.close()
        self._waker.close()

    def start(self, programs: Iterable[Program], environ: Mapping[str, str] = os.environ) -> None:
        """Start programs; from now on each is started again whenever it ends."""
        self._starting = True
        for program in programs:
            child = Child(program, environ, self._console, self._selector)
            self._children.append(child)
            child.start()

    def wait_ready(self, deadline_s: float) -> None:
        """Wait until all serve, or are done. NotStarted after the deadline, or when one can never come up."""
        give_up = time.monotonic() + deadline_s
        while waiting := [child.program.name for child in self._children if not child.is_ready()]:
            if time.monotonic() > give_up:
                raise NotStarted(_late(", ".join(waiting), f"{deadline_s:.0f}"))
            self._turn(PROBE_EVERY_S)
        self._starting = False

    def watch(self) -> NoReturn:
        """Keep all running until somebody asks us to stop, which is raised as StopAsked."""
        while True:
            self._turn(IDLE_S)

    def stop(self) -> None:
        """Stop all, phase by phase; in a hurry when we are asked to once more."""
        self._stopping = True
        for phase in Phase:
            began = time.monotonic()
            leaving = [child for child in self._children if child.program.phase == phase]
            for child in leaving:
                child.ask_to_stop()
            while running := [child for child in leaving if child.process]:
                self._kill_late(running, time.monotonic() - began)
                self._turn(PROBE_EVERY_S)

    def _turn(self, pause_s: float) -> None:
        """Wait for something to happen, at most so long, and see to it."""
        if self._asked and not self._stopping:
            raise StopAsked
        for key, _ in self._selector.select(min([pause_s, *self._pauses()])):
            key.data()
        for child in list(self._children):
            code = child.collect()
            if code is not None:
                self._ended(child, code)
            elif child.process is None and not self._stopping and time.monotonic() >= child.due:
                child.start()

    def _pauses(self) -> Iterable[float]:
        if self._stopping:
            return ()
        return (max(0.0, child.due - time.monotonic()) for child in self._children if child.process is None)

    def _ended(self, child: Child, code: int) -> None:
        name = child.program.name
        if self._stopping:
            return
        if child.program.once and code == 0:
            self._children.remove(child)
        elif child.program.once or (self._starting and code == WRONG_SETTING):
            words = Words(f"{name} 无法启动，原因见上", f"{name} cannot start, see above")
            raise NotStarted(words, exit_code=max(code, 1))
        else:
            self._console.say(_again(name, code, child.due - time.monotonic()))

    def _kill_late(self, children: Iterable[Child], waited_s: float) -> None:
        hurried = self._asked > 1
        for child in children:
            if waited_s > (child.program.hurried_s if hurried else child.program.stop_s):
                child.kill()

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self._asked += 1


def _late(names: str, limit: str) -> Words:
    return Words(f"{limit} 秒内没有就绪：{names}", f"not ready within {limit} s: {names}")


def _again(name: str, code: int, pause_s: float) -> Words:
    why = signal.Signals(-code).name if code < 0 else str(code)
    after = f"{pause_s:.1f}"
    return Words(f"{name} 已退出（{why}），{after} 秒后重新启动", f"{name} ended ({why}); again in {after} s")
