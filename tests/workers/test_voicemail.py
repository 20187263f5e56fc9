"""Deleting a message removes its recording, and nothing else ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from workers import JOBS
from workers.voicemail import remove_file


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The recordings folder, with one message in it."""
    recordings = tmp_path / "recordings"
    (recordings / "voicemail").mkdir(parents=True)
    (recordings / "voicemail" / "a.wav").write_bytes(b"RIFF")
    monkeypatch.setenv("HOTLINE_RECORDINGS_DIR", str(recordings))
    return recordings


def test_the_recording_goes_and_a_second_time_it_is_gone(folder: Path) -> None:
    assert remove_file("voicemail/a.wav")
    assert not (folder / "voicemail" / "a.wav").exists()
    assert not remove_file("voicemail/a.wav")


@pytest.mark.parametrize(
    "file", ["../secret.wav", "{outside}/secret.wav", "voicemail", "", "link/secret.wav", "a.txt"]
)
def test_whatever_is_no_recording_stays(folder: Path, file: str) -> None:
    outside = folder.parent
    kept = [outside / "secret.wav", folder / "a.txt"]
    for path in kept:
        path.write_bytes(b"x")
    (folder / "link").symlink_to(outside)
    assert not remove_file(file.format(outside=outside))
    assert all(path.exists() for path in kept)


def test_both_jobs_are_on_the_list() -> None:
    assert {"workers.voicemail.remove_file", "workers.notify.send"} <= JOBS
