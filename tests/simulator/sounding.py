"""The sounds that were played in the recordings of tests/wire, as long as they were."""

from __future__ import annotations

import wave
from pathlib import Path

SOUNDS = {"welcome": 1.5, "menu": 1.0, "again": 1.0}


def write_sounds(folder: Path) -> Path:
    for name, seconds in SOUNDS.items():
        with wave.open(str(folder / f"{name}.wav"), "wb") as sound:
            sound.setparams((1, 2, 8000, 0, "NONE", ""))
            sound.writeframes(bytes(int(seconds * 16000)))
    return folder
