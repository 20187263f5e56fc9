"""Copies of snapshots on disk: whole or not there."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from app.live.copies import Copies
from app.live.published import Published, decode, encode
from tests.live.snapshots_of import DID, snapshot


def test_a_copy_comes_back_as_it_was(tmp_path: Path) -> None:
    copies = Copies(tmp_path / "new")
    number = Published(DID, 3, snapshot())
    copies.write(DID, encode(number))
    assert copies.read(DID) == number
    assert copies.revisions() == {DID: 3}


def test_a_copy_is_for_its_owner_alone(tmp_path: Path) -> None:
    Copies(tmp_path).write(DID, encode(Published(DID, 3, snapshot())))
    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_number_out_of_service_has_a_copy_too(tmp_path: Path) -> None:
    copies = Copies(tmp_path)
    copies.write(DID, encode(Published(DID, 4, None)))
    assert copies.read(DID) == Published(DID, 4, None)


def test_a_copy_torn_anywhere_is_no_copy(tmp_path: Path) -> None:
    copies = Copies(tmp_path)
    text = encode(Published(DID, 33, snapshot()))
    for length in range(len(text)):
        copies.write(DID, text[:length])
        assert copies.read(DID) is None
    copies.write(DID, text)
    assert copies.read(DID) is not None


@pytest.mark.parametrize("did", ["../../etc/passwd", "", "400/1", "12", "4" * 16, "４００８００１２３４"])
def test_only_a_telephone_number_names_a_file(tmp_path: Path, did: str) -> None:
    assert Copies(tmp_path).read(did) is None


@pytest.mark.parametrize("text", ["", "x\n{}", "1\n{", '1\n{"format": 99}', "1\n[]", "1\n{}", "1\n"])
def test_what_nobody_wrote_is_not_understood(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        decode(DID, text)


def test_a_folder_that_cannot_be_written_costs_the_copy_only(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    copies = Copies(tmp_path / "file" / "copies")
    copies.write(DID, "1\nnull")
    assert copies.read(DID) is None
    assert copies.revisions() == {}


def test_the_copy_before_is_kept_whoever_writes_how_often(tmp_path: Path) -> None:
    first, second = Published(DID, 1, snapshot("一")), Published(DID, 2, snapshot("二"))
    for number in (first, first, second, second):  # two processes keep copies in one folder
        Copies(tmp_path).write(DID, encode(number))
    assert (Copies(tmp_path).read_former(DID), Copies(tmp_path).read(DID)) == (first, second)


def test_the_first_copy_has_none_before_it(tmp_path: Path) -> None:
    copies = Copies(tmp_path)
    copies.write(DID, encode(Published(DID, 1, snapshot())))
    assert copies.read_former(DID) is None
    assert copies.read_former("../x") is None
