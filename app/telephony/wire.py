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

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")  # and newlines, which are counted


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

    __slots__ = ("_needed", "_pieces", "_size")

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0
        self._needed = (
            0  # bytes before it is worth looking again, so that many small pieces cost no more than one
        )

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that `data` completes; ProtocolError when it cannot be FreeSWITCH who sent it."""
        self._pieces.append(data)
        self._size += len(data)
        if self._size >= self._needed:
            yield from self._cut(b"".join(self._pieces))

    def _cut(self, data: bytes) -> Iterator[Frame]:
        start = 0
        while (headers_end := data.find(b"\n\n", start)) >= 0:
            headers = b"\n" + _within_limit(data[start:headers_end])
            end = headers_end + 2 + _body_length(headers)
            if end > len(data):
                break
            yield Frame(headers, data[headers_end + 2 : end])
            start = end
        else:
            end = 0
            _within_limit(data[start:])
        self._pieces, self._size, self._needed = [data[start:]], len(data) - start, max(0, end - start)


def _within_limit(headers: bytes) -> bytes:
    if len(headers) > MAX_HEADER_BYTES:
        raise ProtocolError(f"headers are longer than {MAX_HEADER_BYTES} bytes")
    return headers


def _body_length(headers: bytes) -> int:
    text = header_line(headers, b"Content-Length")
    if text is None:
        return 0
    if not text.isdigit() or len(text) > 9:
        raise ProtocolError(f"Content-Length is {text[:20]!r}")
    if int(text) > MAX_BODY_BYTES:
        raise ProtocolError(f"a body of {int(text)} bytes is announced, more than {MAX_BODY_BYTES}")
    return int(text)


def command(line: str, **headers: str) -> bytes:
    """One command as bytes; `_` in a header's name stands for `-`, and headers without a value are left out.

    ValueError on control characters: they would begin another header, or another command.
    """
    lines = [line, *[f"{name.replace('_', '-')}: {value}" for name, value in headers.items() if value]]
    text = "\n".join(lines)
    if _CONTROL.search(text) or text.count("\n") >= len(lines):
        raise ValueError(f"control character in {text[:200]!r}")
    return (text + "\n\n").encode()
