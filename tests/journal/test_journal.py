"""Calls on disk: there before anybody hears of them, and until the store has them."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from app.journal import disk
from app.journal.disk import JournalBusy
from app.journal.journal import Journal
from tests.journal.conftest import Open
from tests.support.waiting import until


def ended(call_id: str, **more: Any) -> dict[str, Any]:
    return {"call_id": call_id, "city": "杭州", **more}


def fresh(journal: Journal) -> list[str]:
    return [cdr["call_id"] for cdr in journal.outbox.fresh(1000)]


def older(journal: Journal) -> list[str]:
    return [cdr["call_id"] for cdr in journal.outbox.older(but_not=())]


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.calls"))


def on_disk(folder: Path) -> list[str]:
    """The calls that ended according to the files."""
    return [record.call_id for file in files(folder) for record in disk.load(file) if record.kind == "end"]


def test_an_ended_call_is_on_disk_before_it_is_shipped(open_journal: Open, folder: Path) -> None:
    journal = open_journal()
    journal.begin("a", {"did": "4008001234"})
    journal.end(ended("a"))
    assert journal.flush(10)
    assert on_disk(folder) == fresh(journal) == ["a"]


def test_a_begin_is_written_without_being_asked_for(open_journal: Open, folder: Path) -> None:
    journal = open_journal()
    journal.begin("a", {"did": "4008001234"})
    until(
        lambda: (
            [record.body for file in files(folder) for record in disk.load(file)] == [{"did": "4008001234"}]
        )
    )


def test_what_the_store_has_not_got_is_found_at_the_next_start(open_journal: Open) -> None:
    first = open_journal()
    for call_id in "abc":
        first.end(ended(call_id))
    assert first.flush(10)
    first.outbox.stored(["b"])
    second = open_journal()
    assert (fresh(second), older(second)) == ([], ["a", "b", "c"])  # stored twice does no harm
    second.outbox.stored("abc")
    assert second.outbox.waiting() == 0


@pytest.mark.usefixtures("small_files")
def test_a_file_goes_when_the_store_has_all_its_calls(open_journal: Open, folder: Path) -> None:
    journal = open_journal()
    for call_id in "ab":
        journal.end(ended(call_id))
        assert journal.flush(10)
    until(lambda: len(files(folder)) == 2)
    journal.outbox.stored(["a"])
    until(lambda: on_disk(folder) == ["b"])
    journal.outbox.stored(["b"])
    until(lambda: files(folder) == [])


@pytest.mark.usefixtures("small_files")
def test_the_begin_of_a_live_call_is_kept(open_journal: Open, folder: Path) -> None:
    journal = open_journal()
    journal.begin("long", {"did": "1"})
    journal.flush(10)
    journal.end(ended("short"))
    journal.flush(10)
    journal.outbox.stored(["short"])
    until(lambda: len(files(folder)) == 1)
    journal.end(ended("long"))
    journal.flush(10)
    journal.outbox.stored(["long"])
    until(lambda: files(folder) == [])


def test_calls_that_began_and_never_ended_are_known_at_the_next_start(open_journal: Open) -> None:
    first = open_journal()
    first.begin("cut off", {"did": "4008001234"})
    first.begin("ended", {"did": "4008001234"})
    first.end(ended("ended"))
    assert open_journal().unfinished == {"cut off": {"did": "4008001234"}}


def unsure(call_id: str, begun: Mapping[str, Any]) -> dict[str, Any]:
    return ended(call_id, standing="provisional", **begun)


def test_they_get_a_record_that_is_shipped_once(open_journal: Open) -> None:
    first = open_journal()
    first.begin("cut off", {"did": "4008001234"})
    assert first.flush(10)
    second = open_journal()
    assert second.close_unfinished(unsure) == 1
    assert second.flush(10)
    assert second.outbox.fresh(10) == [ended("cut off", standing="provisional", did="4008001234")]
    second.outbox.stored(["cut off"])
    assert open_journal().close_unfinished(unsure) == 0


def test_a_call_is_not_forgotten_by_a_process_that_dies_before_it_has_closed_it(open_journal: Open) -> None:
    open_journal().begin("cut off", {"did": "4008001234"})
    for _ in range(3):
        assert open_journal().unfinished == {"cut off": {"did": "4008001234"}}


def test_a_call_that_goes_on_in_this_life_is_not_closed(open_journal: Open) -> None:
    first = open_journal()
    first.begin("goes on", {"did": "4008001234"})
    first.begin("cut off", {"did": "4008001234"})
    second = open_journal()
    second.begin("goes on", {"did": "4008001234"})
    assert second.close_unfinished(unsure) == 1
    assert second.flush(10)
    assert fresh(second) == ["cut off"]


def test_a_call_that_goes_on_before_all_is_read_is_not_closed_either(
    folder: Path, open_journal: Open
) -> None:
    first = open_journal()
    first.begin("goes on", {"did": "4008001234"})
    first.close()
    second = Journal(folder)
    second.begin("goes on", {"did": "4008001234"})
    assert second.recovered.wait(10)
    assert second.unfinished == {}
    second.close()


def test_of_a_call_that_another_release_wrote_down_somebody_is_told(
    open_journal: Open, capsys: pytest.CaptureFixture[str]
) -> None:
    first = open_journal()
    first.begin("strange", {})
    first.begin("cut off", {"did": "4008001234"})
    second = open_journal()
    second.close_unfinished(lambda call_id, begun: unsure(call_id, {"did": begun["did"]}))
    assert second.flush(10)
    assert fresh(second) == ["cut off"]
    assert "call_not_closed" in capsys.readouterr().out


def test_a_file_torn_at_the_end_gives_what_is_whole(open_journal: Open, folder: Path) -> None:
    journal = open_journal()
    for call_id in "ab":
        journal.end(ended(call_id))
    journal.close()
    file = files(folder)[0]
    file.write_bytes(file.read_bytes()[:-3])
    assert older(open_journal()) == ["a"]


def test_a_folder_that_is_deleted_is_made_again(open_journal: Open, folder: Path) -> None:
    journal = open_journal()
    journal.end(ended("a"))
    assert journal.flush(10)
    shutil.rmtree(folder)
    journal.end(ended("b"))
    assert journal.flush(10)
    assert on_disk(folder) == ["b"]
    assert fresh(journal) == ["a", "b"]


def test_calls_whose_file_was_deleted_are_not_waited_for_for_ever(open_journal: Open, folder: Path) -> None:
    first = open_journal()
    first.end(ended("a"))
    first.close()
    second = open_journal()
    shutil.rmtree(folder)
    assert older(second) == []
    assert second.outbox.waiting() == 0


@contextmanager
def full_disk() -> Iterator[None]:
    """No file grows beyond 100 bytes: the kernel writes that much and refuses the rest, as a full disk does.

    Not a fixture: pytest reports between the test and its teardown, perhaps into a file of its own.
    """
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_with_a_full_disk_calls_go_straight_on(open_journal: Open, folder: Path) -> None:
    journal = open_journal()
    with full_disk():
        for call_id in "abc":
            journal.end(ended(call_id, trail="x" * 200))
        assert journal.flush(10)
    assert fresh(journal) == ["a", "b", "c"]
    assert journal.outbox.waiting() == 3
    assert on_disk(folder) == []


def test_once_there_is_room_again_everything_is_written(open_journal: Open, folder: Path) -> None:
    journal = open_journal()
    with full_disk():
        for call_id in "abc":
            journal.end(ended(call_id, trail="x" * 200))
        assert journal.flush(10)
        journal.outbox.stored(["b"])
    until(lambda: on_disk(folder) == ["a", "c"])
    assert fresh(journal) == ["a", "b", "c"]  # handed on once, not again


def test_behind_a_torn_record_nothing_is_written(
    open_journal: Open, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = open_journal()
    journal.end(ended("a"))
    assert journal.flush(10)
    write = os.write
    torn: list[int] = []

    def write_half(descriptor: int, data: bytes) -> int:
        if torn:
            return write(descriptor, data)
        torn.append(write(descriptor, data[:10]))
        raise OSError(errno.EIO, "the disk is ill")

    monkeypatch.setattr(os, "write", write_half)
    journal.end(ended("b"))
    assert journal.flush(10)
    assert [on_disk_of(file) for file in files(folder)] == [["a"], ["b"]]


def on_disk_of(file: Path) -> list[str]:
    return [record.call_id for record in disk.load(file)]


def test_two_processes_do_not_write_one_journal(open_journal: Open, folder: Path) -> None:
    open_journal()
    with pytest.raises(JournalBusy, match="another process"):
        Journal(folder)


KILLED = """
import sys
from pathlib import Path
from app.journal.journal import Journal

journal = Journal(Path(sys.argv[1]))
n = 0
while True:
    journal.end({"call_id": str(n)})
    if n % 10 == 0 and journal.flush(10):
        print(n, flush=True)
    n += 1
"""


def test_what_was_flushed_survives_a_kill(open_journal: Open, folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(folder)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        flushed = [int(process.stdout.readline()) for _ in range(30)][-1]
        process.send_signal(signal.SIGKILL)
    journal = open_journal()
    found = [int(call_id) for call_id in older(journal)]
    assert found == list(range(len(found)))
    assert len(found) > flushed


def test_many_threads_lose_nothing(open_journal: Open, folder: Path) -> None:
    journal = open_journal()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: journal.end(ended(str(n))), range(2000)))
    assert journal.flush(10)
    assert sorted(on_disk(folder), key=int) == [str(n) for n in range(2000)]
