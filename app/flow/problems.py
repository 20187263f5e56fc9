"""What is wrong with a flow document, with its place and in words a shop owner understands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.words import Words


class Severity(StrEnum):
    ERROR = "error"  # blocks publishing
    WARNING = "warning"  # explains, does not block
    NOTE = "note"  # good to know, and often meant so


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong at one place.

    code   stable name, e.g. "unknown_target"
    place  where in the document, e.g. "nodes.welcome.exits.1"
    words  the sentence, in both languages
    """

    code: str
    place: str
    words: Words
    severity: Severity = Severity.ERROR

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

    @property
    def node(self) -> str:
        """The id of the node that the problem is in, "" for the document itself."""
        parts = self.place.split(".")
        return parts[1] if parts[0] == "nodes" and len(parts) > 1 else ""

    def __str__(self) -> str:
        return f"{self.severity} {self.place}: {self.words.en} / {self.words.zh} [{self.code}]"


def error(code: str, place: str, zh: str, en: str) -> Problem:
    return Problem(code, place, Words(zh, en))


def note(code: str, place: str, zh: str, en: str) -> Problem:
    return Problem(code, place, Words(zh, en), Severity.NOTE)


def warning(code: str, place: str, zh: str, en: str) -> Problem:
    return Problem(code, place, Words(zh, en), Severity.WARNING)
