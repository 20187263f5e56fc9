"""Enough SIP for a telephone in a test: messages as in RFC 3261, and a UDP socket that reads them."""

from __future__ import annotations

import re
import select
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple
from uuid import uuid4

IDLE_S = 0.02
MAX_DATAGRAM = 65_535
REASONS = {
    100: "Trying",
    180: "Ringing",
    200: "OK",
    407: "Proxy Authentication Required",
    487: "Request Terminated",
}

Place = tuple[str, int]


@dataclass
class Message:
    """A request or a response. Header names are matched in any case; the first one with a name counts."""

    start: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: str = ""

    @classmethod
    def parse(cls, datagram: bytes) -> Message:
        head, _, body = datagram.decode("utf-8", "replace").partition("\r\n\r\n")
        start, *lines = head.split("\r\n")
        pairs = (line.partition(":") for line in lines)
        return cls(start, [(name.strip(), value.strip()) for name, _, value in pairs], body)

    def encode(self) -> bytes:
        body = self.body.encode()
        lines = [
            self.start,
            *(f"{name}: {value}" for name, value in self.headers),
            f"Content-Length: {len(body)}",
        ]
        return "\r\n".join([*lines, "", ""]).encode() + body

    def get(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    def all(self, name: str) -> list[tuple[str, str]]:
        return [(key, value) for key, value in self.headers if key.lower() == name.lower()]

    @property
    def method(self) -> str:
        """Of a request its method, of a response the method that it answers."""
        return self.get("CSeq").split()[-1] if self.status else self.start.split()[0]

    @property
    def status(self) -> int:
        """Of a response its status; 0 for a request."""
        return int(self.start.split()[1]) if self.start.startswith("SIP/2.0 ") else 0

    @property
    def user(self) -> str:
        """Whom a request is for: the user part of its URI."""
        found = re.match(r"\S+ sips?:([^@;>\s]*)", self.start)
        return found[1] if found else ""

    def response(self, status: int, tag: str, *extra: tuple[str, str], body: str = "") -> Message:
        """A response to this request; `tag` names our side of the dialog."""
        to = self.get("To") if "tag=" in self.get("To") or status == 100 else f"{self.get('To')};tag={tag}"
        headers = [*self.all("Via"), ("From", self.get("From")), ("To", to), ("Call-ID", self.get("Call-ID"))]
        kind = [("Content-Type", "application/sdp")] if body else []
        start = f"SIP/2.0 {status} {REASONS.get(status, 'Refused')}"
        return Message(start, [*headers, ("CSeq", self.get("CSeq")), *extra, *kind], body)


class Media(NamedTuple):
    """Where audio goes, and the RTP payload type of keys there (0: keys are not taken)."""

    place: Place
    key_type: int


KEY_TYPE = 101


def offer(place: Place) -> str:
    """Session description: A-law audio and keys as RFC 2833 events, to be sent to `place`."""
    ip, port = place
    lines = [
        "v=0",
        f"o=- 1 1 IN IP4 {ip}",
        "s=-",
        f"c=IN IP4 {ip}",
        "t=0 0",
        f"m=audio {port} RTP/AVP 8 {KEY_TYPE}",
    ]
    lines += ["a=rtpmap:8 PCMA/8000", f"a=rtpmap:{KEY_TYPE} telephone-event/8000", f"a=fmtp:{KEY_TYPE} 0-15"]
    return "\r\n".join([*lines, "a=ptime:20", "a=sendrecv", ""])


def media(description: str) -> Media:
    """What a session description says of the other side's audio."""
    ip = re.search(r"^c=IN IP4 (\S+)", description, re.MULTILINE)
    port = re.search(r"^m=audio (\d+)", description, re.MULTILINE)
    keys = re.search(r"^a=rtpmap:(\d+) telephone-event/8000", description, re.MULTILINE)
    if not ip or not port:
        raise AssertionError(f"no audio in {description!r}")
    return Media((ip[1], int(port[1])), int(keys[1]) if keys else 0)


def new_token() -> str:
    return uuid4().hex[:16]


class Endpoint(threading.Thread):
    """A UDP socket with one thread, in which messages are handled and timers run."""

    def __init__(self, ip: str = "127.0.0.1", port: int = 0) -> None:
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((ip, port))
        self.place: Place = self.socket.getsockname()
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self._closing = threading.Event()

    def handle(self, message: Message, sender: Place) -> None:
        raise NotImplementedError

    def send(self, message: Message, to: Place) -> None:
        self.socket.sendto(message.encode(), to)

    def after(self, delay_s: float, action: Callable[[], None]) -> None:
        """Run `action` in this endpoint's thread, `delay_s` from now."""
        heappush(self._due, (time.monotonic() + delay_s, next(self._order), action))

    def run(self) -> None:
        while not self._closing.is_set():
            if select.select([self.socket], [], [], IDLE_S)[0]:
                self._read()
            while self._due and self._due[0][0] <= time.monotonic():
                heappop(self._due)[2]()

    def _read(self) -> None:
        datagram, sender = self.socket.recvfrom(MAX_DATAGRAM)
        if datagram.strip():
            self.handle(Message.parse(datagram), sender)

    def close(self) -> None:
        self._closing.set()
        self.join()
        self.socket.close()
