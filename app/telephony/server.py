"""Takes calls from FreeSWITCH: a greenlet a call, processes that share a port, a listener that nothing kills."""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import gevent
from gevent import socket
from gevent.event import Event as Signal
from gevent.server import StreamServer

from app.errors import CallerHungUp, HotlineError
from app.setting_kinds import Address, Network
from app.telephony.channel import HANDSHAKE_S, Channel
from app.telephony.wire import command

log = logging.getLogger(__name__)

BACKLOG = 4096
ACCEPT_PAUSE_S = 0.2  # after an error of accept(), such as too many open files
REFUSAL_S = 2.0
HANG_UP_S = 5.0  # how long calls that a drain has hung up may take to write their records
DRAIN_CAUSE = "NORMAL_TEMPORARY_FAILURE"


class CallServer:
    """Gives each call, connected, to `handle(channel)` in a greenlet of its own, and closes the channel after it.

    listen     port 0 lets the system choose, see `address`
    handle     should `start` the channel and end the call; a call that it leaves goes back to the dialplan
    max_calls  more than so many at a time are refused: the dialplan goes on to its next action
    peers      the networks that may connect
    """

    def __init__(
        self,
        listen: Address,
        handle: Callable[[Channel], object],
        *,
        max_calls: int,
        peers: Sequence[Network],
        reuse_port: bool = True,
    ) -> None:
        self._handle = handle
        self._max_calls = max_calls
        self._peers = tuple(peers)
        self._channels: set[Channel] = set()
        self._greenlets: set[gevent.Greenlet[..., Any]] = set()
        self._is_draining = False
        self._stopped = Signal()
        self._refusals = _Tally()
        self._listener = _Listener(_listening_socket(listen, reuse_port), self._serve)

    @property
    def address(self) -> Address:
        """Where it listens."""
        return Address(*self._listener.address[:2])

    @property
    def live_calls(self) -> int:
        """Calls that are being handled, those that have not said yet who they are included."""
        return len(self._channels)

    def start(self) -> None:
        """Begin to take calls; returns at once."""
        self._listener.start()

    def serve_forever(self) -> None:
        """Take calls until a `drain` is done."""
        if not self._listener.started:
            self.start()
        self._stopped.wait()

    def drain(self, deadline_s: float) -> bool:
        """Take no more calls, let the live ones end, hang up those that have not by the deadline; False if any.

        The listener is closed, not kept to refuse: then connecting fails at once, and `socket A|B` goes on to B
        within the same dialplan action. What waits in its queue is refused politely, for a reset would be worse.
        """
        self._is_draining = True
        self._listener.close_empty()
        gevent.joinall(list(self._greenlets), timeout=deadline_s)
        all_ended = not self._channels
        self._hang_up_rest()
        self._stopped.set()
        return all_ended

    def _hang_up_rest(self) -> None:
        if self._channels:
            log.warning("%d calls are hung up: the time to drain is over", len(self._channels))
        for channel in tuple(self._channels):
            with contextlib.suppress(HotlineError):
                channel.hangup(DRAIN_CAUSE)
        gevent.joinall(list(self._greenlets), timeout=HANG_UP_S)
        gevent.killall(list(self._greenlets), block=False)

    def _serve(self, sock: socket.socket, address: tuple[Any, ...]) -> None:
        greenlet: Any = gevent.getcurrent()
        self._greenlets.add(greenlet)
        try:
            self._admit(sock, address)
        finally:
            self._greenlets.discard(greenlet)

    def _admit(self, sock: socket.socket, address: tuple[Any, ...]) -> None:
        if not self._may_connect(address[0]):
            self._refusals.add(f"{address[0]} may not connect")
        elif self._is_draining or self.live_calls >= self._max_calls:
            self._refusals.add(f"{self.live_calls} calls of {self._max_calls} are live")
            _refuse(sock)
        else:
            self._serve_call(Channel(address, sock))

    def _may_connect(self, host: str) -> bool:
        return _is_in(self._peers, host)

    def _serve_call(self, channel: Channel) -> None:
        self._channels.add(channel)
        problem: HotlineError | None = None
        try:
            channel.connect(HANDSHAKE_S)
            self._handle(channel)
        except CallerHungUp:
            pass
        except HotlineError as error:
            problem = error
        except Exception:
            log.exception("call %s from %s: left to the dialplan", channel.uuid, channel.peer)
        finally:
            self._close(channel, problem)

    def _close(self, channel: Channel, problem: HotlineError | None) -> None:
        try:
            channel.close()
        finally:
            self._channels.discard(channel)
        if problem := channel.failure or problem:
            log.warning("call %s from %s: %s", channel.uuid or "?", channel.peer, problem)


@lru_cache(maxsize=256)
def _is_in(networks: Sequence[Network], host: str) -> bool:
    address = ipaddress.ip_address(host.partition("%")[0])
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in networks)


class _Listener(StreamServer):
    """gevent's server, except that an error of accept() is one log line and a pause."""

    def do_read(self) -> tuple[socket.socket, Any] | None:  # type: ignore[override]
        try:
            connection: tuple[socket.socket, Any] | None = super().do_read()
        except OSError as error:
            log.error("no call can be taken: %s", error)
            self.stop_accepting()
            gevent.spawn_later(ACCEPT_PAUSE_S, self._accept_again)
            return None
        return connection

    def _accept_again(self) -> None:
        if self.started:
            self.start_accepting()

    def close_empty(self) -> None:
        """Hand over what waits in the queue, then close."""
        if self.started:
            self.stop_accepting()
            while connection := self.do_read():
                self.do_handle(*connection)
        self.close()


class _Tally:
    """Logs refusals at most once a second, however many there are."""

    def __init__(self) -> None:
        self._count = 0
        self._logged_at = 0.0

    def add(self, why: str) -> None:
        self._count += 1
        if time.monotonic() - self._logged_at >= 1:
            log.warning("refused %d: %s", self._count, why)
            self._count, self._logged_at = 0, time.monotonic()


def _refuse(sock: socket.socket) -> None:
    # Without a hang-up the dialplan goes on. FreeSWITCH's answer is read to its end: closing on unread data would
    # reset the connection before FreeSWITCH has read our `exit`.
    with gevent.Timeout(REFUSAL_S, False), contextlib.suppress(OSError):  # type: ignore[arg-type]
        sock.sendall(command("connect") + command("exit"))
        while sock.recv(64 * 1024):
            pass


def _listening_socket(listen: Address, reuse_port: bool) -> socket.socket:
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    options = [
        (socket.SOL_SOCKET, socket.SO_REUSEADDR, 1),
        (socket.SOL_SOCKET, socket.SO_REUSEPORT, int(reuse_port)),
        # Linux gives the rest to accepted sockets too. A switch that vanished is noticed within a minute.
        (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
        (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
        (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 30),
        (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 10),
        (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3),
    ]
    try:
        for option in options:
            sock.setsockopt(*option)
        sock.bind((listen.host, listen.port))
        sock.listen(BACKLOG)
    except OSError:
        sock.close()
        raise
    return sock
