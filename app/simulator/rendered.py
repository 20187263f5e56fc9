"""The standard call as bytes, made once by the simulator's own applications: only UUIDs are put in for each call.

So a load generator says what the simulated switch says, for a fraction of the CPU time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.simulator import template
from app.simulator.caller import Caller
from app.simulator.channel import Channel
from app.simulator.clock import InstantClock
from app.simulator.execution import obey, run_application
from app.simulator.phones import PhoneBehaviour, Phones
from app.simulator.reporting import report

APPLICATION_UUID, LEG, KEYS_VARIABLE, NAME = "APPLICATIONUUID", "LEGUUID", "KEYSVARIABLE", "APPLICATIONNAME"
PHONE = "13900000001"
ARGUMENTS = {
    "answer": "",
    "playback": "silence_stream://0",
    "play_and_get_digits": f"1 1 1 1000 # silence_stream://0 silence_stream://0 {KEYS_VARIABLE} . 1000",
    "bridge": f"[origination_uuid={LEG}]sofia/gateway/carrier/{PHONE}",
    "hangup": "NORMAL_CLEARING",
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """One event in pieces; between them go the values that `holes` names, and the length of its body in front."""

    event: str
    content_type: bytes
    pieces: tuple[bytes, ...]
    holes: tuple[str, ...]

    def filled(self, values: Mapping[str, bytes]) -> bytes:
        """The bytes of the event with its headers."""
        parts = [self.pieces[0]]
        for hole, piece in zip(self.holes, self.pieces[1:], strict=True):
            parts += (values[hole], piece)
        body = b"".join(parts)
        return b"Content-Length: %d\nContent-Type: text/%b\n\n%b" % (len(body), self.content_type, body)


@dataclass(frozen=True, slots=True)
class Script:
    """What the switch answers in the standard call: to `connect`, and per application the events of it.

    `applications["*"]` is for any that takes no time. `over` comes after the hang-up.
    """

    connected: tuple[bytes, ...]
    applications: Mapping[str, Sequence[Rendered]]
    over: Sequence[Rendered]

    def connect_reply(self, call_uuid: bytes) -> bytes:
        return call_uuid.join(self.connected)


class _Capture:
    """Stands where a listener stands and keeps the fields of all events."""

    def __init__(self) -> None:
        self.fields: list[dict[str, Any]] = []

    def wants(self, event: str) -> bool:
        return True

    def send_event(self, fields: dict[str, Any]) -> None:
        self.fields.append(fields)

    def taken(self) -> list[dict[str, Any]]:
        taken, self.fields = self.fields, []
        return taken


def render(*, as_json: bool) -> Script:
    """Play the standard call once, without a socket, and cut its events at the UUIDs."""
    phones = Phones({PHONE: PhoneBehaviour(answer_after_s=0, talk_s=0)})
    channel = Channel(Caller("13800138000", "4008001234"), InstantClock(), phones, obey)
    capture = _Capture()
    channel.listener = capture  # type: ignore[assignment]
    control = {
        "Content-Type": "command/reply",
        "Reply-Text": "+OK\n",
        "Socket-Mode": "async",
        "Control": "full",
    }
    connected = tuple(channel.connect_reply(control).split(channel.uuid.encode()))
    applications: dict[str, list[Rendered]] = {}
    run_application(channel, "set", "x=1", APPLICATION_UUID)
    applications["*"] = [
        _cut(fields | {"Application": NAME}, channel.uuid, as_json) for fields in capture.taken()
    ]
    channel.fire("CHANNEL_PARK")
    for name, argument in ARGUMENTS.items():
        channel.keys.extend("1" if name == "play_and_get_digits" else "")
        run_application(channel, name, argument, APPLICATION_UUID)
        applications[name] = [_cut(fields, channel.uuid, as_json) for fields in capture.taken()]
    channel.fire("CHANNEL_UNPARK")
    socket = {"Application": "socket", "Application-Response": "_none_", "Application-UUID": APPLICATION_UUID}
    channel.fire("CHANNEL_EXECUTE_COMPLETE", socket)
    report(channel)
    return Script(
        connected, applications, [_cut(fields, channel.uuid, as_json) for fields in capture.taken()]
    )


def _cut(fields: dict[str, Any], call_uuid: str, as_json: bool) -> Rendered:
    whole = (template.as_event if as_json else template.as_plain_event)(fields)
    body = whole.partition(b"\n\n")[2].decode()
    holes = re.compile("|".join((call_uuid, APPLICATION_UUID, LEG, KEYS_VARIABLE, NAME)))
    names = tuple("call" if hole == call_uuid else hole for hole in holes.findall(body))
    pieces = tuple(piece.encode() for piece in holes.split(body))
    return Rendered(fields["Event-Name"], b"event-json" if as_json else b"event-plain", pieces, names)
