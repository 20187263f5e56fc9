"""Takes calls from FreeSWITCH: a greenlet a call, processes that share a port, a listener that nothing kills."""

from __future__ import annotations

import contextlib
import hmac
import ipaddress
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import gevent
from gevent import socket
from gevent.event import Event as Signal
from gevent.pool import Pool
from gevent.server import StreamServer

from app.calls.state import VARIABLE as STATE
from app.errors import CallerHungUp, HandedOver, HotlineError
from app.setting_kinds import Address, Network
from app.telephony import arguments
from app.telephony.arguments import Argument
from app.telephony.channel import HANDSHAKE_S, Channel
from app.telephony.wire import command

log = logging.getLogger(__name__)

BACKLOG = 4096
ACCEPT_PAUSE_S = 0.2  # after an error of accept(), such as too many open files
REFUSAL_S = 2.0
LEAVE_S = 10.0  # how long calls that are handed over may take to part and to write their records
HAND_OVER_AT_ONCE = 50  # whoever takes them gets them in small portions
CARRIED_ROOM = 2  # calls that another controller has begun are taken up to so many times `max_calls`
MOST_SWITCHES = 100  # machines whose names are remembered
SECRET = "hotline_secret"  # noqa: S105 - the variable that fs-config's dialplan sets
REFUSALS = "hotline_refusals"
BUSY_CAUSE = "NORMAL_CIRCUIT_CONGESTION"
MOST_REFUSALS = 2  # then all are full, and the caller is told
_NO_SECRET = arguments.assignments({SECRET: ""})


class CallServer:
    """Gives each call, connected, to `handle(channel)` in a greenlet of its own, and closes the channel after it.

    listen     port 0 lets the system choose, see `address`
    handle     should `start` the channel and end the call; a call that it leaves goes back to the dialplan
    max_calls  more than so many at a time are refused: the dialplan goes on to its next action. Those that another
               controller has begun and left to us are taken all the same
    peers      the networks that may connect
    secret     what the dialplan must show for each call, "" for nothing
    busy       the sound for callers who are too many for every controller, made by `arguments.files`
    """

    def __init__(
        self,
        listen: Address,
        handle: Callable[[Channel], object],
        *,
        max_calls: int,
        peers: Sequence[Network],
        secret: str = "",
        busy: Argument = arguments.NOTHING,
        reuse_port: bool = True,
    ) -> None:
        self._handle = handle
        self._secret, self._busy = secret.encode(), busy
        self._max_calls = max_calls
        self._peers = tuple(peers)
        self._admitted: dict[str, bool] = {}
        self._channels: dict[Channel, Any] = {}  # each with the greenlet that handles it
        self._greenlets: set[gevent.Greenlet[..., Any]] = set()
        self._is_draining = False
        self._switches: dict[str, float] = {}
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

    @property
    def is_draining(self) -> bool:
        """Whether it takes no more calls."""
        return self._is_draining

    @property
    def switches(self) -> Mapping[str, float]:
        """The FreeSWITCH machines that have given us calls, and when the last one came: seconds since 1970."""
        return self._switches

    def start(self) -> None:
        """Begin to take calls; returns at once."""
        self._listener.start()

    def serve_forever(self) -> None:
        """Take calls until a `drain` is done."""
        if not self._listener.started:
            self.start()
        self._stopped.wait()

    def drain(self, deadline_s: float) -> bool:
        """Take no more calls, let the live ones end; those that have not by the deadline go back to the dialplan, which
        hands them to the next controller. False if there were any. `drain(0)` during another one shortens it.

        The listener is closed, not kept to refuse: then connecting fails at once, and `socket A|B` goes on to B
        within the same dialplan action. What waits in its queue is refused politely, for a reset would be worse.
        """
        self._is_draining = True
        self._listener.close_empty()
        gevent.joinall(list(self._greenlets), timeout=deadline_s)
        all_ended = not self._channels
        self._hand_over_rest()
        self._stopped.set()
        return all_ended

    def _hand_over_rest(self) -> None:
        if self._channels:
            log.warning("%d calls are handed over", len(self._channels))
        with gevent.Timeout(LEAVE_S, False):  # type: ignore[arg-type]
            Pool(HAND_OVER_AT_ONCE).map(self._hand_over, tuple(self._channels))
            gevent.joinall(list(self._greenlets))
        gevent.killall(list(self._greenlets), block=False)

    def _hand_over(self, channel: Channel) -> None:
        """Whoever handles the call learns that it is no longer his, and lets it go: without a hang-up it goes on."""
        channel.hand_over()
        if greenlet := self._channels.get(channel):
            greenlet.join()

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
        elif self._is_draining or self.live_calls >= CARRIED_ROOM * self._max_calls:
            self._refusals.add(self._fullness())
            _refuse(sock)
        else:
            self._serve_call(Channel(address, sock), is_full=self.live_calls >= self._max_calls)

    def _fullness(self) -> str:
        return "draining" if self._is_draining else f"{self.live_calls} calls of {self._max_calls} are live"

    def _may_connect(self, host: str) -> bool:
        if host not in self._admitted:
            if len(self._admitted) >= MOST_SWITCHES:
                self._admitted.clear()
            self._admitted[host] = _is_in(self._peers, host)
        return self._admitted[host]

    def _serve_call(self, channel: Channel, is_full: bool) -> None:
        self._channels[channel] = gevent.getcurrent()
        problem: HotlineError | None = None
        try:
            channel.connect(HANDSHAKE_S)
            self._note_switch(channel.header("FreeSWITCH-Hostname"))
            if self._is_welcome(channel, is_full):
                self._handle(channel)
        except (CallerHungUp, HandedOver):
            pass
        except HotlineError as error:
            problem = error
        except Exception:
            log.exception("call %s from %s: left to the dialplan", channel.uuid, channel.peer)
        finally:
            self._close(channel, problem)

    def _note_switch(self, name: str) -> None:
        if name in self._switches or len(self._switches) < MOST_SWITCHES:
            self._switches[name] = time.time()

    def _is_welcome(self, channel: Channel, is_full: bool) -> bool:
        """Whether the call may stay; one that may not goes back to the dialplan, for another controller."""
        shown = channel.header(f"variable_{SECRET}").encode()
        if self._secret and not hmac.compare_digest(shown, self._secret):
            self._refusals.add(f"a call from {channel.peer} without our secret")
        elif is_full and not channel.header(f"variable_{STATE}"):
            self._refusals.add(self._fullness())
            self._pass_on(channel)
        else:
            if shown:
                channel.set(_NO_SECRET)  # no record and no event is to show it
            return True
        return False

    def _pass_on(self, channel: Channel) -> None:
        """Let the next controller have a call that is too much for us; after MOST_REFUSALS the caller hears that we are busy.

        FreeSWITCH does that by itself: all that is asked of us is one write.
        """
        refusals = channel.header(f"variable_{REFUSALS}")
        if refusals.isdigit() and int(refusals) >= MOST_REFUSALS - 1:
            sound = [("playback", self._busy)] if self._busy else []
            over = ("hangup", arguments.cause(BUSY_CAUSE))
            channel.execute_many([("pre_answer", arguments.NOTHING), *sound, over])
        else:
            channel.set(arguments.assignments({REFUSALS: int(refusals or 0) + 1}))

    def _close(self, channel: Channel, problem: HotlineError | None) -> None:
        try:
            channel.close()
        finally:
            del self._channels[channel]
        if problem := channel.failure or problem:
            log.warning("call %s from %s: %s", channel.uuid or "?", channel.peer, problem)


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
