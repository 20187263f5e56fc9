"""Recordings of an outbound socket as readable text: who said what, and when.

    # notes
    @ 0.031 1 controller
    linger 10

    @ 0.032 1 switch
    Content-Type: command/reply
    Reply-Text: +OK will linger 10 seconds

A line `@ seconds connection side` begins a frame; its text follows, then an empty line. JSON bodies stand one field
a line. `@ … closed` is the end of what that side has to say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote

MARK = re.compile(r"@ (?P<at>\d+\.\d+) (?P<connection>\d+) (?P<side>controller|switch)(?P<closed> closed)?")
LENGTH = re.compile(rb"^content-length:\s*(\d+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Frame:
    """One command, reply or event. `side` is "controller" or "switch"; `connection` counts from 1."""

    at_s: float
    connection: int
    side: str
    head: str = ""
    body: str = ""
    closed: bool = False

    @cached_property
    def headers(self) -> dict[str, str]:
        """The header lines below the first line of a command, or all of an answer; values decoded."""
        pairs = (line.partition(":") for line in self.head.split("\n") if ":" in line)
        return {name: unquote(value.strip()) for name, _, value in pairs}

    @cached_property
    def event(self) -> dict[str, Any]:
        """The fields of a JSON event; empty for everything else."""
        is_event = self.headers.get("Content-Type") == "text/event-json"
        fields: dict[str, Any] = json.loads(self.body) if is_event else {}
        return fields

    def __str__(self) -> str:
        mark = f"@ {self.at_s:.3f} {self.connection} {self.side}"
        if self.closed:
            return f"{mark} closed\n"
        body = json.dumps(self.event, indent=0, ensure_ascii=False) if self.event else self.body.rstrip("\n")
        return f"{mark}\n{self.head}\n\n" + (f"{body}\n\n" if body else "")


class FrameCutter:
    """Cuts the bytes of one side into heads and bodies."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> Iterator[tuple[str, str]]:
        self._buffer += data
        while (frame := self._next()) is not None:
            yield frame

    def _next(self) -> tuple[str, str] | None:
        self._buffer = self._buffer.lstrip(b"\r\n")
        head, end, rest = self._buffer.partition(b"\n\n")
        length = int(match[1]) if (match := LENGTH.search(head)) else 0
        if not end or len(rest) < length:
            return None
        self._buffer = rest[length:]
        return head.decode("utf-8", "replace"), rest[:length].decode("utf-8", "replace")


def read(text: str) -> tuple[list[str], list[Frame]]:
    """The notes and the frames of a recording."""
    notes = [line[2:] for line in text.split("\n") if line.startswith("# ")]
    return notes, list(_frames(text.split("\n")))


def _frames(lines: Iterable[str]) -> Iterator[Frame]:
    mark: re.Match[str] | None = None
    held: list[str] = []
    for line in [*lines, "@ 0.0 0 switch"]:
        if match := MARK.fullmatch(line):
            if mark:
                yield _frame(mark, "\n".join(held).strip("\n"))
            mark, held = match, []
        else:
            held.append(line)


def _frame(mark: re.Match[str], text: str) -> Frame:
    head, _, body = text.partition("\n\n")
    closed = bool(mark["closed"])
    return Frame(float(mark["at"]), int(mark["connection"]), mark["side"], head, body, closed)
