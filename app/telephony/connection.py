"""The connection of one call: what is sent, which reply belongs to it, and who is told when it breaks."""

from __future__ import annotations

import copy
import logging
import os
from collections import deque
from typing import Any, NamedTuple, NoReturn

import gevent
from gevent import socket
from gevent.event import AsyncResult
from gevent.event import Event as Signal
from gevent.lock import BoundedSemaphore
from greenswitch.esl import OutboundSession

from app.errors import CommandRefused, DeadlinePassed, HandedOver, HotlineError, ProtocolError
from app.telephony.alarm import Alarm
from app.telephony.event import Event
from app.telephony.wire import Frame, FrameReader

log = logging.getLogger(__name__)

DONE = b"\nContent-Type: command/reply\nReply-Text: +OK"
READ = 1  # the event loop's word for "readable"
READ_BYTES = 64 * 1024
SEND_S = 10.0  # FreeSWITCH reads at once; when it does not for so long, it is dead
MAX_UNANSWERED = 1000  # commands that wait to be sent or for their reply; a call has a dozen


class Sent(NamedTuple):
    """A command as sent. `result` gets its reply, or only its refusal when `awaits_completion`."""

    data: bytes
    what: str
    result: AsyncResult[Any] | None = None
    awaits_completion: bool = False


