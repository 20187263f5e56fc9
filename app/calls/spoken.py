"""Prompts that the machine speaks: a company's from their text, and the system's own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from app.flow.system_prompts import ENGLISH, SYSTEM_PROMPTS, system_file
from app.integrations.sound import duration_ms
from app.integrations.speech import Utterance, speak, speak_all
from app.speech.places import PLACES, readable
from app.speech.say import PARTS
from app.store import prompts
from app.store.models import Company, Prompt


def create_prompt(company: Company, slug: str, name: str, text: str, folder: Path) -> Prompt:
    """Speak a text into the prompts folder and store it as a prompt of the company.

    The file is named after what it says, so a published snapshot keeps its sound when the text changes later.
    """
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    file = f"{company.id}/{slug}-{digest}.wav"
    length = _spoken(text, folder / file)
    return prompts.create(company, slug, name, text=text, file=file, duration_ms=length)


def make_system_prompts(folder: Path) -> int:
    """Speak the system prompts, parts of numbers and dates, and places that have no sound yet; returns how many."""
    missing = [said for said in _system_utterances(folder) if not said.file.exists()]
    if missing:
        speak_all(missing)
    return len(missing)


def _system_utterances(folder: Path) -> list[Utterance]:
    whole = [Utterance(text, folder / system_file(key)) for key, text in SYSTEM_PROMPTS.items()]
    english = [Utterance(text, folder / system_file(key, "en"), "en") for key, text in ENGLISH.items()]
    parts = [Utterance(text, folder / system_file(key), key.split(".")[1]) for key, text in PARTS.items()]
    return whole + english + parts + list(_places(folder))


def _places(folder: Path) -> Iterator[Utterance]:
    for key, name in PLACES.items():
        yield Utterance(readable(name.zh), folder / system_file(key))
        yield Utterance(name.en, folder / system_file(key, "en"), "en")


def _spoken(text: str, file: Path) -> int:
    return duration_ms(file) if file.exists() else speak(text, file)
