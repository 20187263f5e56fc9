"""The argument of `bridge`: which phones to ring, over which trunk, for how long. Pure.

    {ignore_early_media=true,originate_timeout=25}[origination_uuid=…,leg_timeout=20]sofia/gateway/carrier/138…,[…]…

Every value is digits, a UUID or a checked name; anything else is a ValueError, so no text can add a leg, a
variable or an application.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.settings import Trunk
from app.telephony.arguments import Argument, Value, channel_uuid, variable_name, variable_value

MAX_LEGS = 50
MAX_RING_S = 300
GIVE_UP_AFTER_S = 5  # beyond the longest leg: FreeSWITCH ends each leg by itself, a second late at most

_NUMBER = re.compile(r"[0-9]{3,20}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}")


@dataclass(frozen=True, slots=True)
class DialLeg:
    """One phone to ring: the UUID that its channel is to get, the digits to dial, seconds to ring."""

    uuid: str
    number: str
    ring_timeout_s: int


def dial_string(
    legs: Sequence[DialLeg], trunk: Trunk, caller_id: str = "", variables: Mapping[str, Value] | None = None
) -> Argument:
    """The argument of a `bridge` that rings all legs at once; the first to answer gets the caller.

    `caller_id` are the digits shown on the phones ("" leaves the caller's own); `variables` are for every leg.
    """
    if not 1 <= len(legs) <= MAX_LEGS or len({leg.uuid for leg in legs}) < len(legs):
        raise ValueError(f"1 to {MAX_LEGS} legs with UUIDs of their own can be dialled, not {len(legs)}")
    targets = [_leg(leg, trunk) for leg in legs]
    ring_s = max(leg.ring_timeout_s for leg in legs)
    for_all: dict[str, Value] = {"ignore_early_media": True, "originate_timeout": ring_s + GIVE_UP_AFTER_S}
    if caller_id:
        shown = _digits(caller_id)
        for_all |= {"origination_caller_id_number": shown, "origination_caller_id_name": shown}
    return Argument(f"{{{_pairs(for_all | dict(variables or {}))}}}{','.join(targets)}")


def _leg(leg: DialLeg, trunk: Trunk) -> str:
    if type(leg.ring_timeout_s) is not int or not 1 <= leg.ring_timeout_s <= MAX_RING_S:
        raise ValueError(f"a phone cannot ring for {leg.ring_timeout_s!r} s")
    own: dict[str, Value] = {"origination_uuid": channel_uuid(leg.uuid), "leg_timeout": leg.ring_timeout_s}
    return f"[{_pairs(own)}]{_endpoint(trunk, _digits(leg.number))}"


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
