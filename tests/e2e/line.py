"""The event socket's protocol in a few lines: headers, an empty line, a body of Content-Length bytes."""

from __future__ import annotations

import socket
from typing import NamedTuple
from urllib.parse import unquote

DEADLINE_S = 10.0


class Block(NamedTuple):
    """One message from FreeSWITCH. Header values are url-decoded."""

    headers: dict[str, str]
    body: str = ""


class Line:
    """A connection to FreeSWITCH, inbound or outbound."""

    def __init__(self, connection: socket.socket) -> None:
        connection.settimeout(DEADLINE_S)
        self.socket = connection
        self._file = connection.makefile("rb")

    @classmethod
    def to(cls, port: int, password: str) -> Line:
        """An inbound connection; PermissionError when the password is refused."""
        line = cls(socket.create_connection(("127.0.0.1", port), DEADLINE_S))
        line.read()
        reply = line.ask(f"auth {password}").headers.get("Reply-Text", "")
        if not reply.startswith("+OK"):
            line.close()
            raise PermissionError(reply)
        return line

    def send(self, *lines: str) -> None:
        self.socket.sendall(("\n".join(lines) + "\n\n").encode())

    def ask(self, *lines: str) -> Block:
        """Send a command and read its reply, past any events."""
        self.send(*lines)
        while (block := self.read()).headers.get("Content-Type") not in ("command/reply", "api/response"):
            pass
        return block

    def execute(self, application: str, argument: str = "") -> Block:
        command = ["sendmsg", "call-command: execute", f"execute-app-name: {application}"]
        return self.ask(*command, *([f"execute-app-arg: {argument}"] if argument else []))

    def perform(self, application: str, argument: str = "") -> Block:
        """Execute and wait for the end of it: the completion event, its fields as headers."""
        self.ask("event plain CHANNEL_EXECUTE_COMPLETE")
        self.execute(application, argument)
        while (event := self.read_event()).headers.get("Application") != application:
            pass
        return event

    def read_event(self) -> Block:
        """The next event, its fields as headers."""
        while (block := self.read()).headers.get("Content-Type") != "text/event-plain":
            pass
        return Block(_headers(block.body.splitlines()))

    def read(self) -> Block:
        """The next message; EOFError when FreeSWITCH has closed the connection."""
        lines: list[str] = []
        while (raw := self._file.readline()).strip() or not lines:
            if not raw:
                raise EOFError
            lines.append(raw.decode("utf-8", "replace").rstrip("\n"))
        headers = _headers(lines)
        length = int(headers.get("Content-Length", 0))
        return Block(headers, self._file.read(length).decode("utf-8", "replace"))

    def cut(self) -> None:
        """End the connection from any thread, as the kernel does for a process that was killed."""
        self.socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._file.close()
        self.socket.close()


def _headers(lines: list[str]) -> dict[str, str]:
    pairs = (line.partition(": ") for line in lines if line)
    return {name: unquote(value) for name, _, value in pairs}
