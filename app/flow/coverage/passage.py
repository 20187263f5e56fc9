"""One way of a call through one node, and how long it takes."""

from __future__ import annotations

from dataclasses import dataclass

from app.flow.outcomes import Outcome
from app.flow.snapshot import Prompt

MS_A_CHARACTER = 220  # of a Chinese prompt whose length is not known
MS_A_LETTER = 65


@dataclass(frozen=True, slots=True)
class Rung:
    """Phones that ring together, `after_ms` from the call's begin, for so many seconds.

    `waiting`: the caller waits in a queue for one of them to be free.
    """

    phones: tuple[str, ...]
    after_ms: int
    for_s: int
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """An outcome; `asks` when its command needs the call to be picked up first."""

    outcome: Outcome
    asks: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """One way through a node.

    way        the exit that the node gives; "" while it stays in a sub-flow
    entered    the sub-flow that it goes into
    pressed    what the caller pressed that meant something; "" when there was nothing to press, or he pressed nothing
    silent     he pressed nothing though he could have
    strayed    he pressed wrong keys, or the world did something else than usual: a phone was busy, a queue was full
    answered   a person took the call
    heard      the prompts, in order; kept: a message could be left
    left       the variables of the call afterwards
    """

    way: str
    ms: int
    entered: str = ""
    pressed: str = ""
    silent: bool = False
    strayed: bool = False
    answered: bool = False
    kept: bool = False
    rings: tuple[Rung, ...] = ()
    heard: tuple[str, ...] = ()
    left: tuple[tuple[str, str], ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    reply: str = ""


def sound_ms(prompt: Prompt | None) -> int:
    """How long a prompt takes, guessed from its text when nobody measured it."""
    if prompt is None:
        return 0
    wide = sum(character > "\u2e80" for character in prompt.text)
    return prompt.duration_ms or wide * MS_A_CHARACTER + (len(prompt.text) - wide) * MS_A_LETTER