class Connection(OutboundSession):  # type: ignore[misc]
    """Commands out, replies and events in. Everything that waits ends by its deadline or with the connection.

    Of greenswitch's session stay the class and its registry of event handlers; reading, sending, matching and
    ending are replaced. The event loop itself reads, and gives each frame straight to whoever waits for it: a greenlet
    that reads would be one more to wake for each packet, and one more to keep for each call.
    """

    def __init__(self, client_address: object, sock: socket.socket) -> None:
        # Not greenswitch's own __init__: it would start its two loops and their queue.
        self.peer = client_address
        self.sock = sock
        self.event_handlers: dict[str, list[Any]] = {}
        self.failure: HotlineError | None = None
        self._ended: HotlineError | None = None
        self._gone, self._over = Signal(), Signal()
        self._is_closed = False
        self._outbox: list[Sent] = []
        self._replies: deque[Sent] = deque()
        self._refusal: CommandRefused | None = None
        self._waiting: set[AsyncResult[Any]] = set()
        self._writing = BoundedSemaphore()
        self._frames = FrameReader()
        self._readable: Any = gevent.get_hub().loop.io(sock.fileno(), READ)
        self._readable.start(self._read)

    # Sending

    def post(self, *commands: Sent) -> None:
        """Send commands, in this order: in one write with what follows, as soon as this greenlet waits for anything."""
        self.raise_if_disconnected()
        if not self._outbox:
            gevent.get_hub().loop.run_callback(self._flush_soon)
        self._outbox.extend(commands)
        if len(self._outbox) + len(self._replies) > MAX_UNANSWERED:
            self._break(ProtocolError(f"{MAX_UNANSWERED} commands are unanswered"))

    def _flush_soon(self) -> None:
        if self._outbox:
            gevent.spawn(self._flush)  # this is the event loop itself, which must not wait

    def _flush(self) -> None:
        with self._writing:
            commands, self._outbox = self._outbox, []
            self._replies.extend(commands)
            try:
                if commands:
                    self._send_all(b"".join([sent.data for sent in commands]))
            except OSError as error:
                self._break(ProtocolError(f"cannot send: {error}"))

    def _send_all(self, data: bytes) -> None:
        try:
            sent = self.sock.send(data, 0, 0.0)  # type: ignore[call-arg]  # gevent's timeout: do not wait
        except BlockingIOError:
            sent = 0
        if sent < len(data):
            with gevent.Timeout(SEND_S, TimeoutError(f"not read within {SEND_S:g} s")):
                self.sock.sendall(data[sent:])

    def wait(self, result: AsyncResult[Any], what: str, deadline_s: float) -> Any:
        """What `result` is given. Raises the error it is given, what ended the call meanwhile, DeadlinePassed."""
        self._flush()
        if not result.ready():
            self.raise_if_disconnected()
            self._waiting.add(result)
            try:
                with Alarm(deadline_s, _expire, result, what, deadline_s):
                    result.wait()
            finally:
                self._waiting.discard(result)
        return result.get(block=False)

    def request(self, data: bytes, what: str, deadline_s: float) -> Frame:
        """Send one command and wait for its reply; CommandRefused when that is -ERR."""
        result: AsyncResult[Frame] = AsyncResult()
        self.post(Sent(data, what, result))
        frame: Frame = self.wait(result, what, deadline_s)
        return frame

    # Reading

    def _read(self) -> None:
        """Called by the event loop when there is something to read, so nothing in here may wait."""
        try:
            data = os.read(self._readable.fd, READ_BYTES)
            for frame in self._frames.feed(data):
                self._receive(frame)
            if not data:
                self._break(ProtocolError("FreeSWITCH closed the connection"))
        except BlockingIOError:
            return  # it was not ready after all
        except ProtocolError as error:
            self._break(error)
        except OSError as error:
            self._break(ProtocolError(f"cannot read: {error}"))
        except Exception as error:
            log.exception("reading from FreeSWITCH failed")
            self._break(ProtocolError(f"reading failed: {error}"))

    def _receive(self, frame: Frame) -> None:
        if frame.headers.startswith(DONE):  # most frames are
            self._on_done(frame)
            return
        kind = frame.header(b"Content-Type")
        if kind == b"text/event-json":
            self._on_event(Event(frame.body))
        elif kind in (b"command/reply", b"api/response"):
            self._on_reply(frame)
        elif kind == b"text/disconnect-notice":
            self._on_notice(frame)
        else:
            raise ProtocolError(f"{kind[:40]!r} is not what FreeSWITCH sends")

    def _on_done(self, frame: Frame) -> None:
        sent = self._next_sent()
        if sent.result and not sent.awaits_completion:
            sent.result.set(frame)

    def _next_sent(self) -> Sent:
        if not self._replies:
            raise ProtocolError("a reply to nothing")
        return self._replies.popleft()

    def _on_reply(self, frame: Frame) -> None:
        sent = self._next_sent()
        text = frame.body or frame.header(b"Reply-Text")
        if text.startswith(b"-ERR"):
            reason = text[:200].decode("utf-8", "replace").strip()
            self._on_refusal(sent, CommandRefused(f"{sent.what}: {reason}"))
        elif sent.result and not sent.awaits_completion:
            sent.result.set(frame)

    def _on_refusal(self, sent: Sent, refusal: CommandRefused) -> None:
        if sent.result:
            sent.result.set_exception(refusal)
        else:
            self._refusal = self._refusal or refusal

    def _on_event(self, event: Event) -> None:
        raise NotImplementedError

    def _on_notice(self, notice: Frame) -> None:
        raise NotImplementedError

    # Ending

    def raise_if_disconnected(self) -> None:
        """Raise what ended the call or the connection, if anything has."""
        if self._ended:
            raise copy.copy(self._ended)

    def hand_over(self) -> None:
        """Whoever waits, or gives one more command, gets HandedOver; FreeSWITCH does not notice. Then `close`."""
        self._end(HandedOver("the call goes on at another controller"))

    def _end(self, error: HotlineError) -> None:
        """From now on every wait and every command raises `error`; only the first end counts."""
        if self._ended:
            return
        self._ended = error
        self._gone.set()
        for result in self._waiting:
            if not result.ready():
                result.set_exception(copy.copy(error))

    def _break(self, error: HotlineError) -> None:
        """The connection is of no use any more: a failure, unless the call had ended before."""
        if not self._ended and not self._is_closed:
            self.failure = error
        self._end(error)
        self._stop_reading()
        self._over.set()

    def _stop_reading(self) -> None:
        self._readable.stop()
        self._readable.close()

    # greenswitch's verbs take any text and some wait for ever: none of them gets through.

    def send(self, *_: object, **__: object) -> NoReturn:
        """Refuse: `execute`, `set`, `api`, `hangup` and `close` are for that."""
        raise NotImplementedError("use execute, set, api, hangup or close")

    call_command = register_expected_event = uuid_break = stop = send


def _expire(result: AsyncResult[Any], what: str, deadline_s: float) -> None:
    if not result.ready():
        result.set_exception(DeadlinePassed(f"{what}: nothing within {deadline_s:g} s"))
