"""Sounds that a company makes for its callers: spoken from a text, uploaded or recorded.

Every sound is a file of its own, named after what is in it, and never changed: calls play what they were published
with. What nobody wants to hear any more is removed a day later. All of it runs outside of the web's loop, in other
processes, two at a time.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore
from typing import NamedTuple

import structlog

from app.errors import HotlineError
from app.integrations import audio
from app.integrations.sound import duration_ms
from app.integrations.tts import Offline, Service, Speaker, TtsAway
from app.store import prompts
from app.store.models import Company
from app.store.prompts import Sound

log = structlog.get_logger()

AT_ONCE = 2  # sounds being made in this process
PATIENCE_S = 30
KEPT_S = 24 * 3600  # how long a sound stays that nothing refers to: running calls, texts that were only tried

_places = BoundedSemaphore(AT_ONCE)


class TooBusy(HotlineError):
    """Too many sounds are being made at once."""


class Spoken(NamedTuple):
    """A spoken text; `offline` when the service was asked in vain and the offline voice spoke for it."""

    sound: Sound
    offline: bool = False


def say(company: Company, folder: Path, text: str, language: str, voice: str, *, tts_url: str = "") -> Spoken:
    """Speak a text, or find the file in which it was spoken before. SpeechError when it cannot be said."""
    if not tts_url:
        return Spoken(_said(Offline(), company, folder, text, language, voice))
    try:
        return Spoken(_said(Service(tts_url), company, folder, text, language, voice))
    except TtsAway as away:
        log.warning("tts_away", problem=str(away))
        return Spoken(_said(Offline(), company, folder, text, language, voice), offline=True)


def upload(company: Company, folder: Path, source: Path, text: str, kind: str = "upload") -> Sound:
    """Convert what somebody sent; `text` is what it says, `kind` upload or recording. SoundRefused with the reason."""
    with _place(), TemporaryDirectory(dir=_own(company, folder)) as scratch:
        made = Path(scratch) / "sound.wav"
        length = audio.convert(source, made)
        file = f"{company.id}/{_digest(made.read_bytes())}.wav"
        made.replace(folder / file)
    return Sound(file, length, text, kind)


def heard_name(sound: Sound) -> str:
    """The name by which a company's page asks for a sound that is not saved yet."""
    return Path(sound.file).stem


def remove(company: Company, slug: str, folder: Path) -> None:
    """Remove a prompt; calls that run now may play it for another day. Conflict while something refers to it."""
    for version in prompts.versions(company, slug):
        _touch(folder / version.file)
    prompts.delete(company, slug)
    sweep(company, folder)


def sweep(company: Company, folder: Path) -> int:
    """Remove the company's files that nothing refers to any more; returns how many."""
    wanted, oldest = prompts.files(company), time.time() - KEPT_S
    old = [
        file
        for file in _own(company, folder).glob("*.wav")
        if f"{company.id}/{file.name}" not in wanted and file.stat().st_mtime < oldest
    ]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


def _said(speaker: Speaker, company: Company, folder: Path, text: str, language: str, voice: str) -> Sound:
    key = "\n".join((speaker.name, language, voice, text))
    file = f"{company.id}/{_digest(key.encode())}.wav"
    target = _own(company, folder) / Path(file).name
    if target.exists():
        _touch(target)
        return Sound(file, duration_ms(target), text)
    with _place():
        return Sound(file, speaker.speak(text, language, voice, target), text)


@contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(timeout=PATIENCE_S):
        raise TooBusy(f"{AT_ONCE} sounds are being made")
    try:
        yield
    finally:
        _places.release()


def _own(company: Company, folder: Path) -> Path:
    own = folder / str(company.id)
    own.mkdir(parents=True, exist_ok=True)
    return own


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:24]


def _touch(file: Path) -> None:
    if file.exists():
        os.utime(file)
