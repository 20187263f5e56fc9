"""Which calls are still needed from which file of the journal. Pure bookkeeping."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path


class Ledger:
    """Of every file: which calls in it are live, or ended but not stored. A file with none can be deleted."""

    def __init__(self) -> None:
        self._needed: dict[Path, set[str]] = {}
        self._files: dict[str, list[Path]] = {}
        self._ended: dict[str, Path] = {}  # oldest first

    def note_file(self, path: Path) -> None:
        self._needed.setdefault(path, set())

    def note_begin(self, call_id: str, path: Path) -> None:
        """A call is live, and its begin is in this file."""
        self.note_file(path)
        self._needed[path].add(call_id)
        self._files.setdefault(call_id, []).append(path)

    def note_end(self, call_id: str, path: Path) -> None:
        """A call's record is in this file; all its files are needed until it is stored."""
        self.note_begin(call_id, path)
        self._ended[call_id] = path

    def note_stored(self, call_id: str) -> None:
        self._ended.pop(call_id, None)
        for path in self._files.pop(call_id, ()):
            if path in self._needed:
                self._needed[path].discard(call_id)

    def ended(self) -> int:
        """How many calls wait to be stored."""
        return len(self._ended)

    def oldest(self, but_not: Collection[str]) -> tuple[Path, set[str]] | None:
        """The first file with waiting calls other than those excepted, and these calls."""
        path = next((path for call_id, path in self._ended.items() if call_id not in but_not), None)
        if path is None:
            return None
        waiting = {call_id for call_id in self._needed[path] if self._ended.get(call_id) == path}
        return path, waiting.difference(but_not)

    def forget_unneeded(self, current: Path | None) -> list[Path]:
        """The files that no call needs, but for the one being written."""
        unneeded = [path for path, calls in self._needed.items() if not calls and path != current]
        for path in unneeded:
            del self._needed[path]
        return unneeded
