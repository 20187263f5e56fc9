"""Prompts that the machine speaks: a company's from their text, and the system's own."""

from __future__ import annotations

import hashlib
from pathlib import Path

from app.flow.system_prompts import sounds
from app.integrations.sound import duration_ms
from app.integrations.speech import Utterance, speak, speak_all
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
    """Speak what the system itself says and has no sound yet; returns how many sounds were made."""
    wanted = (Utterance(text, folder / file, language) for text, language, file in sounds())
    missing = [said for said in wanted if not said.file.exists()]
    if missing:
        speak_all(missing)
    return len(missing)


def _spoken(text: str, file: Path) -> int:
    return duration_ms(file) if file.exists() else speak(text, file)
