"""The last good snapshot of each number on local disk, for when Redis is away as well."""

from __future__ import annotations

import os
from pathlib import Path

import structlog

from app.live import published
from app.live.published import Published

log = structlog.get_logger()


class Copies:
    """One file per number. Every method blocks on the disk: call it through `blocking.run`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, did: str) -> Published | None:
        """The copy; None when there is none that can be read."""
        if not published.is_did(did):
            return None
        try:
            return published.decode(did, self._file(did).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as wrong:
            log.error("snapshot_copy_unreadable", did=did, problem=str(wrong))
            return None

    def write(self, did: str, text: str) -> None:
        """Replace the copy whole: a reader sees the old one or the new one. A full disk costs the copy, no call."""
        draft = self._file(did).with_suffix(f".{os.getpid()}")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            draft.touch(mode=0o600)  # it may hold the company's secret
            draft.write_text(text, encoding="utf-8")
            draft.replace(self._file(did))
        except OSError as wrong:
            log.error("snapshot_copy_not_written", did=did, problem=str(wrong))

    def revisions(self) -> dict[str, int]:
        """Which revision of which number is here."""
        found = {}
        for file in self.folder.glob("*.snapshot"):
            try:
                with file.open(encoding="utf-8") as lines:
                    found[file.stem] = int(lines.readline(20))
            except (OSError, ValueError):
                continue  # `read` says what is wrong with it, once somebody needs it
        return found

    def _file(self, did: str) -> Path:
        return self.folder / f"{did}.snapshot"
