"""A journal that is closed at the end, and does not wait for anything long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.journal import disk, journal
from app.journal.journal import Journal

Open = Callable[[], Journal]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "LOOK_S", 0.02)
    monkeypatch.setattr(journal, "GROUP_S", 0.001)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "journal"


@pytest.fixture
def open_journal(folder: Path) -> Iterator[Open]:
    """Opens the journal in `folder`, as a process does at its start; the one opened before is closed first."""
    opened: list[Journal] = []

    def open_it() -> Journal:
        while opened:
            opened.pop().close()
        opened.append(Journal(folder))
        assert opened[0].recovered.wait(10)
        return opened[0]

    yield open_it
    while opened:
        opened.pop().close()


@pytest.fixture
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each write begins a new file."""
    monkeypatch.setattr(disk, "SEGMENT_BYTES", 0)
