"""What is known when a call arrives, from FreeSWITCH's channel variables and the published snapshot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from app.flow.facts import CallFacts
from app.flow.snapshot import Snapshot
from app.routing.numbers import normalise
from app.routing.regions import lookup

Header = Callable[[str], str]
"""Gives the value of a channel header, "" when it is not there."""


def dialled(header: Header) -> str:
    """The 400 number that was dialled: the dialplan's variable, else the destination; digits only, "" when it is none."""
    return normalise(header("variable_hotline_did") or header("Caller-Destination-Number"))[-10:]


def facts_of(header: Header, did: str, snapshot: Snapshot | None, now: datetime) -> CallFacts:
    """The facts at the start of a call; `now` is aware and is turned into the snapshot's time zone."""
    ani = normalise(header("Caller-Caller-ID-Number"))
    call_id = header("Unique-ID")
    return CallFacts(
        call_id=call_id,
        did=did,
        ani=ani,
        region=lookup(ani) if ani else None,
        now=now.astimezone(ZoneInfo(snapshot.timezone)) if snapshot else now,
        seed=int(call_id.replace("-", "")[:12], 16) if _is_uuid(call_id) else 0,
        snapshot_version=snapshot.version if snapshot else 0,
        switch=header("FreeSWITCH-Hostname")[:64],
    )


def _is_uuid(text: str) -> bool:
    return len(text) == 36 and set(text) <= set("0123456789abcdefABCDEF-")
