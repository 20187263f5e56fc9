"""What `make setup` makes: Python, its packages, the front-end files."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from app.processes import assets
from app.processes.doctor.finding import Finding, command, fine, wrong
from app.settings import Settings

OLDEST_PYTHON = (3, 11)
LOCK_FILE = assets.ROOT / "requirements.txt"
SHOWN = 5  # packages named in one line


def python(settings: Settings) -> Iterator[Finding]:
    name = f"Python {platform.python_version()}"
    if sys.version_info >= OLDEST_PYTHON:
        yield fine(name, name)
    else:
        yield wrong(
            f"{name} 太旧，需要 3.11", f"{name} is too old, 3.11 is needed", command("apt install python3")
        )


def packages(settings: Settings) -> Iterator[Finding]:
    locked = read_lock(LOCK_FILE)
    other = [name for name, release in locked.items() if _installed(name) != release]
    if other:
        names = ", ".join(other[:SHOWN]) + (" …" if len(other) > SHOWN else "")
        yield wrong(
            f"软件包缺失或版本不符：{names}",
            f"packages missing or of another version: {names}",
            command("make setup"),
        )
    else:
        yield fine(f"{len(locked)} 个软件包与锁定版本一致", f"{len(locked)} packages as locked")


def front_end(settings: Settings) -> Iterator[Finding]:
    if missing := ", ".join(assets.missing()):
        yield wrong(
            f"缺少前端文件：{missing}", f"front-end files are missing: {missing}", command("make setup")
        )
    else:
        yield fine("前端文件齐全", "front-end files are there")


def read_lock(file: Path) -> dict[str, str]:
    """Name and version of each package in a lock file."""
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^ \\\n]+)", file.read_text(), re.MULTILINE))


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
