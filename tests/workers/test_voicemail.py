"""Deleting a message removes its recording, and nothing else ever."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from app.store import calls, companies, voicemails
from app.store.db import NotFound
from app.store.models import Company
from app.store.models.base import utc_now
from tests.support.cdrs import MESSAGE, cdr
from workers import JOBS
from workers.voicemail import remove_deleted, remove_file


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
    assert {"workers.voicemail.remove_deleted", "workers.notify.send"} <= JOBS


@pytest.mark.usefixtures("database")
class TestRemoveDeleted:
    @pytest.fixture
    def company(self) -> Company:
        company = companies.create("甲公司")
        for name in ("a", "b"):
            message = MESSAGE | {"file": f"voicemail/{name}.wav"}
            calls.record(cdr(name, company.id, voicemail=message))
        return company

    def test_days_later_message_and_recording_are_gone(
        self, folder: Path, company: Company, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        voicemails.delete(company, "a")
        assert remove_deleted() == 0
        assert (folder / "voicemail" / "a.wav").exists()
        _later(monkeypatch)
        with pytest.raises(NotFound):
            voicemails.restore(company, "a")
        assert remove_deleted() == 1
        assert not (folder / "voicemail" / "a.wav").exists()
        assert remove_deleted() == 0
        assert [message.call.call_id for message in voicemails.search(company).items] == ["b"]

    def test_a_recording_that_cannot_be_removed_is_tried_again(
        self, folder: Path, company: Company, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (folder / "voicemail" / "b.wav").mkdir()
        for name in ("a", "b"):
            voicemails.delete(company, name)
        _later(monkeypatch)
        assert remove_deleted() == 1
        (folder / "voicemail" / "b.wav").rmdir()
        assert remove_deleted() == 1

    def test_what_was_brought_back_stays(
        self, folder: Path, company: Company, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        voicemails.delete(company, "a")
        voicemails.restore(company, "a")
        _later(monkeypatch)
        assert remove_deleted() == 0
        with pytest.raises(NotFound):
            voicemails.forget(company, "a")


def _later(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than the days have gone by for which what was deleted can be brought back."""
    late = utc_now() + voicemails.KEPT_DELETED + timedelta(minutes=1)
    monkeypatch.setattr(voicemails, "utc_now", lambda: late)
