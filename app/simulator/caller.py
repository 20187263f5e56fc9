"""Who calls, which keys he presses and when he has had enough."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

MAX_STEPS = 100
DIALLED = re.compile(r"[0-9A-Za-z+*#._-]{1,64}")
STEP = re.compile(
    r"wait (?P<wait>\d+(?:\.\d+)?)|say (?P<say>\d+(?:\.\d+)?)|(?:press )?(?P<keys>[0-9*#]{1,32})|(?P<end>hang ?up)"
)
ANSWER = re.compile(r"[0-9*#]{1,32}(?: [0-9*#]{1,32}){0,9}")


class HangUp(StrEnum):
    """While what the caller hangs up."""

    CALL = "call"
    PROMPT = "prompt"
    RECORDING = "recording"
    RINGING = "ringing"
    TALKING = "talking"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a key script: wait or speak some seconds, press keys, or hang up."""

    wait_s: float = 0.0
    say_s: float = 0.0
    keys: str = ""
    hangs_up: bool = False


def read_script(text: str) -> tuple[Step, ...]:
    """A key script such as "1", "wait 3, press 2, press 13" or "1, wait 4, hang up"; ValueError for others.

    Keys are pressed at the machine's next question; after a `wait` or a `say`, at once. "say 8" speaks for 8 s after the
    next beep: "2, say 8, press #" leaves a message.
    """
    words = [" ".join(step.lower().split()) for step in text.replace("，", ",").split(",")]
    if len(words) > MAX_STEPS:
        raise ValueError(f"more than {MAX_STEPS} steps")
    return tuple(_step(step) for step in words if step)


def _step(words: str) -> Step:
    if not (match := STEP.fullmatch(words)):
        raise ValueError(f"{words!r} is not a step: wait 3, press 12, say 8, hang up")
    return Step(float(match["wait"] or 0), float(match["say"] or 0), match["keys"] or "", bool(match["end"]))


@dataclass(frozen=True, slots=True)
class Caller:
    """One caller and what he will do. Times in seconds.

    keys             key script, see `read_script`
    answers          keys by the name of the sound that asks for them, however often it is asked: {"menu": "9 1"} presses 9 at
                     the first time and 1 at every other
    hang_up          while what he hangs up, `hang_up_after_s` into it; None: not before the end
    patience_s       he hangs up when nobody has answered by then
    talk_s           how long he talks before he ends it; None: as long as the other one does
    name             caller's name as the carrier shows it; hostile ones are welcome in tests
    """

    ani: str
    did: str
    keys: str = ""
    hang_up: HangUp | None = None
    hang_up_after_s: float = 0.0
    patience_s: float = 120.0
    talk_s: float | None = None
    name: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not DIALLED.fullmatch(self.did) or not DIALLED.fullmatch(self.ani or "anonymous"):
            raise ValueError(f"{self.ani!r} cannot call {self.did!r}: digits expected")
        if not all(0 <= seconds <= 86_400 for seconds in self._durations()):
            raise ValueError("a time is not between 0 and 86400 seconds")
        read_script(self.keys)
        if not all(ANSWER.fullmatch(keys) for keys in self.answers.values()):
            raise ValueError("an answer is keys, or several with blanks between")

    def _durations(self) -> Iterator[float]:
        yield from (self.hang_up_after_s, self.patience_s, self.talk_s or 0.0)
        yield from (step.wait_s + step.say_s for step in read_script(self.keys))
