"""Closing a call that no controller closed, from what FreeSWITCH itself wrote down about it. Pure.

The state that the call's channel carried tells which way it had gone; FreeSWITCH's record tells how a conversation that
went on without a controller ended. So its record is as good as one of ours, up to a step or two.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from app.calls import state as states
from app.calls.begin import dialled, facts_of
from app.calls.cdr import RECONCILED, Cdr, End, build_cdr
from app.calls.conduct import go_on
from app.calls.resume import Former, Resumed, resume
from app.calls.state import State
from app.calls.switch_record import SwitchRecord
from app.errors import CallerHungUp, StateError
from app.flow.commands import Command, Dial, Leave, Notify, Play, Rate
from app.flow.interpreter import OUTCOME_OF
from app.flow.outcomes import Dialled, DialResult, Outcome

APOLOGY = "NORMAL_TEMPORARY_FAILURE"
"""The cause with which the dialplan hangs up when no controller is there (fs-config/dialplan)."""

BY_SWITCH = "freeswitch"
"""The controller's name in records that are made here."""

NEEDS_NOBODY: tuple[type[Command], ...] = (Leave,)
"""What a flow does when its caller is gone."""

NEEDS_NO_ANSWER = (*NEEDS_NOBODY, Play, Rate, Notify)
"""What has been done when a controller hung up after it, and then died."""


def closed(told: SwitchRecord, snapshots: Former, stored_state: Callable[[str], str], secret: bytes) -> Cdr:
    """The record of the call. `stored_state` gives the state of a call that was too long for its channel."""
    did = dialled(told.header)
    try:
        state = states.read(secret, told.call_id, states.carried(told.header, stored_state))
        found = resume(state, snapshots, did, told.header)
    except StateError:
        return _never_begun(told, did)
    return _ended(told, state, found)


def _ended(told: SwitchRecord, state: State, found: Resumed) -> Cdr:
    cause, end_us = told.header("variable_hangup_cause"), told.moment_us("end_uepoch")
    duration_ms = max(0, end_us - state.begin.began_us) // 1000
    left_behind = _left_behind(told, state, found.command, end_us)
    by_flow = told.hung_up and cause != APOLOGY
    done = NEEDS_NO_ANSWER if by_flow else NEEDS_NOBODY

    def gone(command: Command) -> Outcome:
        """Nobody is there any more, except for what the phones did while no controller was."""
        if left_behind and command is found.command:
            if left_behind.result is DialResult.CANCELLED:
                raise CallerHungUp(cause, left_behind)
            return left_behind
        if isinstance(command, done):
            return OUTCOME_OF[type(command)](at_ms=duration_ms)
        raise CallerHungUp(cause)

    go_on(found.run, found.command, gone)
    walk = found.walk
    ended = "no_controller" if cause == APOLOGY else "flow" if by_flow else "caller"
    end, left = End(ended, cause, duration_ms), walk.call.variables
    return build_cdr(
        found.facts,
        walk.snapshot,
        walk.trail,
        end,
        controller=BY_SWITCH,
        variables=left,
        resumed=state.begin.resumed,
        standing=RECONCILED,
    )


def _left_behind(told: SwitchRecord, state: State, command: Command, end_us: int) -> Dialled | None:
    """What became of phones that rang when the last controller died."""
    ringing = state.ringing
    if ringing is None or not isinstance(command, Dial):
        return None
    over_us, by = (told.after_bridge_us, "callee") if told.after_bridge_us else (end_us, "caller")
    began_us, bridged_us = state.begin.began_us, told.moment_us("bridge_uepoch")
    dialled = ringing.left_behind(told, bridged_us, began_us, over_us, by)
    if dialled and by == "caller" and not dialled.phone:
        return ringing.given_up(dialled.at_ms)
    return dialled


def _never_begun(told: SwitchRecord, did: str) -> Cdr:
    """No controller is known to have had the call, or none that this release understands."""
    began_us, end_us = told.moment_us("start_uepoch"), told.moment_us("end_uepoch")
    facts = facts_of(told.header, did, None, datetime.fromtimestamp(began_us / 1_000_000, UTC))
    end = End("no_controller", told.header("variable_hangup_cause"), max(0, end_us - began_us) // 1000)
    return build_cdr(facts, None, (), end, controller=BY_SWITCH, standing=RECONCILED)
