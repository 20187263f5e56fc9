"""The journal's files. What reads, writes or deletes blocks on the disk: call it through `blocking.run`."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from app.errors import HotlineError
from app.journal import records
from app.journal.alarms import alarm
from app.journal.records import Record

SUFFIX = ".calls"
SEGMENT_BYTES = 4 * 1024 * 1024
SEGMENT_S = 60.0  # a file is finished after this time, so that it can be deleted


class JournalBusy(HotlineError):
    """Another process writes this journal."""


class Disk:
    """A folder of numbered files, of which the last one is being written. One process has it at a time."""

    def __init__(self, folder: Path) -> None:
        """JournalBusy when another process has the folder; OSError when it cannot be made."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._lock = _locked(folder / "lock")
        self._number = max((int(path.stem) for path in self.stored()), default=0)
        self._file: SegmentFile | None = None

    @property
    def current(self) -> Path | None:
        """The file being written."""
        return self._file.path if self._file else None

    def stored(self) -> list[Path]:
        """The files that are there, oldest first."""
        return sorted(self.folder.glob(f"[0-9]*{SUFFIX}"))

    def append(self, data: bytes) -> Path:
        """Write behind the last record and wait for the disk; returns the file. OSError when there is no way to."""
        if self._file is not None:
            try:
                self._file.append(data)
                return self._file.path
            except OSError as wrong:  # gone, or torn in the middle of a record: never write behind that
                alarm("journal_file_given_up", file=str(self._file.path), problem=str(wrong))
                self.finish()
        self._file = self._begin(data)
        return self._file.path

    def finish_when_due(self) -> None:
        """Close the current file when it is old or big enough. Does not block: everything in it is on disk."""
        file = self._file
        if file and (file.size > SEGMENT_BYTES or time.monotonic() - file.opened_at > SEGMENT_S):
            self.finish()

    def finish(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def close(self) -> None:
        self.finish()
        os.close(self._lock)

    def _begin(self, data: bytes) -> SegmentFile:
        self._number += 1
        file = SegmentFile(self.folder / f"{self._number:010d}{SUFFIX}")
        try:
            file.append(data)
        except OSError:
            file.close()
            remove(file.path)
            raise
        return file


class SegmentFile:
    """A file being written. What `append` returned from survives a crash and a power cut."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self.size, self.opened_at = path, 0, time.monotonic()
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        _sync_folder(path.parent)

    def append(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
        os.fdatasync(self._descriptor)
        if not os.path.samestat(os.fstat(self._descriptor), self.path.stat()):
            raise FileNotFoundError(f"{self.path} was replaced")
        self.size += len(data)

    def close(self) -> None:
        os.close(self._descriptor)


def load(path: Path) -> list[Record]:
    """All whole records of a file; none when it cannot be read. Damage costs what comes after it, and is logged."""
    try:
        data = path.read_bytes()
    except OSError as wrong:
        alarm("journal_unreadable", file=str(path), problem=str(wrong))
        return []
    torn = len(data) - records.whole_bytes(data)
    if torn:
        alarm("journal_torn", file=str(path), bytes_lost=torn)
    return list(records.read(data))


def remove(path: Path) -> None:
    """Delete a file that nobody needs."""
    try:
        path.unlink(missing_ok=True)
    except OSError as wrong:
        alarm("journal_not_removed", file=str(path), problem=str(wrong))


def _locked(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as held:
        os.close(descriptor)
        raise JournalBusy(f"another process writes {path.parent}") from held
    return descriptor


def _sync_folder(folder: Path) -> None:
    """Make a new file's name survive a power cut too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
