"""What FreeSWITCH left on its disk is brought, once it is whole, and nothing lies there for ever."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.calls.switch_files import HALF_WRITTEN_S, KEPT_REFUSED_S, REFUSED, Verdict, collect
from app.calls.switch_record import MAX_BYTES

NAME = "a2f81b8a-ce47-4903-8241-55c2af27afe9.cdr.json"
RECORD = b'{"variables":{}}\n'


class Taker:
    """Takes everything unless told otherwise, and remembers it."""

    def __init__(self, verdict: Verdict = Verdict.TAKEN) -> None:
        self.got: list[bytes] = []
        self.verdict = verdict

    def __call__(self, data: bytes) -> Verdict:
        self.got.append(data)
        return self.verdict


def write(folder: Path, data: bytes = RECORD, name: str = NAME, age_s: float = 0) -> Path:
    path = folder / name
    path.write_bytes(data)
    os.utime(path, (time.time() - age_s,) * 2)
    return path


def left(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_what_is_taken_is_removed(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, name="b.cdr.json")
    taker = Taker()
    assert (collect(tmp_path, taker), taker.got, left(tmp_path)) == (2, [RECORD, RECORD], [])


def test_a_folder_that_freeswitch_has_not_made_yet_is_empty(tmp_path: Path) -> None:
    assert collect(tmp_path / "none", Taker()) == 0


def test_what_nobody_takes_stays(tmp_path: Path) -> None:
    write(tmp_path)

    def away(data: bytes) -> Verdict:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        collect(tmp_path, away)
    assert left(tmp_path) == [NAME]


@pytest.mark.parametrize(
    "half", [b"", b'{"variables":{"uu', b'{"variables":{}}'], ids=["empty", "half", "no end"]
)
def test_what_freeswitch_is_writing_is_left_alone_until_it_never_will_be_whole(
    tmp_path: Path, half: bytes
) -> None:
    taker = Taker()
    write(tmp_path, half)
    collect(tmp_path, taker)
    assert left(tmp_path) == [NAME]
    write(tmp_path, half, age_s=HALF_WRITTEN_S + 1)
    collect(tmp_path, taker)
    assert (left(tmp_path), taker.got) == ([f"{REFUSED}/{NAME}"], [])


def test_what_is_no_record_is_set_aside_and_the_others_come(tmp_path: Path) -> None:
    write(tmp_path, b"nonsense\n", name="a.cdr.json")
    write(tmp_path)
    taken = collect(tmp_path, lambda data: Verdict.TAKEN if data == RECORD else Verdict.REFUSED)
    assert (taken, left(tmp_path)) == (1, [f"{REFUSED}/a.cdr.json"])


def test_a_huge_file_is_not_even_read_to_its_end(tmp_path: Path) -> None:
    with write(tmp_path).open("wb") as file:
        file.truncate(MAX_BYTES * 1000)
    taker = Taker()
    collect(tmp_path, taker)
    assert (taker.got, left(tmp_path)) == ([], [f"{REFUSED}/{NAME}"])


@pytest.mark.parametrize("name", ["x.json", ".cdr.json.swp", "a b.cdr.json", "x" * 81 + ".cdr.json"])
def test_other_peoples_files_are_not_touched(tmp_path: Path, name: str) -> None:
    write(tmp_path, name=name)
    assert (collect(tmp_path, Taker()), left(tmp_path)) == (0, [name])


MAKERS: dict[str, Callable[[Path], None]] = {
    "link": lambda path: path.symlink_to("/etc/passwd"),
    "pipe": os.mkfifo,
    "folder": Path.mkdir,
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_what_is_no_file_is_not_followed(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / NAME)
    taker = Taker()
    assert (collect(tmp_path, taker), taker.got) == (0, [])
    assert os.path.lexists(tmp_path / NAME)


def test_a_full_folder_is_emptied_in_several_runs(tmp_path: Path) -> None:
    for n in range(5):
        write(tmp_path, name=f"{n}.cdr.json")
    assert [collect(tmp_path, Taker(), limit=2) for _ in range(3)] == [2, 2, 1]


def test_what_was_set_aside_goes_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, b"nonsense\n")
    collect(tmp_path, Taker(Verdict.REFUSED))
    collect(tmp_path, Taker())
    assert left(tmp_path) == [f"{REFUSED}/{NAME}"]
    later = time.time() + KEPT_REFUSED_S + 1
    monkeypatch.setattr("time.time", lambda: later)
    collect(tmp_path, Taker())
    assert left(tmp_path) == []
