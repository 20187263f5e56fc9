"""The argument of `bridge` and `originate`: which phones to ring, over which trunk, for how long. Pure.

    {ignore_early_media=true,originate_timeout=25}[origination_uuid=…,leg_timeout=20]sofia/gateway/carrier/138…,[…]…

Every value is digits, a UUID, a path or a checked name; anything else is a ValueError, so no text can add a leg, a
variable or an application.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.calls.ringing import picked_up
from app.settings import Trunk
from app.telephony.arguments import Argument, Value, channel_uuid, variable_name, variable_value

MAX_LEGS = 50
MAX_RING_S = 300
GIVE_UP_AFTER_S = 5  # beyond the longest leg: FreeSWITCH ends each leg by itself, a second late at most

CONFIRM_KEY = "1"
KEY_WITHIN_MS = 4000  # from the end of the whisper; then it is said again

_NUMBER = re.compile(r"[0-9]{3,20}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}")


@dataclass(frozen=True, slots=True)
class DialLeg:
    """One phone to ring: the UUID that its channel is to get, the digits to dial, seconds to ring."""

    uuid: str
    number: str
    ring_timeout_s: int


@dataclass(frozen=True, slots=True)
class Greeting:
    """What the person who answers hears before he talks to the caller.

    sound      from `arguments.files`
    seconds    for hearing it and, with `confirm`, for pressing CONFIRM_KEY; who has not done so by then is let go
    caller     UUID of the caller's channel, which is told who picked up
    """

    sound: Argument
    seconds: int
    caller: str
    confirm: bool = False


def dial_string(
    legs: Sequence[DialLeg],
    trunk: Trunk,
    caller_id: str = "",
    variables: Mapping[str, Value] | None = None,
    greeting: Greeting | None = None,
) -> Argument:
    """The argument of a `bridge` that rings all legs at once; the first to answer gets the caller.

    `caller_id` are the digits shown on the phones ("" leaves the caller's own); `variables` are for every leg. Of the
    legs with a `greeting` that asks for a key, those that picked up are told by `picked_up`.
    """
    if not 1 <= len(legs) <= MAX_LEGS or len({leg.uuid for leg in legs}) < len(legs):
        raise ValueError(f"1 to {MAX_LEGS} legs with UUIDs of their own can be dialled, not {len(legs)}")
    targets = [_leg(leg, trunk, greeting, position) for position, leg in enumerate(legs)]
    longest_s = max(leg.ring_timeout_s for leg in legs) + (greeting.seconds if greeting else 0)
    for_all: dict[str, Value] = {"ignore_early_media": True, "originate_timeout": longest_s + GIVE_UP_AFTER_S}
    if caller_id:
        shown = _digits(caller_id)
        for_all |= {"origination_caller_id_number": shown, "origination_caller_id_name": shown}
    pairs = ",".join([_pairs(for_all | dict(variables or {})), *_greeting(greeting)])
    return Argument(f"{{{pairs}}}{','.join(targets)}")


def _greeting(greeting: Greeting | None) -> list[str]:
    """FreeSWITCH's group_confirm: a key to be pressed, or "exec" for an application that has to end."""
    if not greeting:
        return []
    if not isinstance(greeting.sound, Argument) or not 1 <= greeting.seconds <= MAX_RING_S:
        raise ValueError(f"{greeting!r} cannot be heard")
    how = (
        f"group_confirm_key={CONFIRM_KEY},group_confirm_file={greeting.sound}"
        if greeting.confirm
        else f"group_confirm_key=exec,group_confirm_file=playback {greeting.sound}"
    )
    return [how, f"group_confirm_timeout={greeting.seconds},group_confirm_read_timeout={KEY_WITHIN_MS}"]


def _leg(leg: DialLeg, trunk: Trunk, greeting: Greeting | None, position: int) -> str:
    if type(leg.ring_timeout_s) is not int or not 1 <= leg.ring_timeout_s <= MAX_RING_S:
        raise ValueError(f"a phone cannot ring for {leg.ring_timeout_s!r} s")
    own: dict[str, Value] = {"origination_uuid": channel_uuid(leg.uuid), "leg_timeout": leg.ring_timeout_s}
    pairs = _pairs(own)
    if greeting and greeting.confirm:
        # Nothing else tells a mailbox, which answers and presses nothing, from a phone that rings out.
        pairs += (
            f",api_on_answer=uuid_setvar {channel_uuid(greeting.caller)} {picked_up(position)} {leg.uuid}"
        )
    return f"[{pairs}]{_endpoint(trunk, _digits(leg.number))}"


def _endpoint(trunk: Trunk, number: str) -> str:
    if not _NAME.fullmatch(trunk.name):
        raise ValueError(f"{trunk.name[:80]!r} cannot be the name of a trunk")
    if trunk.kind == "gateway":
        return f"sofia/gateway/{trunk.name}/{number}"
    if trunk.kind != "profile" or not _HOST.fullmatch(trunk.host) or not 0 < trunk.port < 65536:
        raise ValueError(f"{trunk!r} cannot be a trunk")
    return f"sofia/{trunk.name}/{number}@{trunk.host}:{trunk.port}"


def _pairs(variables: Mapping[str, Value]) -> str:
    return ",".join(f"{variable_name(name)}={variable_value(value)}" for name, value in variables.items())


def _digits(number: str) -> str:
    if not _NUMBER.fullmatch(number):
        raise ValueError(f"{number[:80]!r} cannot be dialled")
    return number
