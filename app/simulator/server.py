"""The simulated switch as a process: takes requests as lines of JSON, answers with lines of JSON.

    {"call": {"ani": …, "did": …, "keys": …, "speed": 10}}   the story's lines as they happen, then {"end": …}
    {"phone": "13900000001", "behaviour": "busy"}            from now on that phone behaves so
    {"phones": true}                                          how all phones behave

It places calls for whoever asks, so it listens on this machine only.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from gevent.server import StreamServer
from gevent.socket import socket

from app.errors import SettingError
from app.settings import Settings
from app.simulator.caller import Caller, HangUp
from app.simulator.clock import Clock
from app.simulator.dialplan import Dialplan
from app.simulator.inbound import EventSocket
from app.simulator.phones import PhoneBehaviour
from app.simulator.story import CallStory
from app.simulator.switch import SimulatedSwitch
from app.simulator.switch_cdr import RecordKeeper

log = logging.getLogger(__name__)

MAX_LINE_BYTES = 4096
MAX_CONNECTIONS = 200
IDLE_S = 60.0  # how long a connection may say nothing
SEND_S = 10.0
CALL_FIELDS = {
    "ani",
    "did",
    "keys",
    "hang_up",
    "hang_up_after_s",
    "patience_s",
    "talk_s",
    "name",
    "answers",
    "speed",
}


class ControlServer(StreamServer):
    """Serves requests for one switch."""

    def __init__(self, listen: tuple[str, int], switch: SimulatedSwitch) -> None:
        super().__init__(listen, self._serve, spawn=MAX_CONNECTIONS)
        self._switch = switch

    def _serve(self, sock: socket, _peer: object) -> None:
        sock.settimeout(IDLE_S)
        reader = sock.makefile("rb")
        try:
            while (line := reader.readline(MAX_LINE_BYTES + 1)).endswith(b"\n"):
                for answer in self._answers(line):
                    sock.sendall(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
            if len(line) > MAX_LINE_BYTES:
                sock.sendall(
                    json.dumps({"error": f"a line is longer than {MAX_LINE_BYTES} bytes"}).encode() + b"\n"
                )
        except OSError as gone:
            log.debug("control connection ended: %s", gone)
        finally:
            reader.close()

    def _answers(self, line: bytes) -> Iterator[dict[str, Any]]:
        try:
            yield from self._obey(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError) as bad:
            yield {"error": f"not understood: {bad}"}

    def _obey(self, request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        if "call" in request:
            yield from self._call(request["call"])
        elif "phone" in request:
            self._switch.phones.set(str(request["phone"]), PhoneBehaviour.read(request["behaviour"]))
            yield {"phones": self._phones()}
        elif "phones" in request:
            yield {"phones": self._phones()}
        else:
            yield {"error": "expected call, phone or phones"}

    def _phones(self) -> dict[str, str]:
        return {number: str(behaviour) for number, behaviour in self._switch.phones.behaviours.items()}

    def _call(self, fields: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        clock = Clock(float(fields.get("speed", 1)))
        story = self._switch.place(read_caller(fields), clock)
        try:
            for line in story:
                yield {"line": line.encode()}
            yield {"end": {"call_id": story.call_id, "hangup_cause": story.hangup_cause}}
        finally:
            self._hang_up(story)

    def _hang_up(self, story: CallStory) -> None:
        """Whoever asked for a call and leaves hangs up."""
        if channel := self._switch.live_calls.get(story.call_id):
            channel.caller_hangs_up()


def read_caller(fields: Mapping[str, Any]) -> Caller:
    """The caller that a request describes. ValueError or TypeError when it describes none."""
    if unknown := set(fields) - CALL_FIELDS:
        raise ValueError(f"a call has no {', '.join(sorted(unknown))}")
    values = {name: value for name, value in fields.items() if name != "speed" and value is not None}
    if "hang_up" in values:
        values["hang_up"] = HangUp(values["hang_up"])
    return Caller(**values)


def _open_event_socket(settings: Settings, switch: SimulatedSwitch) -> None:
    """For call-backs, where no real switch is named for them. Without it everything else still works."""
    if settings.switch or not settings.switch_socket:
        return
    address, password = settings.switch_socket
    try:
        EventSocket(address, switch, password).start()
    except OSError as bad:
        log.warning("no call-backs through the simulated switch: %s: %s", address, bad)


def serve(settings: Settings) -> None:
    """Run the simulated switch until the process ends. Its calls go to the controllers of `settings`."""
    host, port = settings.simulator_listen
    if host != "localhost" and not ip_address(host).is_loopback:
        expected = "an address of this machine only, such as 127.0.0.1:8085"
        raise SettingError("HOTLINE_SIMULATOR_LISTEN", str(settings.simulator_listen), expected)
    keeper = RecordKeeper(Path(settings.switch_records_dir))
    dialplan = Dialplan(secret=settings.esl_secret)
    switch = SimulatedSwitch([str(settings.esl_listen)], dialplan=dialplan, keep_record=keeper)
    server = ControlServer((host, port), switch)
    _open_event_socket(settings, switch)
    log.info("simulated switch on %s, calls go to %s", settings.simulator_listen, settings.esl_listen)
    server.serve_forever()
