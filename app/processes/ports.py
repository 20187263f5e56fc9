"""Addresses: whether one is free to listen on, and whether somebody answers there."""

from __future__ import annotations

import errno
import socket
from contextlib import closing
from http.client import HTTPConnection, HTTPException

from app.errors import SettingError
from app.settings import Address

PROBE_WAIT_S = 0.5

_REFUSALS = {
    errno.EADDRINUSE: "a free port, this one is in use / 空闲的端口，该端口已被占用",
    errno.EADDRNOTAVAIL: "an address of this machine / 本机的地址",
    errno.EACCES: "a port that this user may use / 当前用户可用的端口",
}


def accepts(address: Address) -> bool:
    """Whether something listens there."""
    try:
        with socket.create_connection(address, PROBE_WAIT_S):
            return True
    except OSError:
        return False


def answers_http(address: Address) -> bool:
    """Whether a web server answers there, with whatever: a port may be open before anybody looks after it."""
    try:
        with closing(HTTPConnection(*address, timeout=PROBE_WAIT_S)) as connection:
            connection.request("HEAD", "/")
            return connection.getresponse().status > 0
    except (OSError, HTTPException):
        return False


def check_free(name: str, address: Address, *, shared: bool = False) -> None:
    """SettingError for the setting `name` when we could not listen there. `shared` ports have SO_REUSEPORT."""
    try:
        family, kind, _, _, where = socket.getaddrinfo(*address, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if shared:
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            trial.bind(where)
    except OSError as refused:
        expected = _REFUSALS.get(refused.errno or 0, f"an address to listen on ({refused}) / 可监听的地址")
        raise SettingError(name, str(address), expected) from None
