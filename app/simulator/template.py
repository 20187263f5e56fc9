"""The header fields of a channel as a real FreeSWITCH shows them: a recording with this call's values."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson

RECORDED = Path(__file__).with_name("data") / "channel.json"
SAFE = "!$'()*,-./~_"  # FreeSWITCH leaves these as they are, besides letters and digits
Fields = dict[str, Any]


@cache
def _recorded() -> Mapping[str, str]:
    """The parts of the recording (core, caller, variables …), each as JSON text with {placeholders}."""
    return {part: json.dumps(fields) for part, fields in json.loads(RECORDED.read_text("utf-8")).items()}


def filled(part: str, **values: str) -> Fields:
    """The fields of one part with `values` put in for the {placeholders}; values may hold anything."""
    text = _recorded()[part]
    for name, value in values.items():
        text = text.replace("{" + name + "}", json.dumps(value)[1:-1])
    fields: Fields = orjson.loads(text)
    return fields


def core_fields(event: str, sequence: int, now_us: int, core_uuid: str) -> Fields:
    """The fields that every event begins with."""
    seconds = now_us // 1_000_000
    return _CORE | {
        "Event-Name": event,
        "Core-UUID": core_uuid,
        "Event-Date-Local": time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds)),
        "Event-Date-GMT": time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(seconds)),
        "Event-Date-Timestamp": str(now_us),
        "Event-Sequence": str(sequence),
    }


_CORE = filled("core")


def url_encoded(fields: Mapping[str, Any]) -> bytes:
    """A header block as the plain format writes it, with its empty line; a list becomes ARRAY::a|:b."""
    lines = (f"{name}: {quote(_flat(value), safe=SAFE)}\n" for name, value in fields.items())
    return "".join((*lines, "\n")).encode()


def _flat(value: str | list[str]) -> str:
    return value if isinstance(value, str) else "ARRAY::" + "|:".join(value)


def as_event(fields: Fields) -> bytes:
    """An event as `event json` sends it: two headers, empty line, JSON body."""
    body = orjson.dumps(fields)
    return b"Content-Length: %d\nContent-Type: text/event-json\n\n%b" % (len(body), body)


def as_plain_event(fields: Fields) -> bytes:
    """An event as `event plain` sends it."""
    body = url_encoded(fields)
    return b"Content-Length: %d\nContent-Type: text/event-plain\n\n%b" % (len(body), body)
