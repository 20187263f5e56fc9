"""The controller's bytes cut into commands, as FreeSWITCH's `read_packet` cuts them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MAX_BYTES = 1 << 20
END = re.compile(rb"\r?\n\r?\n")
NUMBER = re.compile(r"\s*([+-]?\d{1,18})")


def atoi(text: str) -> int:
    """The number that `text` begins with, 0 when it begins with none: how FreeSWITCH reads every number."""
    match = NUMBER.match(text)
    return int(match[1]) if match else 0


class TooLong(Exception):
    """A command does not end within MAX_BYTES."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its first line, and the headers below it by lower-case name; a body is under "_body"."""

    line: str
    headers: Mapping[str, str]


class CommandReader:
    """Collects bytes until commands are complete."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> Iterator[Command]:
        """The commands that `data` completes. TooLong when one does not come to an end."""
        self._buffer += data
        while (command := self._next()) is not None:
            yield command
        if len(self._buffer) > MAX_BYTES:
            raise TooLong(f"{len(self._buffer)} bytes without an end")

    def _next(self) -> Command | None:
        self._buffer = self._buffer.lstrip(b"\r\n")
        if not (end := END.search(self._buffer)):
            return None
        rest = self._buffer[end.end() :]
        line, *lines = self._buffer[: end.start()].decode("utf-8", "replace").replace("\r", "").split("\n")
        headers = dict(_header(text) for text in lines)
        length = atoi(headers.get("content-length", ""))
        if len(rest) < length:
            return None
        headers["_body"] = rest[:length].decode("utf-8", "replace")
        self._buffer = rest[length:]
        return Command(line, headers)


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip().lower(), value.strip()
