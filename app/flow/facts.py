"""What is known about a call when it begins; with the snapshot and the outcomes it determines the whole call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.routing.regions import Region


@dataclass(frozen=True, slots=True)
class CallFacts:
    """The facts at a call's start.

    call_id           FreeSWITCH's channel UUID, the key of the call everywhere
    did               the 400 number dialled, ten digits
    ani               the caller's number as the trunk gave it, digits only; "" when withheld
    region            where the caller's number is from; None when that cannot be told
    now               when the call began, aware
    seed              all chance in the call comes from it
    snapshot_version  of the snapshot that the call runs on
    switch            host name of the FreeSWITCH machine
    """

    call_id: str
    did: str
    ani: str
    region: Region | None
    now: datetime
    seed: int
    snapshot_version: int
    switch: str = ""
