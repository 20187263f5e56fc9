"""How each command is carried out: functions `(driver, command) -> outcome`, a file for each subject, listed here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.flow.commands import Answer, Collect, Command, Dial, Hangup, NextTurn, Play
from app.flow.outcomes import Outcome
from app.telephony.acts import dialling, media, outside

Act = Callable[[Any, Any], Outcome | None]

ACTS: dict[type[Command], Act] = {
    Answer: media.answer,
    Play: media.play,
    Collect: media.collect,
    Hangup: media.hangup,
    Dial: dialling.dial,
    NextTurn: outside.next_turn,
}
