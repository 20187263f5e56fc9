"""One line of the doctor's report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from app.words import Words


class State(Enum):
    FINE = "✓"
    WARNING = "!"
    WRONG = "✗"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, and how to mend it when it is not fine."""

    state: State
    what: Words
    mend: Words | None = None

    def __str__(self) -> str:
        line = f"{self.state.value} {_both(self.what)}"
        return f"{line}\n  → {_both(self.mend)}" if self.mend else line


def fine(zh: str, en: str) -> Finding:
    return Finding(State.FINE, Words(zh, en))


def warning(zh: str, en: str, mend: Words) -> Finding:
    return Finding(State.WARNING, Words(zh, en), mend)


def wrong(zh: str, en: str, mend: Words) -> Finding:
    return Finding(State.WRONG, Words(zh, en), mend)


def command(text: str) -> Words:
    """A command is the same in all languages."""
    return Words(text, text)


def _both(words: Words) -> str:
    return words.zh if words.zh == words.en else f"{words.zh} · {words.en}"
