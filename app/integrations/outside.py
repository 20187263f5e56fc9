"""Asking addresses that are not ours: one POST over HTTP.

They are typed by customers, so they must not lead to anything private: the name is resolved once, the addresses are
checked, and exactly those are connected to. Redirects are not followed.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from app.errors import HotlineError

AGENT = "hotline400"
PORTS = {"http": 80, "https": 443}

Allowed = Callable[[str], bool]


class NoAnswer(HotlineError):
    """The other side said nothing useful; the text says why. `again` when a second try may help."""

    def __init__(self, why: str, *, again: bool = False) -> None:
        super().__init__(why)
        self.again = again


class Response(NamedTuple):
    status: int
    body: bytes


def is_public(address: str) -> bool:
    """Whether an IP address is on the open internet: not private, loopback, link-local, multicast or reserved."""
    ip = ip_address(address)
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None) or ip
    return inner.is_global and not inner.is_multicast and not ip.is_multicast


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    timeout_s: float,
    max_bytes: int,
    allowed: Allowed = is_public,
) -> Response:
    """Send and hear the answer, whatever its status. NoAnswer when there is none, or more than `max_bytes`.

    `timeout_s` is for each step; the caller keeps the deadline of the whole.
    """
    try:
        parts = urlsplit(url)
        connection = _Connection(parts, timeout_s, allowed)
        try:
            connection.request("POST", _target(parts), body, {"User-Agent": AGENT, **headers})
            with connection.getresponse() as response:
                said = Response(response.status, response.read(max_bytes + 1))
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as bad:
        raise NoAnswer(f"{type(bad).__name__}: {bad}"[:200], again=True) from bad
    if len(said.body) > max_bytes:
        raise NoAnswer(f"more than {max_bytes} bytes")
    return said


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
