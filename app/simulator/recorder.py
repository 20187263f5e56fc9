"""Records what a real FreeSWITCH and a controller say to each other: a proxy between them that writes tests/wire.

Hosts and addresses are replaced by examples, so that a recording can be shown to anybody.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import TextIO

import gevent
from gevent import socket
from gevent.pool import Pool
from gevent.server import StreamServer

from app.simulator.recording import Frame, FrameCutter

OWN_NETWORK = re.compile(r"\b(?!127\.|0\.0\.0\.0|192\.0\.2\.)\d{1,3}(?:\.\d{1,3}){3}\b")
HOST_FIELDS = {
    "FreeSWITCH-Hostname": "switch-1",
    "FreeSWITCH-IPv4": "192.0.2.10",
    "FreeSWITCH-IPv6": "2001:db8::10",
}
TELLING = re.compile(
    r"Event-Name|Event-Date-Timestamp|Unique-ID|Channel-State|Answer-State|Application.*|Hangup-Cause|DTMF-.*|Bridge-.*"
    r"|Other-Leg-Unique-ID|Caller-Channel-(Answered|Progress|Bridged|Hangup)-Time|Record-.*|Content-Type|Reply-Text"
    r"|Socket-Mode|Control|Caller-(Caller-ID-Number|Caller-ID-Name|Destination-Number)|variable_(originat.*|endpoint_disposition"
    r"|DIALSTATUS|digits.*|read_(result|terminator_used)|playback_terminator_used|.*hangup_cause|current_application_response|socket_resume"
    r"|billmsec|record_(seconds|ms)|silence_hits_exhausted|last_app|last_arg|(last_)?bridge_.*|signal_bond|hotline_.*|h400_.*)"
)


class Recorder:
    """Passes connections made to `listen` on to `to` ("host:port" both) and writes their frames to `out`.

    `brief` keeps only the telling fields of an event: whole ones are 10 KB each.
    """

    def __init__(self, listen: str, to: str, out: TextIO, *, brief: bool = False) -> None:
        self._to, self._out, self._brief = _address(to), out, brief
        self._began: float | None = None
        self._connections = count(1)
        self.server = StreamServer(_address(listen), self._record, spawn=Pool())

    def _record(self, switch: socket.socket, _peer: object) -> None:
        self._began = self._began or time.monotonic()
        number = next(self._connections)
        controller = socket.create_connection(self._to)
        greenlets = [
            gevent.spawn(self._pass_on, switch, controller, number, "switch"),
            gevent.spawn(self._pass_on, controller, switch, number, "controller"),
        ]
        gevent.joinall(greenlets)
        controller.close()

    def _pass_on(self, source: socket.socket, target: socket.socket, number: int, side: str) -> None:
        cutter = FrameCutter()
        try:
            while data := source.recv(65536):
                for head, body in cutter.feed(data):
                    self._write(Frame(self._at(), number, side, head, body))
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            target.close()
        self._write(Frame(self._at(), number, side, closed=True))

    def _at(self) -> float:
        return time.monotonic() - (self._began or 0.0)

    def _write(self, frame: Frame) -> None:
        frame = _with(frame, shortened if self._brief else lambda head, body: (head, body))
        self._out.write(str(_with(frame, sanitised)) + ("" if not frame.closed else "\n"))
        self._out.flush()


def _with(frame: Frame, change: Callable[[str, str], tuple[str, str]]) -> Frame:
    head, body = change(frame.head, frame.body)
    return Frame(frame.at_s, frame.connection, frame.side, head, body, frame.closed)


def shortened(head: str, body: str) -> tuple[str, str]:
    """Only the telling fields of events and of the answer to `connect`."""
    if head.startswith("Event-Name:"):
        return "\n".join(line for line in head.split("\n") if TELLING.fullmatch(line.partition(":")[0])), body
    if body.startswith("{"):
        fields = {name: value for name, value in json.loads(body).items() if TELLING.fullmatch(name)}
        return head, json.dumps(fields, ensure_ascii=False)
    return head, body


def sanitised(head: str, body: str) -> tuple[str, str]:
    """Without this machine's name and addresses."""
    for name, example in HOST_FIELDS.items():
        head = re.sub(rf"^{name}: .*$", f"{name}: {example}", head, flags=re.MULTILINE)
        body = re.sub(rf'("{name}": ?)"[^"]*"', rf'\1"{example}"', body)
    return OWN_NETWORK.sub("192.0.2.10", head), OWN_NETWORK.sub("192.0.2.10", body)


def record(listen: str, to: str, out: Path, *, brief: bool = False) -> None:
    """Record until interrupted: `hotline400 record-wire`."""
    with out.open("w", encoding="utf-8") as file:
        Recorder(listen, to, file, brief=brief).server.serve_forever()


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host or "127.0.0.1", int(port)
