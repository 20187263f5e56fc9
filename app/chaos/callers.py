"""Those who call, and what each of them wants of the hotline."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.simulator.caller import Caller, HangUp

FIRST_ANI = 13800000000
PATIENCE_S = 45.0


@dataclass(frozen=True, slots=True)
class Manner:
    """A kind of caller. `share` of all callers, in percent.

    talks   he stays until he has talked to somebody
    marks   and until he was asked for a mark
    """

    name: str
    share: int
    answers: Mapping[str, str]
    talks: bool = True
    marks: bool = False
    talk_s: float | None = None
    hang_up: HangUp | None = None
    hang_up_after_s: float = 0.0

    def caller(self, ani: str, did: str) -> Caller:
        return Caller(
            ani,
            did,
            answers=self.answers,
            talk_s=self.talk_s,
            hang_up=self.hang_up,
            hang_up_after_s=self.hang_up_after_s,
            patience_s=PATIENCE_S,
        )


MANNERS = (
    Manner("one key", 30, {"menu": "1"}),
    Manner("wrong key first", 10, {"menu": "9 1"}),
    Manner("ends the talk", 15, {"menu": "1"}, talk_s=1.5),
    Manner("queue and mark", 30, {"menu": "2", "mark": "5"}, marks=True),
    Manner("queue, ends the talk", 5, {"menu": "2"}, talk_s=2.0),
    Manner("gives up", 10, {}, talks=False, hang_up=HangUp.PROMPT, hang_up_after_s=0.8),
)


@dataclass(slots=True)
class Crowd:
    """Callers as they come, the same for the same seed."""

    rng: random.Random
    dids: list[str]
    count: int = field(default=0)

    def next(self) -> tuple[Manner, Caller]:
        (manner,) = self.rng.choices(MANNERS, [manner.share for manner in MANNERS])
        ani, did = str(FIRST_ANI + self.count), self.dids[self.count % len(self.dids)]
        self.count += 1
        return manner, manner.caller(ani, did)
