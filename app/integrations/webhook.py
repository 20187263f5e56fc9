"""Asking a company's web service about a call: one POST of JSON, one JSON object back.

The address is the company's, not ours, so it must not lead to anything private: the name is resolved once, the
addresses are checked, and exactly those are connected to. Redirects are not followed.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from app.errors import HotlineError

MAX_ANSWER_BYTES = 64 * 1024
MAX_VARIABLES = 50
MAX_TEXT = 1000
AGENT = "hotline400"
PORTS = {"http": 80, "https": 443}

Allowed = Callable[[str], bool]


class NoAnswer(HotlineError):
    """The web service said nothing useful; the text says why. `again` when a second try may help."""

    def __init__(self, why: str, *, again: bool = False) -> None:
        super().__init__(why)
        self.again = again


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: JSON `facts`, signed with `secret` unless that is empty. `timeout_s` is for each step of one try."""

    url: str
    facts: Mapping[str, Any]
    timeout_s: float
    secret: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """The name of an exit, and variables."""

    exit: str
    variables: tuple[tuple[str, str], ...]


def is_public(address: str) -> bool:
    """Whether an IP address is on the open internet: not private, loopback, link-local, multicast or reserved."""
    ip = ip_address(address)
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None) or ip
    return inner.is_global and not inner.is_multicast and not ip.is_multicast


def ask(question: Question, allowed: Allowed = is_public) -> Answer:
    """One try. NoAnswer for whatever goes wrong; the caller keeps the deadline of the whole."""
    parts = urlsplit(question.url)
    body = json.dumps(question.facts, ensure_ascii=False).encode()
    try:
        connection = _Connection(parts, question.timeout_s, allowed)
        try:
            connection.request("POST", _target(parts), body, _headers(body, question.secret))
            with connection.getresponse() as response:
                return _read(response)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as bad:
        raise NoAnswer(f"{type(bad).__name__}: {bad}"[:200], again=True) from bad


def signature(secret: bytes, moment: str, body: bytes) -> str:
    """What proves that we asked: HMAC-SHA256 over the time, a dot and the body."""
    return "sha256=" + hmac.new(secret, moment.encode() + b"." + body, hashlib.sha256).hexdigest()


def _headers(body: bytes, secret: bytes) -> dict[str, str]:
    moment = str(int(time.time()))
    headers = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": AGENT}
    if secret:
        signed = signature(secret, moment, body)
        headers |= {"X-Hotline400-Time": moment, "X-Hotline400-Signature": signed}
    return headers


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


class _Connection(http.client.HTTPConnection):
    """A connection to an address that was checked, whatever the name resolves to a moment later."""

    def __init__(self, parts: SplitResult, timeout_s: float, allowed: Allowed) -> None:
        if parts.scheme not in PORTS or not parts.hostname:
            raise NoAnswer(f"{parts.scheme}:// cannot be asked")
        super().__init__(parts.hostname, parts.port or PORTS[parts.scheme], timeout=timeout_s)
        self._is_secure, self._allowed = parts.scheme == "https", allowed

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address(), self.port), self.timeout)
        if self._is_secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)

    def _address(self) -> str:
        found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        addresses = [str(place[4][0]) for place in found]
        private = [address for address in addresses if not self._allowed(address)]
        if private or not addresses:
            raise NoAnswer(f"{self.host} is not on the open internet")
        return addresses[0]


def _read(response: http.client.HTTPResponse) -> Answer:
    if not 200 <= response.status < 300:
        raise NoAnswer(f"status {response.status}", again=response.status >= 500)
    body = response.read(MAX_ANSWER_BYTES + 1)
    if len(body) > MAX_ANSWER_BYTES:
        raise NoAnswer(f"more than {MAX_ANSWER_BYTES} bytes")
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise NoAnswer("not JSON") from None
    if not isinstance(said, dict):
        raise NoAnswer("not a JSON object")
    return Answer(_text(said.get("exit", "")), _variables(said.get("variables") or {}))


def _variables(given: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(given, dict):
        raise NoAnswer("variables are not a JSON object")
    return tuple((name[:MAX_TEXT], _text(value)) for name, value in list(given.items())[:MAX_VARIABLES])


def _text(value: Any) -> str:
    """A single value as text; lists and objects are none."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)[:MAX_TEXT] if isinstance(value, str | int | float) else ""
