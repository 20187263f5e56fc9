"""One call of the load generator: answers a controller's commands from a rendered script."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence

from gevent import socket
from gevent.event import Event

from app.simulator.commands import Command, CommandReader, TooLong
from app.simulator.listener import OWN_EVENTS
from app.simulator.rendered import APPLICATION_UUID, KEYS_VARIABLE, LEG, NAME, Rendered, Script

DEADLINE_S = 30.0
OF_APPLICATION = ("CHANNEL_EXECUTE", "CHANNEL_EXECUTE_COMPLETE")
DID = b"4008001234"
OK = b"Content-Type: command/reply\nReply-Text: +OK\n\n"
ORIGINATION = re.compile(r"origination_uuid=([0-9A-Za-z-]+)")


class LoadCall:
    """A standard call. `run` blocks until it is over; afterwards the times are known, or `failure` is a word for it.

    connect_s, first_command_s and call_s count from the begin of the TCP connection.
    """

    def __init__(
        self, scripts: Mapping[bool, Script], release: Event | None = None, did: bytes = DID
    ) -> None:
        self._did = did
        self.failure = ""
        self.connect_s = self.first_command_s = self.call_s = 0.0
        self._scripts, self._script, self._release = scripts, scripts[False], release
        self._events: frozenset[str] = frozenset()
        self._quiet: set[str] = set()
        self._lingers = self._hung_up = self._closed = False
        self._values = {
            "call": str(uuid.uuid4()).encode(), LEG: b"", KEYS_VARIABLE: b"keys", NAME: b"", APPLICATION_UUID: b"",
        }  # fmt: skip

    def run(self, address: tuple[str, int]) -> None:
        """Have the controller at `address` handle the call."""
        self._began = time.monotonic()
        try:
            with socket.create_connection(address, DEADLINE_S) as connection:
                self._converse(connection)
        except TimeoutError:
            self.failure = "silent"
        except ConnectionRefusedError:
            self.failure = "refused"
        except (OSError, TooLong):
            self.failure = "broken"
        self.call_s = self._elapsed()
        if not self.failure and not self._hung_up:
            self.failure = "not hung up"

    def _elapsed(self) -> float:
        return time.monotonic() - self._began

    def _converse(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        reader = CommandReader()
        while not self._closed and (data := connection.recv(65536)):
            answers = b"".join(self._answer(command) for command in reader.feed(data))
            if answers:
                connection.sendall(answers)

    def _answer(self, command: Command) -> bytes:
        if not self.connect_s:
            self.connect_s = self._elapsed()
            return self._script.connect_reply(self._values["call"]).replace(DID, self._did)
        self.first_command_s = self.first_command_s or self._elapsed()
        word, _, rest = command.line.partition(" ")
        if word == "sendmsg":
            return OK + b"".join(self._execute(command.headers))
        if word == "api":
            return b"Content-Type: api/response\nContent-Length: 4\n\n+OK\n"
        if word == "exit":
            self._closed = True
        elif word in ("event", "myevents"):
            self._subscribe(word, rest)
        elif word == "filter" and rest.startswith("Application -"):
            self._quiet.add(rest.partition("-")[2])
        self._lingers |= word == "linger"
        return OK

    def _subscribe(self, word: str, rest: str) -> None:
        self._script = self._scripts["json" in rest]
        self._events |= set(rest.split()) if word == "event" else OWN_EVENTS

    def _execute(self, message: Mapping[str, str]) -> Iterator[bytes]:
        name = "hangup" if message["call-command"] == "hangup" else message.get("execute-app-name", "")
        self._take_values(name, message)
        if self._release and name == "play_and_get_digits":
            self._release.wait()
        events = self._script.applications.get(name) or self._script.applications["*"]
        quiet = name in self._quiet
        yield from self._filled([event for event in events if not (quiet and event.event in OF_APPLICATION)])
        if name == "hangup" and not self._hung_up:
            self._hung_up = True
            yield from self._filled(self._script.over)
            yield self._notice()

    def _take_values(self, name: str, message: Mapping[str, str]) -> None:
        argument = message.get("execute-app-arg", "")
        self._values[NAME] = name.encode()
        self._values[APPLICATION_UUID] = (message.get("event-uuid") or str(uuid.uuid4())).encode()
        if name == "play_and_get_digits":
            self._values[KEYS_VARIABLE] = argument.split()[7].encode()
        elif name == "bridge" and (leg := ORIGINATION.search(argument)):
            self._values[LEG] = leg[1].encode()

    def _filled(self, events: Sequence[Rendered]) -> Iterator[bytes]:
        for event in events:
            if event.event in self._events:
                yield event.filled(self._values)

    def _notice(self) -> bytes:
        """The disconnect notice; without lingering it is the end."""
        self._closed = not self._lingers
        disposition = b"linger" if self._lingers else b"disconnect"
        head = b"Content-Type: text/disconnect-notice\nControlled-Session-UUID: %b\n" % self._values["call"]
        return head + b"Content-Disposition: %b\nContent-Length: 0\n\n" % disposition
