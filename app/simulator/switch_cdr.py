"""The record that FreeSWITCH itself writes of a call when it is over (mod_json_cdr), whatever became of its controllers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson

from app.simulator.channel import Channel
from app.simulator.template import SAFE

HOSTNAME = "switch-1"

KeepRecord = Callable[[Channel], object]


def record_of(channel: Channel) -> dict[str, Any]:
    """The record of a call that is over, with the values of its variables encoded, as `encode-values` has them."""
    applications = [
        {"app_name": name} | ({"app_data": argument} if argument else {}) | {"app_stamp": str(at_us)}
        for name, argument, at_us in channel.application_log
    ]
    variables = {name.removeprefix("variable_"): _encoded(value) for name, value in channel.variables.items()}
    return {
        "core-uuid": channel.core_uuid,
        "switchname": HOSTNAME,
        "channel_data": {"state": "CS_REPORTING", "direction": "inbound", "state_number": "11"},
        "variables": variables,
        "app_log": {"applications": applications},
        "callflow": [{"dialplan": "XML", "profile_index": "1", "caller_profile": _profile(channel)}],
    }


def _profile(channel: Channel) -> dict[str, str]:
    caller = channel.caller
    ani = caller.ani or "anonymous"
    return {
        "username": ani, "dialplan": "XML", "caller_id_name": caller.name or ani, "ani": ani, "caller_id_number": ani,
        "network_addr": "127.0.0.1", "destination_number": caller.did, "uuid": channel.uuid, "source": "mod_sofia",
        "context": "hotline400",
    }  # fmt: skip


def _encoded(value: str | list[str]) -> str:
    return quote(value if isinstance(value, str) else "ARRAY::" + "|:".join(value), safe=SAFE)


class RecordKeeper:
    """Leaves records in a folder, as mod_json_cdr does when nobody takes them: in place, a line's end last."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, channel: Channel) -> None:
        """Write the record of a call that is over."""
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / f"{channel.uuid}.cdr.json").write_bytes(orjson.dumps(record_of(channel)) + b"\n")
