"""Addresses: whether we could listen there, and whether a process of ours does."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from app.errors import SettingError
from app.settings import Address

PROBE_WAIT_S = 0.5
_LISTEN = "0A"  # of the kernel's table of sockets

_REFUSALS = {
    errno.EADDRINUSE: "a free port, this one is in use / 空闲的端口，该端口已被占用",
    errno.EADDRNOTAVAIL: "an address of this machine / 本机的地址",
    errno.EACCES: "a port that this user may use / 当前用户可用的端口",
}


def listens(pid: int, port: int) -> bool:
    """Whether that very process listens on the port. Looked up, as a connection would count as a broken call."""
    try:
        links = list(Path(f"/proc/{pid}/fd").iterdir())
        tables = [Path(f"/proc/{pid}/net/{table}").read_text() for table in ("tcp", "tcp6")]
    except OSError:  # it is just ending
        return False
    listening = {f"socket:[{inode}]" for table in tables for inode in _listening(table, port)}
    return any(_target(link) in listening for link in links)


def _target(link: Path) -> str:
    try:
        return link.readlink().name
    except OSError:  # it was closed meanwhile
        return ""


def _listening(table: str, port: int) -> Iterator[str]:
    """The inodes of the sockets in a table of the kernel that listen on the port."""
    for row in table.splitlines()[1:]:
        _, local, _, state, *_, inode = row.split()[:10]
        if state == _LISTEN and int(local.rpartition(":")[2], 16) == port:
            yield inode


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
