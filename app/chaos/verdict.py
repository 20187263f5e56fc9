"""What became of the calls under one failure, counted and compared with what was promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from app.chaos.failures import CALLERS, CONVERSATIONS, RECORDS, SILENCE, Failure
from app.chaos.load import Placed
from app.simulator.story import CallStory

EXAMPLES = 20
SILENCE_LIMIT_MS = 1000
TALK_TOLERANCE_MS = 1000
HANG_UPS = ("caller_hangs_up", "callee_hangs_up")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One call as its caller saw it. `lost` says why he did not get what he called for, "" if he did."""

    call_id: str
    failure: str
    struck: bool
    concerned: bool
    lost: str
    cut: bool
    talked_ms: int
    silence_ms: int


@dataclass(frozen=True, slots=True)
class Stored:
    """One record of a call, as the store has it."""

    answered: bool
    talk_ms: int
    resumed: int
    standing: str


Records = Mapping[str, Sequence[Stored]]
"""All records that a call has in the store, by call."""


@dataclass(slots=True)
class Row:
    """All calls under one failure.

    `why` counts the reasons of `dropped`, `broken` names the promises not kept, `examples` are calls to look at.

    calls          that were placed
    in_progress    live when it struck
    dropped        callers who did not get what they called for
    cut            conversations that neither of the two ended
    lost           calls without a record
    doubled        with more than one
    wrong          whose record tells of another talk than there was
    resumed        that another controller went on with
    reconciled     whose record was made from the switch's own
    provisional    whose record is not sure
    silence_ms     longest silence of the calls concerned: p50, p99, max
    """

    failure: str
    strikes: int
    calls: int = 0
    in_progress: int = 0
    dropped: int = 0
    cut: int = 0
    lost: int = 0
    doubled: int = 0
    wrong: int = 0
    resumed: int = 0
    reconciled: int = 0
    provisional: int = 0
    silence_ms: dict[str, int] = field(default_factory=dict)
    why: dict[str, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def outcome_of(call: Placed) -> Outcome:
    """What a caller saw, once his call is over or nobody waits for its end any more."""
    story = call.story
    return Outcome(
        call_id=story.call_id,
        failure=call.failure,
        struck=call.struck,
        concerned=call.struck or call.during,
        lost=_lost(call, set(story.events())),
        cut=_cut(story.events()),
        talked_ms=_talked_ms(story),
        silence_ms=round(call.channel.hearing.longest_s() * 1000),
    )


def _lost(call: Placed, events: set[str]) -> str:
    if "limbo" in events:
        return "nobody had the call"
    if "apology" in events:
        return "apology"
    if not call.story.over:
        return "never ended"
    if call.manner.talks and "talking" not in events:
        return "gave up" if "caller_hangs_up" in events else "no talk"
    if call.manner.marks and not any(line.values.get("file") == "mark.wav" for line in call.story.lines):
        return "not asked for a mark"
    return ""


def _cut(events: Sequence[str]) -> bool:
    """Whether a talk ended that nobody had ended."""
    for position, event in enumerate(events):
        if event == "talked":
            begun = len(events[:position]) - 1 - list(reversed(events[:position])).index("talking")
            if not any(hang_up in events[begun:position] for hang_up in HANG_UPS):
                return True
    return False


def _talked_ms(story: CallStory) -> int:
    return sum(round(float(line.values["length"]) * 1000) for line in story.lines if line.event == "talked")


def judge(failure: Failure, strikes: int, outcomes: Sequence[Outcome], records: Records) -> Row:
    """The row of one failure;"""
    row = Row(failure.name, strikes, calls=len(outcomes))
    row.in_progress = sum(outcome.struck for outcome in outcomes)
    row.why = dict(Counter(outcome.lost for outcome in outcomes if outcome.lost))
    row.dropped, row.cut = sum(row.why.values()), sum(outcome.cut for outcome in outcomes)
    for outcome in outcomes:
        _count(row, outcome, records.get(outcome.call_id, ()))
    row.examples = [_example(outcome, records) for outcome in outcomes if _is_odd(outcome, records)][
        :EXAMPLES
    ]
    row.silence_ms = _percentiles(outcome.silence_ms for outcome in outcomes if outcome.concerned)
    row.broken = sorted(failure.promised & _broken(row))
    return row


def _count(row: Row, outcome: Outcome, stored: Sequence[Stored]) -> None:
    if not stored:
        row.lost += 1
        return
    record = stored[0]
    row.doubled += len(stored) > 1
    row.wrong += _is_wrong(record, outcome)
    row.resumed += record.resumed > 0
    row.reconciled += record.standing == "reconciled"
    row.provisional += record.standing == "provisional"


def _is_odd(outcome: Outcome, records: Records) -> bool:
    stored = records.get(outcome.call_id, ())
    odd = outcome.lost or outcome.cut or len(stored) != 1 or _is_wrong(stored[0], outcome)
    return bool(odd)


def _example(outcome: Outcome, records: Records) -> str:
    stored = records.get(outcome.call_id, ())
    return f"{outcome} {stored}"


def _is_wrong(record: Stored, outcome: Outcome) -> bool:
    return (
        record.answered != (outcome.talked_ms > 0)
        or abs(record.talk_ms - outcome.talked_ms) > TALK_TOLERANCE_MS
    )


def _percentiles(silences_ms: Iterable[int]) -> dict[str, int]:
    ordered = sorted(silences_ms)
    if not ordered:
        return {}
    return {
        name: ordered[int((len(ordered) - 1) * share)]
        for name, share in (("p50", 0.5), ("p99", 0.99), ("max", 1))
    }


def _broken(row: Row) -> set[str]:
    kept = {
        CALLERS: not row.dropped,
        CONVERSATIONS: not row.cut,
        RECORDS: not (row.lost or row.doubled or row.wrong or row.provisional),
        SILENCE: row.silence_ms.get("p99", 0) < SILENCE_LIMIT_MS,
    }
    return {name for name, holds in kept.items() if not holds}
