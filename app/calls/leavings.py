"""What a call leaves behind beside its legs: time in queues, marks, a message. Pure, from the trail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from app.flow.interpreter import Step
from app.flow.outcomes import Collected, Dialled, Joined, Outcome, Rated, Recorded, Sent

T = TypeVar("T", bound=Outcome)
LEFT = (Joined, Rated, Recorded)
"""Outcomes of which something is left."""


def of_step(step: Step, duration_ms: int) -> dict[str, int]:
    """What the step of a record carries besides: `queue_ms` and `place`, `mark`, `message_ms`; only what there is."""
    found: dict[str, int] = {}
    if not any(isinstance(outcome, LEFT) for outcome in step.outcomes):
        return found
    joined = _last(step, Joined)
    if joined and joined.place:
        found |= {"queue_ms": max(0, _until_ms(step, duration_ms) - joined.at_ms), "place": joined.place}
    if _last(step, Rated):
        found["mark"] = _mark(step)
    recorded = _message(step)
    if recorded:
        found["message_ms"] = recorded.length_ms
    return found


def marks(trail: Sequence[Step]) -> list[dict[str, Any]]:
    """The marks that the caller gave: survey (its node), its label, mark, phone, and whether somebody was told of it."""
    phone, found = "", []
    for step in trail:
        phone = next((dialled.phone for dialled in reversed(_all(step, Dialled)) if dialled.phone), phone)
        if _last(step, Rated):
            rated = {"survey": step.node, "label": step.label, "mark": _mark(step), "phone": phone}
            found.append(rated | {"told": bool(_last(step, Sent))})
    return found


def message(trail: Sequence[Step]) -> dict[str, Any] | None:
    """The last message that the caller left: file, length_ms, the node and its label; None when he left none."""
    for step in reversed(trail):
        recorded = _message(step)
        if recorded:
            box = {"node": step.node, "label": step.label}
            return {"file": recorded.file, "length_ms": recorded.length_ms} | box
    return None


def _message(step: Step) -> Recorded | None:
    return next((recorded for recorded in reversed(_all(step, Recorded)) if recorded.file), None)


def _until_ms(step: Step, duration_ms: int) -> int:
    """When the caller's waiting ended: a phone answered, he left, or hung up."""
    for dialled in _all(step, Dialled):
        for leg in dialled.legs if dialled.phone else ():
            if leg.phone == dialled.phone:
                return leg.at_ms + leg.ring_ms
    return step.end_ms if step.exit else duration_ms


def _mark(step: Step) -> int:
    """The key that was pressed last before the mark was kept."""
    collected = _last(step, Collected)
    return int(collected.digits) if collected and collected.digits.isdigit() else 0


def _last(step: Step, kind: type[T]) -> T | None:
    return next(reversed(_all(step, kind)), None)


def _all(step: Step, kind: type[T]) -> list[T]:
    return [outcome for outcome in step.outcomes if isinstance(outcome, kind)]
