"""FreeSWITCH's end of the connection, as a script: a test says word for word what the switch sends, and when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gevent
import orjson
from gevent import socket

from app.settings import Address

UUID = "5a1b7c3e-0d4f-4c2a-9e8b-112233445566"
WITHIN_S = 5.0

OK = b"Content-Type: command/reply\nReply-Text: +OK\n\n"
HEADERS = {
    "Event-Name": "CHANNEL_DATA",
    "Unique-ID": UUID,
    "Caller-Caller-ID-Name": "%E5%B0%8F%E5%BA%97",
    "Caller-Caller-ID-Number": "13800138000",
    "Caller-Destination-Number": "4008001234",
    "variable_socket_resume": "true",
    "Content-Type": "command/reply",
    "Reply-Text": "%2BOK%0A",
}

Command = dict[str, str]


class Switch:
    """A connection to a call server. It answers `connect`, and with `replies` every other command, at once; it goes
    when told to `exit`."""

    def __init__(
        self,
        address: Address,
        headers: dict[str, str] | None = None,
        *,
        connects: bool = True,
        replies: bool = True,
    ) -> None:
        self.commands: list[Command] = []
        self.received = 0
        self.closed = False
        self._unread: list[Command] = []
        self._headers = HEADERS | (headers or {})
        self._connects, self._replies = connects, replies
        self._sock = socket.create_connection((address.host, address.port))
        self._reader = gevent.spawn(self._read)

    # What it is told

    def expect(self, text: str) -> Command:
        """The next command with `text` in one of its lines; those before it are skipped."""
        found: list[Command] = []

        def arrived() -> bool:
            while self._unread and not found:
                command = self._unread.pop(0)
                if any(text in line for line in command.values()):
                    found.append(command)
            return bool(found)

        until(arrived, f"{text!r} among {self.commands}")
        return found[0]

    def told(self, text: str) -> bool:
        """Whether any command so far had `text` in it."""
        return any(text in line for command in self.commands for line in command.values())

    def _read(self) -> None:
        buffer = b""
        try:
            while data := self._sock.recv(65536):
                self.received += len(data)
                *commands, buffer = (buffer + data).split(b"\n\n")
                for command in commands:
                    self._take(command.decode())
        except OSError:
            pass  # reset: as good as closed
        self.closed = True

    def _take(self, text: str) -> None:
        first, *lines = text.split("\n")
        command = {"command": first} | dict(line.split(": ", 1) for line in lines)
        self.commands.append(command)
        self._unread.append(command)
        if first == "connect" and self._connects:
            self.send(self.connect_reply())
        elif first != "connect" and self._replies:
            self.send(OK)
        if first == "exit":
            self._sock.shutdown(socket.SHUT_WR)

    # What it says

    def send(self, data: bytes) -> None:
        self._sock.sendall(data)

    def connect_reply(self) -> bytes:
        return "".join(f"{name}: {value}\n" for name, value in self._headers.items()).encode() + b"\n"

    def event(self, name: str, **fields: Any) -> None:
        """An event of this call; `_` in a field's name stands for `-`, but not in a variable's."""
        self.send(event(name, **fields))

    def complete(self, command: Command, **fields: Any) -> None:
        """The application of an `execute` is done."""
        self.event(
            "CHANNEL_EXECUTE_COMPLETE",
            Application=command["execute-app-name"],
            Application_UUID=command.get("event-uuid", "its-own"),
            **fields,
        )

    def hang_up(self, cause: str = "NORMAL_CLEARING", **fields: Any) -> None:
        """The call ends: the event, and no more than that."""
        self.event("CHANNEL_HANGUP", Hangup_Cause=cause, Answer_State="hangup", **fields)

    def end(self, cause: str = "NORMAL_CLEARING") -> None:
        """What follows a hang-up while lingering, to the last byte."""
        self.event("CHANNEL_HANGUP_COMPLETE", Hangup_Cause=cause, Answer_State="hangup")
        self.send(notice("linger") + notice("disconnect", b"Disconnected, goodbye.\n"))
        self.close()

    def close(self) -> None:
        self._reader.kill()
        self._sock.close()
        self.closed = True

    def stop_reading(self) -> None:
        """Hang, with the connection open."""
        self._reader.kill()

    def shut(self) -> None:
        """Say nothing more, but go on reading."""
        self._sock.shutdown(socket.SHUT_WR)


def event(name: str, **fields: Any) -> bytes:
    """An event as FreeSWITCH frames it."""
    named = {
        key if key.startswith("variable_") else key.replace("_", "-"): value for key, value in fields.items()
    }
    return framed(orjson.dumps({"Event-Name": name, "Unique-ID": UUID} | named))


def framed(body: bytes, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return b"Content-Length: %d\nContent-Type: text/event-json\n\n" % size + body


def notice(disposition: str, body: bytes = b"") -> bytes:
    lines = f"Content-Type: text/disconnect-notice\nControlled-Session-UUID: {UUID}\n"
    return f"{lines}Content-Disposition: {disposition}\nContent-Length: {len(body)}\n\n".encode() + body


def until(condition: Callable[[], object], what: str = "") -> None:
    """Let the other greenlets run until the condition holds."""
    with gevent.Timeout(WITHIN_S, AssertionError(f"not within {WITHIN_S} s: {what or condition}")):
        while not condition():
            gevent.sleep(0.001)
