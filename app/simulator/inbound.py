"""The switch's own event socket: whoever knows the password can have it place calls."""

from __future__ import annotations

import contextlib
import hmac
import json
import re
import uuid

import gevent
from gevent.lock import Semaphore
from gevent.server import StreamServer
from gevent.socket import socket

from app.simulator import api, dialstring
from app.simulator.commands import Command, CommandReader, TooLong
from app.simulator.dialplan import Inline
from app.simulator.switch import SimulatedSwitch

MAX_CONNECTIONS = 50
AUTH_S = 10.0
SEND_S = 10.0
NOBODY = "0000000000"  # the number that FreeSWITCH shows when it is told none
INLINE = re.compile(r"&(?P<name>\w+)\((?P<argument>[^)]*)\)")


class EventSocket(StreamServer):
    """Serves one switch."""

    def __init__(self, listen: tuple[str, int], switch: SimulatedSwitch, password: str) -> None:
        super().__init__(listen, self._serve, spawn=MAX_CONNECTIONS)
        self._switch, self._password = switch, password

    def _serve(self, sock: socket, _peer: object) -> None:
        with contextlib.suppress(OSError, TooLong):
            _Client(sock, self._switch, self._password).run()


class _Client:
    def __init__(self, sock: socket, switch: SimulatedSwitch, password: str) -> None:
        self._sock, self._switch, self._password = sock, switch, password
        self._trusted = self._hears_jobs = False
        self._sending = Semaphore()

    def run(self) -> None:
        self._sock.settimeout(AUTH_S)
        self._send("Content-Type: auth/request")
        reader = CommandReader()
        while data := self._sock.recv(65536):
            for command in reader.feed(data):
                self._obey(command)
                if command.line == "exit":
                    return

    def _obey(self, command: Command) -> None:
        word, _, rest = command.line.partition(" ")
        if word == "auth":
            self._auth(rest)
        elif word == "exit":
            self._reply("+OK bye")
        elif not self._trusted:
            self._reply("-ERR command not found")
        elif word == "api":
            self._send("Content-Type: api/response", self._api(rest))
        elif word == "bgapi":
            job = command.headers.get("job-uuid") or str(uuid.uuid4())
            self._reply(f"+OK Job-UUID: {job}\nJob-UUID: {job}")
            gevent.spawn(self._job, job, rest)
        elif word == "event":
            self._hears_jobs = "BACKGROUND_JOB" in rest.split()
            self._reply("+OK event listener enabled json")
        else:
            self._reply("-ERR command not found")

    def _auth(self, password: str) -> None:
        self._trusted = hmac.compare_digest(password.encode(), self._password.encode())
        self._sock.settimeout(None if self._trusted else AUTH_S)
        self._reply("+OK accepted" if self._trusted else "-ERR invalid")

    def _job(self, job: str, line: str) -> None:
        name, _, rest = line.partition(" ")
        said = self._originate(rest) if name == "originate" else self._api(line)
        event = {"Event-Name": "BACKGROUND_JOB", "Job-UUID": job, "Job-Command": name, "_body": said}
        if self._hears_jobs:
            with contextlib.suppress(OSError):
                self._send("Content-Type: text/event-json", json.dumps(event))

    def _originate(self, line: str) -> str:
        """originate <dial string> <number> XML <context>, or <dial string> &<application>(<argument>)"""
        dial, _, rest = line.partition(" ")
        rounds, words, inline = dialstring.parse(dial), rest.split(), INLINE.fullmatch(rest)
        if not (inline or len(words) == 3) or len(rounds) != 1 or len(rounds[0]) != 1:
            return "-USAGE: <call url> <exten>|&<application_name>(<app_args>) [<dialplan>] [<context>]\n"
        (to,) = rounds[0]
        if to.failure:
            return f"-ERR {to.failure}\n"
        if inline:
            shown = to.variables.get("origination_caller_id_number", NOBODY)
            story, cause = self._switch.ring(to, shown, Inline(inline["name"], inline["argument"]))
        else:
            story, cause = self._switch.ring(to, words[0])
        return f"+OK {story.call_id}\n" if story else f"-ERR {cause}\n"

    def _api(self, line: str) -> str:
        """An API command about a call that is live."""
        name, _, rest = line.partition(" ")
        if channel := self._switch.live_calls.get(rest.partition(" ")[0]):
            return api.answer(channel, line)
        return "false" if name == "uuid_exists" else api.NO_CHANNEL

    def _reply(self, text: str) -> None:
        self._send(f"Content-Type: command/reply\nReply-Text: {text}")

    def _send(self, head: str, body: str = "") -> None:
        data = body.encode()
        length = f"\nContent-Length: {len(data)}" if data else ""
        with self._sending, gevent.Timeout(SEND_S, OSError("not read")):
            self._sock.sendall(f"{head}{length}\n\n".encode() + data)
