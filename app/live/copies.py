"""The last good snapshot of each number on local disk, for when Redis is away as well."""

from __future__ import annotations

import os
from contextlib import suppress
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
        return self._read(did, self._file(did)) if published.is_did(did) else None

    def read_former(self, did: str) -> Published | None:
        """The one before it."""
        return self._read(did, self._former(did)) if published.is_did(did) else None

    def _read(self, did: str, file: Path) -> Published | None:
        try:
            return published.decode(did, file.read_text(encoding="utf-8"))
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
            if not text.startswith(f"{self._revision(self._file(did))}\n"):  # another process was first
                self._keep_former(did)
            draft.replace(self._file(did))
        except OSError as wrong:
            log.error("snapshot_copy_not_written", did=did, problem=str(wrong))

    def _keep_former(self, did: str) -> None:
        """By a second name for the same file: at no moment is there none under the first."""
        link = self.folder / f"{did}.former.{os.getpid()}"
        with suppress(FileNotFoundError):
            os.link(self._file(did), link)
            link.replace(self._former(did))

    def revisions(self) -> dict[str, int]:
        """Which revision of which number is here."""
        found = {file.stem: self._revision(file) for file in self.folder.glob("*.snapshot")}
        return {did: revision for did, revision in found.items() if revision is not None}

    def _revision(self, file: Path) -> int | None:
        try:
            with file.open(encoding="utf-8") as lines:
                return int(lines.readline(20))
        except (OSError, ValueError):
            return None  # `read` says what is wrong with it, once somebody needs it

    def _file(self, did: str) -> Path:
        return self.folder / f"{did}.snapshot"

    def _former(self, did: str) -> Path:
        return self.folder / f"{did}.former"
