"""The durable local log of calls: on disk before anybody else hears of a call, and until the store has it.

`begin` and `end` only put a record in a list. One thread (in call control, a greenlet) writes to disk what has come
together, all at once, and only then hands the ended calls on to the outbox. When the disk refuses, calls are handed
on straight from memory, an alarm is logged, and they are written with the next ones that can be.
"""

from __future__ import annotations

import threading
from _thread import (
    RLock,  # not gevent's, which costs a call several times as much; nothing waits while it is held
)
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import structlog

from app.journal import blocking, disk, records
from app.journal.alarms import alarm
from app.journal.disk import Disk
from app.journal.outbox import MEMORY_LIMIT, Outbox
from app.journal.records import BEGIN, END, Cdr, Record

log = structlog.get_logger()

GROUP_S = 0.05  # calls that end within this time share one write
LOOK_S = 1.0  # how long the begin of a call may wait to be written


class Entry(NamedTuple):
    record: Record
    data: bytes


class Journal:
    """One process's log, in a folder of its own.

    outbox      the ended calls, for the shipper
    unfinished  what was known of calls that began in an earlier life of this process and never ended, by call id;
                complete once `recovered` is set; without those that go on in this life
    """

    def __init__(self, folder: Path) -> None:
        """JournalBusy when another process has the folder; OSError when it cannot be made."""
        self.outbox = Outbox()
        self.unfinished: dict[str, Cdr] = {}
        self.recovered = threading.Event()
        self._begun_again: set[str] = set()
        self._disk = Disk(folder)
        self._old = deque(self._disk.stored())
        self._pending: list[Entry] = []
        self._refused: list[Entry] = []  # by the disk; tried again
        self._ill = False
        self._accepted = self._settled = 0
        self._written = threading.Condition(RLock())
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._writer = threading.Thread(target=self._run, name="journal", daemon=True)
        self._writer.start()

    @property
    def is_ill(self) -> bool:
        """Whether the disk refused what was written last."""
        return self._ill

    def begin(self, call_id: str, facts: Cdr) -> None:
        """A call began. It is on disk within LOOK_S."""
        with self._written:
            if not self.recovered.is_set():
                self._begun_again.add(call_id)
            self.unfinished.pop(call_id, None)
        self._accept(Record(BEGIN, call_id, facts))

    def end(self, cdr: Cdr) -> None:
        """A call ended. It is on disk within a tenth of a second, and in the store some time after."""
        self._accept(Record(END, cdr["call_id"], cdr))
        self._wake.set()

    def close_unfinished(self, record_of: Callable[[str, Cdr], Cdr]) -> int:
        """Give calls that an earlier life left behind a record each, from what was known of them; returns how many."""
        self.recovered.wait()
        left = dict(self.unfinished)
        for call_id, begun in left.items():
            log.warning("call_never_ended", call_id=call_id)
            try:
                self.end(record_of(call_id, begun))
            except (
                LookupError,
                TypeError,
                ValueError,
            ) as wrong:  # of a release that wrote down something else
                alarm("call_not_closed", call_id=call_id, begun=begun, problem=repr(wrong))
        return len(left)

    def flush(self, wait_s: float) -> bool:
        """Wait until everything so far is on disk, or handed on without; False when that takes longer."""
        target = self._accepted
        self._wake.set()
        with self._written:
            return self._written.wait_for(lambda: self._settled >= target, wait_s)

    def close(self, wait_s: float = 5.0) -> None:
        """Write what is pending and stop. Calls that the store does not have yet are shipped by the next life."""
        if self._closing.is_set():
            return
        self._closing.set()
        self._wake.set()
        self._writer.join(wait_s)
        self._disk.close()

    def _accept(self, record: Record) -> None:
        entry = Entry(record, records.encode(record))
        with self._written:
            self._pending.append(entry)
            self._accepted += 1

    def _run(self) -> None:
        while not self._closing.is_set():
            if self._wake.wait(0 if self._old else LOOK_S):
                self._wake.clear()
                self._closing.wait(GROUP_S)
            try:
                self._write()
                self._recover()
                self._tidy()
            except Exception as wrong:  # whatever it is, the next calls are written
                alarm("journal_failed", problem=repr(wrong), exc_info=True)
        self._write()

    def _write(self) -> None:
        with self._written:
            new, self._pending = self._pending, []
            accepted = self._accepted
        again = [entry for entry in self._refused if self.outbox.is_straight(entry.record.call_id)]
        if new or again:
            self._append(again, new)
        with self._written:
            self._settled = accepted
            self._written.notify_all()

    def _append(self, again: list[Entry], new: list[Entry]) -> None:
        entries = again + new
        try:
            path = blocking.run(self._disk.append, b"".join(entry.data for entry in entries))
        except OSError as wrong:
            self.outbox.refused(entry.record for entry in new)
            self._refused = entries[-MEMORY_LIMIT:]
            if not self._ill:
                alarm("journal_not_written", folder=str(self._disk.folder), problem=str(wrong))
            self._ill = True
        else:
            self._refused, self._ill = [], False
            self.outbox.written((entry.record for entry in entries), path)

    def _recover(self) -> None:
        """Read one file that an earlier life left; new calls are written in between."""
        if self._old:
            path = self._old.popleft()
            loaded = blocking.run(disk.load, path)
            self.unfinished |= {record.call_id: record.body for record in loaded if record.kind == BEGIN}
            for record in loaded:
                if record.kind == END:
                    self.unfinished.pop(record.call_id, None)
            self.outbox.found(path, loaded)
        if not self._old and not self.recovered.is_set():
            with self._written:
                for call_id in self._begun_again:
                    self.unfinished.pop(call_id, None)
                self._begun_again.clear()
                self.recovered.set()

    def _tidy(self) -> None:
        """Finish the current file when it is due, and delete those that nobody needs."""
        self._disk.finish_when_due()
        for path in self.outbox.unneeded(self._disk.current):
            blocking.run(disk.remove, path)
