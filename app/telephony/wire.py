"""The event socket's framing: bytes in, frames out; commands in, bytes out. Pure, and every size has a limit.

A frame is a block of header lines, an empty line, and a body when `Content-Length` announces one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from app.errors import ProtocolError

MAX_HEADER_BYTES = 64 * 1024
MAX_BODY_BYTES = 1024 * 1024

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LENGTH = re.compile(rb"[0-9]{1,9}")


class Frame(NamedTuple):
    """One message of FreeSWITCH. `headers` are the lines as sent, each with a newline before it."""

    headers: bytes
    body: bytes = b""

    def header(self, name: bytes) -> bytes:
        """The value of the first line `name: value`, not decoded; b"" when there is none."""
        return header_line(self.headers, name) or b""


def header_line(lines: bytes, name: bytes) -> bytes | None:
    """The value of the first line `name: value` of lines that each have a newline before them."""
    key = b"\n" + name + b": "
    start = lines.find(key)
    if start < 0:
        return None
    start += len(key)
    end = lines.find(b"\n", start)
    return lines[start:] if end < 0 else lines[start:end]


class FrameReader:
    """Cuts what a socket delivers, in whatever pieces, into frames."""

    __slots__ = ("_buffer", "_headers", "_length", "_searched")

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._searched = 0
        self._headers = b""
        self._length = 0

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that `data` completes; ProtocolError when it cannot be FreeSWITCH who sent it."""
        self._buffer += data
        while (self._headers or self._read_headers()) and len(self._buffer) >= self._length:
            yield self._take_frame()

    def _read_headers(self) -> bool:
        end = self._buffer.find(b"\n\n", self._searched)
        if (len(self._buffer) if end < 0 else end) > MAX_HEADER_BYTES:
            raise ProtocolError(f"headers are longer than {MAX_HEADER_BYTES} bytes")
        if end < 0:
            self._searched = max(0, len(self._buffer) - 1)
            return False
        self._headers = b"\n" + bytes(self._buffer[:end])
        self._length = _body_length(self._headers)
        self._searched = 0
        del self._buffer[: end + 2]
        return True

    def _take_frame(self) -> Frame:
        frame = Frame(self._headers, bytes(self._buffer[: self._length]))
        del self._buffer[: self._length]
        self._headers, self._length = b"", 0
        return frame


def _body_length(headers: bytes) -> int:
    text = header_line(headers, b"Content-Length") or b"0"
    if not _LENGTH.fullmatch(text):
        raise ProtocolError(f"Content-Length is {text[:20]!r}")
    if int(text) > MAX_BODY_BYTES:
        raise ProtocolError(f"a body of {int(text)} bytes is announced, more than {MAX_BODY_BYTES}")
    return int(text)


def command(line: str, **headers: str) -> bytes:
    """One command as bytes; `_` in a header's name stands for `-`, and headers without a value are left out.

    ValueError on control characters: they would begin another header, or another command.
    """
    lines = [line, *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items() if value)]
    for text in lines:
        if _CONTROL.search(text):
            raise ValueError(f"control character in {text[:80]!r}")
    return ("\n".join(lines) + "\n\n").encode()
