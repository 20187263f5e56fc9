"""Copying the front-end files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.processes import assets


def test_copies_what_the_pages_use_and_removes_what_they_no_longer_do(tmp_path: Path) -> None:
    modules, vendor = tmp_path / "node_modules", tmp_path / "vendor"
    for source in assets.FILES.values():
        (modules / source).parent.mkdir(parents=True, exist_ok=True)
        (modules / source).write_text(source)
    vendor.mkdir()
    (vendor / "old.js").touch()
    assets.copy(modules, vendor)
    assert {file.name: file.read_text() for file in vendor.iterdir()} == assets.FILES
    assert assets.missing(vendor) == []


def test_a_package_without_the_file_we_expect_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        assets.copy(tmp_path, tmp_path / "vendor")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-node.txt"])
def test_locked_packages_have_hashes_and_name_no_host(name: str) -> None:
    lines = [line for line in (assets.ROOT / name).read_text().splitlines() if line and "#" not in line]
    assert all(line.startswith("    --hash=sha256:") or "==" in line for line in lines)


def test_locked_front_end_packages_have_hashes_and_name_no_host() -> None:
    packages = json.loads((assets.ROOT / "package-lock.json").read_text())["packages"]
    del packages[""]
    assert all("integrity" in package and "resolved" not in package for package in packages.values())
