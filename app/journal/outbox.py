"""The ended calls that are not in the store yet: where each of them is, and which ones to ship next."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Collection, Iterable
from itertools import islice
from pathlib import Path

from app.journal import blocking, disk
from app.journal.alarms import alarm
from app.journal.ledger import Ledger
from app.journal.records import BEGIN, END, Cdr, Record

MEMORY_LIMIT = 5000  # calls kept in memory; those beyond are read from disk when their turn comes


class Outbox:
    """Filled by the journal, emptied by the shipper, each in a thread of its own.

    changed  set when there is something new to ship
    """

    def __init__(self) -> None:
        self.changed = threading.Event()
        self._guard = threading.Lock()
        self._ledger = Ledger()
        self._fresh: deque[Cdr] = deque()
        self._straight: dict[str, Cdr] = {}  # ended calls that the disk refused

    def written(self, written: Iterable[Record], path: Path) -> None:
        """These records are in this file now."""
        with self._guard:
            for record in written:
                if record.kind == BEGIN:
                    self._ledger.note_begin(record.call_id, path)
                    continue
                self._ledger.note_end(record.call_id, path)
                if self._straight.pop(record.call_id, None) is None and len(self._fresh) < MEMORY_LIMIT:
                    self._fresh.append(record.body)
        self.changed.set()

    def refused(self, refused: Iterable[Record]) -> None:
        """The disk refused these: those that ended are shipped from memory."""
        with self._guard:
            for record in refused:
                if record.kind != END:
                    continue
                if len(self._straight) >= MEMORY_LIMIT:
                    alarm("journal_call_lost", call_id=record.call_id)
                    continue
                self._straight[record.call_id] = record.body
                self._fresh.append(record.body)
        self.changed.set()

    def is_straight(self, call_id: str) -> bool:
        """Whether this call ended, the disk refused it, and the store does not have it yet."""
        return call_id in self._straight

    def found(self, path: Path, loaded: Iterable[Record]) -> None:
        """This file is left from an earlier life; what ended in it may or may not be in the store.

        A call that only began is needed as well, until somebody has closed it.
        """
        with self._guard:
            self._ledger.note_file(path)
            for record in loaded:
                note = self._ledger.note_end if record.kind == END else self._ledger.note_begin
                note(record.call_id, path)
        self.changed.set()

    def stored(self, call_ids: Iterable[str]) -> None:
        """The store has these calls: nobody needs them here any more."""
        with self._guard:
            for call_id in call_ids:
                self._ledger.note_stored(call_id)
                self._straight.pop(call_id, None)

    def waiting(self) -> int:
        """How many ended calls are not in the store yet, as far as we know."""
        with self._guard:
            return self._ledger.ended() + len(self._straight)

    def fresh(self, limit: int) -> list[Cdr]:
        """The next calls that ended just now; they stay until `drop_fresh`."""
        with self._guard:
            return list(islice(self._fresh, limit))

    def drop_fresh(self, count: int) -> None:
        with self._guard:
            for _ in range(count):
                self._fresh.popleft()

    def older(self, but_not: Collection[str]) -> list[Cdr]:
        """Calls that wait to be stored, those excepted: what memory has, else those of the oldest file with any."""
        with self._guard:
            straight = [cdr for call_id, cdr in self._straight.items() if call_id not in but_not]
            oldest = self._ledger.oldest(but_not)
        if straight or oldest is None:
            return straight
        path, wanted = oldest
        loaded = blocking.run(disk.load, path)
        ended = {record.call_id: record.body for record in loaded if record.kind == END}
        lost = wanted.difference(ended)
        if lost:
            self.stored(lost)
            alarm("journal_calls_lost", file=str(path), calls=sorted(lost))
        return [cdr for call_id, cdr in ended.items() if call_id in wanted]

    def unneeded(self, current: Path | None) -> list[Path]:
        """The files without a call that waits, but for the one being written; they are to be deleted."""
        with self._guard:
            return self._ledger.forget_unneeded(current)
