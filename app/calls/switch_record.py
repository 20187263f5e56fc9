"""FreeSWITCH's own record of a call (JSON CDR), as far as we need it to close a call that no controller closed. Pure.

mod_json_cdr writes one for each caller's leg when it is over, whatever became of us.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from app.errors import HotlineError

MAX_BYTES = 1024 * 1024  # of what is posted; records of long calls have some ten thousand
MAX_VARIABLES = 64
KEPT = (
    *("uuid", "direction", "hotline_did", "hotline_state", "hotline_callback", "hotline_queue"),
    *("hangup_cause", "start_uepoch", "answer_uepoch", "bridge_uepoch", "end_uepoch"),
    *("originate_disposition", "originate_causes", "originated_legs", "last_bridge_to"),
)
PREFIXES = ("hotline_picked_up_",)
ARRAY = "ARRAY::"
OUTBOUND = "outbound"


class BadSwitchRecord(HotlineError):
    """What was posted as FreeSWITCH's record of a call is none."""


@dataclass(frozen=True, slots=True)
class SwitchRecord:
    """A call as FreeSWITCH knows it: `variables` by name, decoded; moments are microseconds since 1970, 0 for never.

    after_bridge_us  when the last `bridge` was over and the dialplan went on; 0 when the call ended in it
    hung_up          whether a `hangup` of ours or the dialplan's ended the call
    """

    call_id: str
    ani: str
    switch: str
    after_bridge_us: int
    variables: Mapping[str, str]
    hung_up: bool = False

    @property
    def is_call(self) -> bool:
        """Whether it is a call to one of our numbers. Ringing somebody back is none until he answers."""
        placed_by_us = self.variables.get("direction") == OUTBOUND
        reached = bool(self.moment_us("answer_uepoch")) or not placed_by_us
        return bool(self.variables.get("hotline_did")) and reached

    def header(self, name: str) -> str:
        """As a channel's header: `variable_x` for the variable `x`."""
        if name == "Unique-ID":
            return self.call_id
        if name == "Caller-Caller-ID-Number":
            return self.ani
        if name == "FreeSWITCH-Hostname":
            return self.switch
        return self.variables.get(name.removeprefix("variable_"), "")

    def texts(self, name: str) -> tuple[str, ...]:
        return texts_of(self.header(name))

    def moment_us(self, name: str) -> int:
        text = self.variables.get(name, "")
        return int(text) if text.isascii() and text.isdigit() else 0

    def to_json(self) -> dict[str, Any]:
        """JSON values; `from_json` reads them."""
        names = ("call_id", "ani", "switch", "after_bridge_us", "hung_up")
        return {name: getattr(self, name) for name in names} | {"variables": dict(self.variables)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> SwitchRecord:
        return cls(**kept)


def read(posted: Any) -> SwitchRecord:
    """From the JSON of mod_json_cdr, with or without encoded values. BadSwitchRecord when it is none."""
    try:
        return _read(posted)
    except (LookupError, TypeError, ValueError, AttributeError) as wrong:
        raise BadSwitchRecord(f"no record of a call: {wrong!r}") from wrong


def _read(posted: Mapping[str, Any]) -> SwitchRecord:
    told = {str(name): unquote(str(value)) for name, value in posted["variables"].items() if _is_kept(name)}
    if len(told) > MAX_VARIABLES or len(told["uuid"]) > 64:
        raise ValueError("too much of it")
    flow = posted.get("callflow") or [{}]
    # The oldest profile tells who called, before any transfer; of whom we rang back, the newest, as the called one.
    profile = flow[0 if told.get("direction") == OUTBOUND else -1].get("caller_profile", {})
    applications = posted.get("app_log", {}).get("applications", [])
    return SwitchRecord(
        call_id=told["uuid"],
        ani=unquote(str(profile.get("caller_id_number", "")))[:32],
        switch=str(posted.get("switchname", ""))[:64],
        after_bridge_us=_after_bridge_us(applications),
        variables=told,
        hung_up=bool(applications) and applications[-1].get("app_name") == "hangup",
    )


def _is_kept(name: str) -> bool:
    return name in KEPT or name.startswith(PREFIXES)


def _after_bridge_us(applications: list[Mapping[str, Any]]) -> int:
    names = [str(entry.get("app_name", "")) for entry in applications]
    if "bridge" not in names:
        return 0
    last = len(names) - 1 - names[::-1].index("bridge")
    return int(applications[last + 1]["app_stamp"]) if last + 1 < len(applications) else 0


def texts_of(value: str) -> tuple[str, ...]:
    """The texts in the value of a channel variable, written as FreeSWITCH writes several of them into one."""
    if value.startswith(ARRAY):
        return tuple(value.removeprefix(ARRAY).split("|:"))
    return (value,) if value else ()
