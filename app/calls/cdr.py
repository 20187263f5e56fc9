"""The record of a call (CDR), built from nothing but its facts, its trail and its end. Pure.

The record is plain JSON values, because it is journalled, queued and stored as it is. Times inside are milliseconds
since `began_at`.

    result  answered    a person talked to the caller
            abandoned   the caller hung up before
            missed      the flow ended without a person: closed, busy, nobody answered
            no_flow     the number has no published flow
    ended   caller, callee   who hung up
            flow             the flow ended the call
            flow_error       the flow failed and the fallback took over
            over_limit       the company had as many live calls as it may
            no_flow, switch_lost
    queued_ms  time in queues; survey: marks; voicemail: the message or None; see leavings.py
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from app.calls import leavings
from app.flow.facts import CallFacts
from app.flow.interpreter import Step
from app.flow.outcomes import Answered, Collected, Dialled, DialResult, Leg, Waited
from app.flow.snapshot import Snapshot

Cdr = dict[str, Any]

PROVISIONAL, RECONCILED, FINAL = "provisional", "reconciled", "final"
"""How sure a record is, each surer than the one before, which it replaces.

provisional  by a controller that lost the call to another one, or to nobody
reconciled   made from what FreeSWITCH wrote down (reconcile.py)
final        by the controller that saw the call end
"""


@dataclass(frozen=True, slots=True)
class End:
    """How a call ended: one of the `ended` words above, FreeSWITCH's hang-up cause, and after how many milliseconds."""

    ended: str
    cause: str
    duration_ms: int


def build_cdr(
    facts: CallFacts,
    snapshot: Snapshot | None,
    trail: Sequence[Step],
    end: End,
    *,
    controller: str,
    variables: Mapping[str, str] = MappingProxyType({}),
    resumed: int = 0,
    standing: str = FINAL,
) -> Cdr:
    """The record of a call that has ended; `snapshot` is None when the number was not in service.

    `variables` are what the flow's nodes left for one another (Call.variables); `resumed` says how often another
    controller went on with the call.
    """
    trail = _walked(trail)
    talks = [(step, dialled) for step, dialled in _dials(trail) if dialled.result is DialResult.ANSWERED]
    answered_leg = next(
        (leg for _, dialled in talks for leg in dialled.legs if leg.phone == dialled.phone), None
    )
    talk_ms = sum(dialled.talk_ms for _, dialled in talks)
    wait_ms = answered_leg.at_ms + answered_leg.ring_ms if answered_leg else end.duration_ms
    ended = (talks[-1][1].ended_by or end.ended) if talks and end.ended in ("flow", "caller") else end.ended
    region, steps = facts.region, [_step(step, end.duration_ms) for step in trail]
    return {
        "call_id": facts.call_id,
        "company_id": snapshot.company_id if snapshot else 0,
        "did": facts.did,
        "ani": facts.ani,
        "province": region.province if region else "",
        "city": region.city if region else "",
        "carrier": region.carrier if region else "",
        "switch": facts.switch,
        "controller": controller,
        "resumed": resumed,
        "standing": standing,
        "flow_id": snapshot.flow_id if snapshot else "",
        "snapshot_version": facts.snapshot_version,
        "began_at": facts.now.astimezone(UTC).isoformat(timespec="milliseconds"),
        "answered_ms": _answered_ms(trail),
        "duration_ms": end.duration_ms,
        "wait_ms": min(wait_ms, end.duration_ms),
        "talk_ms": talk_ms,
        "result": _result(bool(talks), end.ended),
        "ended": ended,
        "hangup_cause": end.cause,
        "answered_by": talks[0][1].phone if talks else "",
        "keys": "-".join(filter(None, map(_keys, trail))),
        "queued_ms": sum(step.get("queue_ms", 0) for step in steps),
        "survey": leavings.marks(trail),
        "voicemail": leavings.message(trail),
        "variables": {name: value for name, value in variables.items() if name != "answered_by"},
        "trail": steps,
        "legs": [_leg(step, leg, snapshot) for step, dialled in _dials(trail) for leg in dialled.legs],
    }


def _walked(trail: Sequence[Step]) -> Sequence[Step]:
    """Without the step that was never taken: a caller who hangs up talking had just been on his way to the next one."""
    if len(trail) < 2 or trail[-1].exit or trail[-1].outcomes:
        return trail
    before = trail[-2].outcomes[-1:]
    talked = any(isinstance(last, Dialled) and last.ended_by == "caller" for last in before)
    return trail[:-1] if talked else trail


def began_at(cdr: Cdr) -> datetime:
    """When the call began, aware UTC."""
    return datetime.fromisoformat(cdr["began_at"])


def _dials(trail: Sequence[Step]) -> Iterator[tuple[Step, Dialled]]:
    return ((step, outcome) for step in trail for outcome in step.outcomes if isinstance(outcome, Dialled))


def _answered_ms(trail: Sequence[Step]) -> int | None:
    """When the business began to pay: picked up by the machine, or by the first person."""
    for step in trail:
        for outcome in step.outcomes:
            if isinstance(outcome, Answered):
                return outcome.at_ms
            if isinstance(outcome, Dialled) and outcome.phone:
                return next(
                    (leg.at_ms + leg.ring_ms for leg in outcome.legs if leg.phone == outcome.phone),
                    outcome.at_ms,
                )
    return None


def _result(talked: bool, ended: str) -> str:
    if talked:
        return "answered"
    return {"caller": "abandoned", "no_flow": "no_flow"}.get(ended, "missed")


def _keys(step: Step) -> str:
    """The keys pressed in a step; none of those that are secret."""
    outcomes = () if step.secret else step.outcomes
    pressed = (
        outcome.digits if isinstance(outcome, Collected) else outcome.pressed
        for outcome in outcomes
        if isinstance(outcome, Collected | Waited)
    )
    return "".join(pressed)


def _step(step: Step, duration_ms: int) -> dict[str, Any]:
    return {
        "node": step.node,
        "kind": step.kind,
        "label": step.label,
        "exit": step.exit,
        "at_ms": step.at_ms,
        "end_ms": step.end_ms if step.exit else duration_ms,
        "keys": _keys(step),
        "problem": step.problem,
        **leavings.of_step(step, duration_ms),
    }


def _leg(step: Step, leg: Leg, snapshot: Snapshot | None) -> dict[str, Any]:
    phone = snapshot.assets.phones.get(leg.phone) if snapshot else None
    return {
        "phone": leg.phone,
        "number": phone.number if phone else leg.phone,
        "name": phone.name if phone else "",
        "node": step.node,
        "result": leg.result.value,
        "cause": leg.cause,
        "at_ms": leg.at_ms,
        "ring_ms": leg.ring_ms,
        "talk_ms": leg.talk_ms,
    }
