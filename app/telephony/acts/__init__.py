"""How each command is carried out: functions `(driver, command) -> outcome`, a file for each subject, listed here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.flow.commands import (
    Answer,
    CallWebhook,
    Collect,
    Command,
    Dial,
    Hangup,
    Join,
    Leave,
    LookUpAgent,
    NextTurn,
    Notify,
    Play,
    PromiseCallback,
    RankIdle,
    Rate,
    RecallPhone,
    Record,
    SetAgent,
    WaitTurn,
)
from app.flow.outcomes import Outcome
from app.telephony.acts import agents, asking, dialling, media, outside, queueing, recording

Act = Callable[[Any, Any], Outcome | None]

ACTS: dict[type[Command], Act] = {
    Answer: media.answer,
    Play: media.play,
    Collect: media.collect,
    Hangup: media.hangup,
    Dial: dialling.dial,
    Record: recording.record,
    NextTurn: outside.next_turn,
    RankIdle: outside.rank_idle,
    RecallPhone: outside.recall_phone,
    Notify: outside.notify,
    Rate: outside.rate,
    Join: queueing.join,
    WaitTurn: queueing.wait_turn,
    Leave: queueing.leave,
    PromiseCallback: queueing.promise_callback,
    LookUpAgent: agents.look_up_agent,
    SetAgent: agents.set_agent,
    CallWebhook: asking.call_webhook,
}
