"""The lock that says whether `hotline400 run` uses a data folder."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO

from app.errors import SettingError


def only_one(home: Path) -> IO[str]:
    """Take the lock, held while the file is open; SettingError when another `run` has it."""
    home.mkdir(parents=True, exist_ok=True)
    file = _lock_file(home).open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        expected = "a folder without another `hotline400 run` / 没有另一个 `hotline400 run` 的文件夹"
        raise SettingError("HOTLINE_HOME", str(home), expected) from None
    return file


def is_running(home: Path) -> bool:
    """Whether a `run` uses this data folder now."""
    try:
        only_one(home).close()
    except SettingError:
        return True
    return False


def _lock_file(home: Path) -> Path:
    return home / "run.lock"
