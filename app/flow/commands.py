"""What a flow asks the world to do: frozen values, imperative names.

A node yields a command and receives the outcome of it (outcomes.py). Prompts, phones and groups are ids of the
snapshot; the driver turns them into paths and dial strings.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """Base of all commands."""


@dataclass(frozen=True, slots=True)
class Answer(Command):
    """Pick the call up. From here on the business pays. Outcome: `Answered`."""


@dataclass(frozen=True, slots=True)
class Play(Command):
    """Play prompts one after the other. Outcome: `Played`."""

    prompts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Collect(Command):
    """Play prompts and read keys; a key pressed while a prompt plays counts and ends it. Outcome: `Collected`.

    `timeout_ms` runs from the end of the prompts to the first key, `interdigit_ms` from key to key. A key in
    `terminators` ends the input and is not part of it.
    """

    prompts: tuple[str, ...]
    min_digits: int = 1
    max_digits: int = 1
    timeout_ms: int = 5000
    interdigit_ms: int = 3000
    terminators: str = ""


@dataclass(frozen=True, slots=True)
class Dial(Command):
    """Ring phones, all at once; the first to answer talks to the caller until one of them hangs up. Outcome: `Dialled`."""

    phones: tuple[str, ...]
    ring_timeout_s: int = 20


@dataclass(frozen=True, slots=True)
class NextTurn(Command):
    """Take the next number of a counter that all controllers share. Outcome: `Turn`."""

    counter: str


@dataclass(frozen=True, slots=True)
class Hangup(Command):
    """End the call with a Q.850 cause name. Nothing comes after it."""

    cause: str = "NORMAL_CLEARING"
