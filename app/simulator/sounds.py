"""How long a sound lasts, whatever FreeSWITCH can play it from."""

from __future__ import annotations

import contextlib
import re
import wave
from functools import lru_cache
from pathlib import Path

from app.simulator.commands import atoi

UNKNOWN_S = 2.0
ENDLESS_S = 86_400.0
TONE = re.compile(r"%\((?P<on>\d+),\s*(?P<off>\d+)")
LOOPS = re.compile(r"loops=(?P<loops>-?\d+)")


def length_s(sound: str) -> float | None:
    """Seconds that `sound` lasts; None when there is no such file, as FreeSWITCH would find."""
    scheme, separator, rest = sound.partition("://")
    if not separator:
        return _file_s(sound.partition("@@")[0])
    if scheme == "file_string":
        return _files_s(rest.split("!"))
    if scheme == "silence_stream":
        milliseconds = rest.split(",")[0]
        return ENDLESS_S if milliseconds == "-1" else atoi(milliseconds) / 1000
    return _tone_s(rest) if scheme == "tone_stream" else ENDLESS_S if scheme == "local_stream" else UNKNOWN_S


def title(sound: str) -> str:
    """How a story names a sound: files without their folders."""
    scheme, separator, rest = sound.partition("://")
    if not separator:
        return Path(sound).name
    return " + ".join(Path(file).name for file in rest.split("!")) if scheme == "file_string" else sound


def _files_s(files: list[str]) -> float | None:
    """One after the other; a missing one is skipped."""
    lengths = [length for file in files if (length := length_s(file)) is not None]
    return sum(lengths) if lengths else None


def _tone_s(tone: str) -> float:
    once = sum(int(match["on"]) + int(match["off"]) for match in TONE.finditer(tone)) / 1000
    loops = int(match["loops"]) if (match := LOOPS.search(tone)) else 1
    return ENDLESS_S if loops < 0 else once * loops


def _file_s(path: str) -> float | None:
    file = Path(path)
    try:
        changed = file.stat().st_mtime_ns
    except (OSError, ValueError):
        return None
    return _wave_s(path, changed) if file.is_file() else None


@lru_cache(maxsize=1000)
def _wave_s(path: str, _changed: int) -> float:
    with contextlib.suppress(wave.Error, EOFError), wave.open(path, "rb") as sound:
        return sound.getnframes() / (sound.getframerate() or 8000)
    return UNKNOWN_S
