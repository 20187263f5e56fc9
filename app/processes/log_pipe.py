"""A way for log lines on which nobody waits: the disk, the terminal or the program behind stderr may be slow or stuck."""

from __future__ import annotations

import atexit
import io
import os
import time
from _queue import SimpleQueue  # gevent's would need the event loop, which a stuck write must not stop

from gevent.monkey import get_original

MOST_BYTES = 4 * 1024 * 1024  # of lines that wait to be written
LAST_LINES_S = 1.0  # for them to leave at the end

_start_thread = get_original("_thread", "start_new_thread")
_allocate_lock = get_original("_thread", "allocate_lock")
_sleep = get_original("time", "sleep")


class LogPipe(io.TextIOBase):
    """A text file that takes lines at once and writes them in a thread of its own, a real one.

    When more than MOST_BYTES wait, lines are dropped; how many is written as soon as there is room again.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lines: SimpleQueue[bytes] = SimpleQueue()
        self._guard = _allocate_lock()
        self._waiting = self._dropped = 0
        _start_thread(self._run, ())
        atexit.register(self.drain, LAST_LINES_S)

    def write(self, text: str) -> int:
        line = text.encode("utf-8", "replace")
        with self._guard:
            has_room = self._waiting + len(line) <= MOST_BYTES
            self._waiting += len(line) if has_room else 0
            self._dropped += not has_room
        if has_room:
            self._lines.put(line)
        return len(text)

    def writable(self) -> bool:
        return True

    @property
    def dropped(self) -> int:
        """Lines that were dropped and not told of yet."""
        return int(self._dropped)

    def drain(self, within_s: float) -> bool:
        """Wait until all is written; False when that takes longer."""
        give_up = time.monotonic() + within_s
        while self._waiting and time.monotonic() < give_up:
            _sleep(0.005)
        return not self._waiting

    def _run(self) -> None:
        while True:
            line = self._lines.get()
            self._put_out(line)
            with self._guard:
                self._waiting -= len(line)
                dropped = self._dropped if self._waiting < MOST_BYTES // 2 else 0
                self._dropped -= dropped
            if dropped:
                self._put_out(b"%d log lines were dropped: they were not read in time\n" % dropped)

    def _put_out(self, data: bytes) -> None:
        while data:
            try:
                data = data[os.write(self._descriptor, data) :]
            except BlockingIOError:
                _sleep(0.05)
            except OSError:
                return  # nobody reads any more, or the disk is full: the calls go on
