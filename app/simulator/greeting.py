"""What a person who picks up hears before he is joined with the caller: FreeSWITCH's group_confirm."""

from __future__ import annotations

from app.simulator import sounds
from app.simulator.commands import atoi
from app.simulator.dialstring import Destination
from app.simulator.phones import PhoneBehaviour

PRESSES_AFTER_S = 1.0


def of(to: Destination, behaviour: PhoneBehaviour) -> tuple[float, str]:
    """Seconds from picking up to the end of it, and the cause: "SUCCESS" when he is joined with the caller."""
    key, file = to.variables.get("group_confirm_key", ""), to.variables.get("group_confirm_file", "")
    if not key:
        return 0.0, "SUCCESS"
    heard_s = sounds.length_s(file.partition(" ")[2]) or 0.0 if key == "exec" else PRESSES_AFTER_S
    accepts = key in ("exec", behaviour.presses)
    limit_s = _limit_s(to, behaviour)
    ends = [(heard_s, "SUCCESS")] if accepts else []
    ends += [(limit_s, "ALLOTTED_TIMEOUT")]
    if behaviour.talk_s is not None:
        ends += [(behaviour.talk_s, "NORMAL_CLEARING")]
    return min(ends)


def _limit_s(to: Destination, behaviour: PhoneBehaviour) -> float:
    """How long FreeSWITCH lets him: as given, for ever, or for what is left of the time to ring."""
    if given := atoi(to.variables.get("group_confirm_timeout", "")):
        return given
    cancelled = to.variables.get("group_confirm_cancel_timeout") == "true"
    return sounds.ENDLESS_S if cancelled else to.leg_timeout_s - behaviour.answer_after_s
