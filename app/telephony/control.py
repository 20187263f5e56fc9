"""FreeSWITCH's own event socket: telling it to place a call, which no outbound socket can."""

from __future__ import annotations

import logging
import uuid

import gevent
from gevent import socket
from gevent.event import AsyncResult
from gevent.event import Event as Signal
from gevent.lock import BoundedSemaphore

from app.errors import CommandRefused, HotlineError, ProtocolError
from app.setting_kinds import Address
from app.telephony import arguments
from app.telephony.arguments import Argument
from app.telephony.connection import Connection
from app.telephony.event import Event
from app.telephony.wire import Frame, command

log = logging.getLogger(__name__)

CONNECT_S = 5.0
REPLY_S = 5.0
JOB_MARGIN_S = 10.0  # beyond the time that a phone may ring, before we call FreeSWITCH silent
CONTEXT = "hotline400"


class Control(Connection):
    """One connection: authenticates in `open`, then API commands and background jobs until it breaks."""

    def __init__(self, address: Address, sock: socket.socket) -> None:
        self._asks = Signal()
        self._jobs: dict[str, AsyncResult[str]] = {}
        super().__init__(address, sock)

    @classmethod
    def open(cls, address: Address, password: str) -> Control:
        """Connect. ProtocolError when nobody is there, CommandRefused when the password is wrong."""
        try:
            sock = socket.create_connection((address.host, address.port), CONNECT_S)
        except OSError as away:
            raise ProtocolError(f"no FreeSWITCH at {address}: {away}") from away
        sock.settimeout(None)
        control = cls(address, sock)
        try:
            control._authenticate(password)
        except HotlineError:
            control.close()
            raise
        return control

    def _authenticate(self, password: str) -> None:
        if not self._asks.wait(CONNECT_S):
            raise ProtocolError("FreeSWITCH does not ask for a password")
        self.request(command(f"auth {password}"), "auth", REPLY_S)
        self.request(command("event json BACKGROUND_JOB"), "event", REPLY_S)

    def api(self, line: str) -> str:
        """The answer to an API command; CommandRefused for -ERR."""
        frame = self.request(command(f"api {line}"), line.partition(" ")[0], REPLY_S)
        return frame.body.decode("utf-8", "replace").strip()

    def job(self, line: str, deadline_s: float) -> str:
        """The answer to an API command that takes its time; CommandRefused for -ERR, DeadlinePassed."""
        job = str(uuid.uuid4())
        result: AsyncResult[str] = AsyncResult()
        self._jobs[job] = result
        try:
            self.request(command(f"bgapi {line}", Job_UUID=job), line.partition(" ")[0], REPLY_S)
            answer = str(self.wait(result, line.partition(" ")[0], deadline_s)).strip()
        finally:
            del self._jobs[job]
        if not answer.startswith("+OK"):
            raise CommandRefused(answer.removeprefix("-ERR").strip())
        return answer.removeprefix("+OK").strip()

    def close(self) -> None:
        """End the connection; whoever waits is told."""
        self._is_closed = True
        self._break(ProtocolError("closed"))
        self.sock.close()

    @property
    def ended(self) -> bool:
        return self._ended is not None

    def _receive(self, frame: Frame) -> None:
        kind = frame.header(b"Content-Type")
        if kind == b"auth/request":
            self._asks.set()
        elif kind == b"text/rude-rejection":
            raise ProtocolError("FreeSWITCH's access list keeps us out")
        else:
            super()._receive(frame)

    def _on_event(self, event: Event) -> None:
        if result := self._jobs.get(event.header("Job-UUID")):
            result.set(event.header("_body"))

    def _on_notice(self, notice: Frame) -> None:
        """The connection ends, and with it everything that waits."""


class Switch:
    """A FreeSWITCH that can be told things; connects when it has to, and again after the connection broke."""

    def __init__(self, address: Address, password: str) -> None:
        self._address, self._password = address, password
        self._control: Control | None = None
        self._connecting = BoundedSemaphore()

    @property
    def is_connected(self) -> bool | None:
        """Whether the connection stands; None while nobody has needed one."""
        return None if self._control is None else not self._control.ended

    def originate(self, dial: Argument, did: str, ring_s: int) -> str:
        """Ring a phone (`dial` is a dial string) and hand it to the dialplan as a call of `did`; the channel's UUID.

        CommandRefused, its text a hang-up cause, when nobody answers; ProtocolError, DeadlinePassed.
        """
        if not isinstance(dial, Argument) or " " in dial or not did.isdigit():
            raise ValueError(f"{dial!r} cannot be handed to {did!r}")
        return self._connected().job(f"originate {dial} {did} XML {CONTEXT}", ring_s + JOB_MARGIN_S)

    def ring(self, dial: Argument, sound: Argument, ring_s: int) -> str:
        """Ring a phone, play it a sound (`arguments.files`) and hang up; returns its channel's UUID when it answers.

        CommandRefused, its text a hang-up cause, when nobody answers; ProtocolError, DeadlinePassed.
        """
        if not isinstance(dial, Argument) or " " in dial or not isinstance(sound, Argument) or " " in sound:
            raise ValueError(f"{dial!r} cannot be played {sound!r}")
        return self._connected().job(f"originate {dial} &playback({sound})", ring_s + JOB_MARGIN_S)

    def kill(self, channel: str, cause: str = "NORMAL_CLEARING") -> None:
        """Hang a call up. CommandRefused when there is no such call."""
        self._connected().api(f"uuid_kill {arguments.channel_uuid(channel)} {arguments.cause(cause)}")

    def break_(self, channel: str) -> None:
        """End the sound that a call hears."""
        self._connected().api(f"uuid_break {arguments.channel_uuid(channel)}")

    def close(self) -> None:
        if self._control:
            self._control.close()

    def _connected(self) -> Control:
        with self._connecting:
            if self._control is None or self._control.ended:
                with gevent.Timeout(3 * CONNECT_S, ProtocolError(f"{self._address} does not speak")):
                    self._control = Control.open(self._address, self._password)
                log.info("connected to the event socket at %s", self._address)
            return self._control
