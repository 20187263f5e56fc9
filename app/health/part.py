"""What is said about one part of the installation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from app.words import Words


class Standing(IntEnum):
    """`WEAK` works with less than it should have; `AWAY` does not work."""

    WELL = 0
    WEAK = 1
    AWAY = 2


@dataclass(frozen=True, slots=True)
class Part:
    """One part.

    name     for monitors and translations of nothing: "redis", "controller switch1-0"
    title    what it is called on the page
    what     how it is
    callers  what that means for who calls; None when all is well
    mend     what to do about it; None when all is well
    facts    numbers for monitors; nothing secret, no caller
    """

    name: str
    title: Words
    standing: Standing
    what: Words
    callers: Words | None = None
    mend: Words | None = None
    facts: Mapping[str, float | int | str | bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Health:
    """All parts, in the order of the page."""

    parts: Sequence[Part]

    @property
    def standing(self) -> Standing:
        return max((part.standing for part in self.parts), default=Standing.WELL)

    @property
    def troubles(self) -> list[Part]:
        """The parts that are not well, the worst first; those left out of which only another one's trouble is seen."""
        return sorted((part for part in self.parts if part.standing and part.callers), key=_severity)


def _severity(part: Part) -> int:
    return -part.standing
