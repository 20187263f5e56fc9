"""One call that FreeSWITCH has handed to us, as something to give commands to and to wait on."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any

import gevent
from gevent import socket
from gevent.event import AsyncResult
from gevent.event import Event as Signal

from app.calls.conversation import Conversation
from app.errors import CallerHungUp, HotlineError, ProtocolError
from app.telephony import arguments
from app.telephony.alarm import Alarm
from app.telephony.arguments import NOTHING, Argument
from app.telephony.connection import Connection, Sent
from app.telephony.event import Event, PlainHeaders, moment_us
from app.telephony.keys import Keys
from app.telephony.orders import built, execution, line, subscription
from app.telephony.wire import Frame, command

log = logging.getLogger(__name__)

API_COMMANDS = frozenset({"uuid_break", "uuid_exists", "uuid_kill"})  # that may be waited for
HANDSHAKE_S = 10.0  # FreeSWITCH itself gives up after 25 s
REPLY_S = 5.0
CLOSE_S = 5.0
KILL_AFTER_S = 2.0  # how long a hang-up may wait for the channel to read it, before it is forced
FRAMES_US = 40_000  # keys that waited on the switch are taken one a frame, until they are flushed

_UUID = re.compile(r"[0-9A-Za-z-]{1,64}")
_PROCESS, _channels = secrets.token_hex(4), count()
_NO_EXPANSION = arguments.assignments({"app_disable_expand_variables": True})


class Channel(Connection):
    """A call under our control: `connect`, `start`, then commands, then `close`. `CallServer` makes and closes it.

    Once the caller has hung up, every wait and every command raises CallerHungUp, except `hangup` and `close`.
    `register_handle(event_name, callback)` calls back with each such event; a callback must not wait.

    variables     the call as we got it, by FreeSWITCH's header names; see `header`
    hangup_cause  None while the call lives
    conversation  the last talk with a phone; None before the first
    keys          what the caller has pressed and no question has had yet
    switch_us     FreeSWITCH's clock when we last heard from it, microseconds since 1970
    failure       what broke the connection; None while it stands and after an orderly end
    """

    def __init__(self, client_address: object, sock: socket.socket) -> None:
        self.variables = PlainHeaders(b"")
        self.hangup_cause: str | None = None
        self.conversation: Conversation | None = None
        self.keys = Keys()
        self.switch_us = 0
        self._uuid = ""
        self._completions: dict[str, AsyncResult[Event]] = {}
        self._told, self._unbridged = Signal(), Signal()
        self._to_set: list[Argument] = []
        self._interrupts, self._to_interrupt = True, False
        self._asked_cause = ""
        self._prefix = f"{_PROCESS}-{next(_channels)}"  # unlike that of who had this call before us
        self._serial = 0
        super().__init__(client_address, sock)

    @property
    def uuid(self) -> str:
        """FreeSWITCH's name for the channel and our id of the call; "" before `connect`."""
        return self._uuid

    @property
    def hung_up(self) -> bool:
        """Whether the call is over."""
        return self.hangup_cause is not None

    @property
    def is_left(self) -> bool:
        """Whether the call may live on without us: it was handed over, or the connection broke."""
        return self._ended is not None and not self.hung_up

    # Beginning

    def connect(self, deadline_s: float = HANDSHAKE_S) -> None:
        """Take the call: afterwards `uuid` and `variables` are known. ProtocolError when it is no FreeSWITCH."""
        reply = self.request(command("connect"), "connect", deadline_s)
        self.variables = self.session_data = PlainHeaders(reply.headers)
        uuid = self.header("Unique-ID")
        if not _UUID.fullmatch(uuid):
            raise ProtocolError(f"connect was answered with the channel {uuid[:64]!r}")
        self._uuid = uuid
        self._interrupts = self.header("variable_socket_resume") == "true"
        self.switch_us = moment_us(self.header("Event-Date-Timestamp"))

    def header(self, name: str, default: str = "") -> str:
        """A header of the call as we got it: `Caller-Caller-ID-Number`, `variable_x` for the variable `x`."""
        return self.variables.get(name, default)

    def start(self, variables: Argument = NOTHING, quiet: tuple[str, ...] = ()) -> None:
        """Subscribe to the events of this call, not waited for, and `set` variables.

        The completion of a `quiet` application is not sent, so it cannot be waited for: 6 to 10 KB less each time.
        """
        # The filters come first: without one FreeSWITCH sends the events of all calls.
        self.post(line(f"filter Unique-ID {self._uuid}"), *subscription(quiet))
        self._to_set += filter(None, (_NO_EXPANSION, built(variables)))

    # Commands

    def execute(
        self, app: str, arg: Argument = NOTHING, *, wait: bool, deadline_s: float = REPLY_S
    ) -> Event | None:
        """Run an application on the channel; one that is running is interrupted, and goes on afterwards.

        With `wait`, returns its CHANNEL_EXECUTE_COMPLETE. Without, returns None at once, and a refusal is raised
        by the next `execute` that waits. Raises CallerHungUp, CommandRefused, ProtocolError; DeadlinePassed, the
        application goes on then; ValueError for an application not in APPLICATIONS or an argument that is just text.
        """
        if not wait:
            self.post(execution(app, arg))
            return None
        self.settle()
        self._raise_refusal()
        self._serial += 1
        event_uuid = f"{self._prefix}-{self._serial}"
        result = self._completions[event_uuid] = AsyncResult()
        try:
            data = execution(app, arg).data[:-1] + b"event-uuid: %b\n\n" % event_uuid.encode()
            self.post(Sent(data, app, result, awaits_completion=True))
            event: Event = self.wait(result, app, deadline_s)
        finally:
            del self._completions[event_uuid]
        return event

    def _raise_refusal(self) -> None:
        refusal, self._refusal = self._refusal, None
        if refusal:
            raise refusal

    def execute_many(self, applications: Sequence[tuple[str, Argument]]) -> None:
        """Run applications one after the other, sent in one write that nothing waits for.

        Each but the last holds up whatever is sent after it, a hang-up too: the last is the one to take long.
        """
        self.settle()
        *first, last = applications
        self.post(*(execution(*each, locked=True) for each in first), execution(*last))

    def set(self, variables: Argument) -> None:
        """Set channel variables, made by `arguments.assignments`: all together with the next application that is waited
        for, or when we leave the call. So they cost nothing of their own, and nothing at all in a call that ends first.
        """
        self.raise_if_disconnected()
        self._to_set.append(built(variables))

    def let_be(self) -> None:
        """From now on the call outlives us whatever it does: FreeSWITCH takes nothing apart when we are gone.

        By a command that FreeSWITCH carries out at once. As an application it might be left behind when we die, and
        FreeSWITCH, which looks at `socket_resume` before it does what was left behind and again after it, would
        leave the caller in silence for ever.
        """
        if self._interrupts:
            self.post(self._resuming(False))
        self._interrupts = self._to_interrupt = False

    def interrupt(self) -> None:
        """From the next thing that is waited for on, FreeSWITCH interrupts what the call does when we are gone."""
        self._to_interrupt = not self._interrupts

    def _resuming(self, yes: bool) -> Sent:
        text = f"api uuid_setvar {self._uuid} socket_resume {str(yes).lower()}"
        return Sent(command(text), "uuid_setvar")

    def settle(self) -> None:
        """Set now what is to be set."""
        if self._to_set or self._to_interrupt:
            self.post(*self._due())

    def _due(self) -> Iterator[Sent]:
        if self._to_interrupt:
            self._interrupts, self._to_interrupt = True, False
            yield self._resuming(True)
        if self._to_set:
            yield self._setting()

    def _setting(self) -> Sent:
        variables, self._to_set = Argument(" ".join(self._to_set)), []
        return execution("multiset", variables)

    def api(self, name: str, arg: Argument = NOTHING, *, deadline_s: float = REPLY_S) -> str:
        """Run one of API_COMMANDS at once, whatever the channel is doing; its text. CommandRefused for -ERR."""
        if name not in API_COMMANDS:
            raise ValueError(f"{name!r} is not in API_COMMANDS")
        frame = self.request(command(f"api {name} {built(arg)}".rstrip()), name, deadline_s)
        return frame.body.decode("utf-8", "replace").strip()

    def forget_keys(self, kept: bool) -> None:
        """What the caller has pressed so far was not meant for a question to come. Does nothing when the call is over.

        `kept`: FreeSWITCH may still have some. It keeps keys while it rings a phone, and takes them from the line
        afterwards; after a conversation it has none.
        """
        self.keys.forget(self.switch_us + FRAMES_US)
        if kept and not self._ended:
            unread: AsyncResult[Frame] = AsyncResult()  # a refusal only means that the call is over
            self.post(Sent(command(f"api uuid_flush_dtmf {self._uuid}"), "uuid_flush_dtmf", unread))

    def hangup(self, cause: str = "NORMAL_CLEARING") -> None:
        """Hang up after everything sent before; does nothing when the call is over."""
        argument = arguments.cause(cause)
        if not self._ended and not self._asked_cause:
            self._asked_cause = cause
            self.execute("hangup", argument, wait=False)

    # Waiting

    def await_unbridged(self, longest_s: float) -> None:
        """After a hang-up: until FreeSWITCH has taken the talk apart, so that the phone is free."""
        self._unbridged.wait(longest_s)

    # What FreeSWITCH tells

    def _on_event(self, event: Event) -> None:
        if event.header("Unique-ID") != self._uuid:
            return
        self.switch_us = event.at_us or self.switch_us
        if reaction := _REACTIONS.get(event.name):
            reaction(self, event)
        for callback in tuple(self.event_handlers.get(event.name, ())):
            self._call_back(callback, event)

    def _call_back(self, callback: Callable[[Event], object], event: Event) -> None:
        try:
            callback(event)
        except HotlineError as error:
            log.info("call %s: callback for %s: %s", self._uuid, event.name, error)
        except Exception:
            log.exception("call %s: callback for %s", self._uuid, event.name)

    def _on_complete(self, event: Event) -> None:
        if self.conversation and event.header("Application") == "bridge":
            self._unbridged.set()
            caller_went = self.hung_up or event.header("Answer-State") == "hangup"
            self.conversation.end(event.at_us, self._our_side() if caller_went else "callee")
        if not self._completions:
            return  # nobody waits: most completions are of commands sent back to back
        result = self._completions.get(event.header("Application-UUID"))
        if result and not result.ready():
            result.set(event)

    def _on_bridge(self, event: Event) -> None:
        causes = event.texts("variable_originate_causes")
        self._unbridged.clear()
        self.conversation = Conversation(event.header("Bridge-B-Unique-ID"), event.at_us, causes)

    def _on_key(self, event: Event) -> None:
        self.keys.hear(event.header("DTMF-Digit"), event.at_us)

    def _on_hangup(self, event: Event) -> None:
        self._hang_up(event.header("Hangup-Cause", "NORMAL_CLEARING"), event.at_us)
        self._told.set()

    def _on_notice(self, notice: Frame) -> None:
        if notice.header(b"Content-Disposition") == b"linger" and not self.hung_up:
            self._hang_up("NORMAL_CLEARING", 0)  # the event that knows the cause may still come

    def _hang_up(self, cause: str, at_us: int) -> None:
        self.hangup_cause = cause
        if self.conversation and at_us:
            self.conversation.end(at_us, self._our_side())
        self._end(CallerHungUp(cause))

    def _our_side(self) -> str:
        return "controller" if self._asked_cause else "caller"

    # Ending

    def close(self, deadline_s: float = CLOSE_S) -> str:
        """End our part within the deadline; returns the hang-up cause, "" when the call lives on without us.

        A call that was hung up is waited for until FreeSWITCH says why. One that lives goes back to the dialplan, which
        goes on after its `socket` action. May be called again, and from a callback.
        """
        if gevent.getcurrent() is gevent.get_hub():  # a callback: the event loop must not wait
            gevent.spawn(self.close, deadline_s)
        elif not self._is_closed:
            self._is_closed = True
            with Alarm(deadline_s, self._stop_waiting):
                if self._uuid:
                    self._part()
            self._stop_reading()
            self.sock.close()
        return self.hangup_cause or ""

    def _part(self) -> None:
        if not self.hung_up and not self._asked_cause:
            self._outbox.extend(self._due())  # whoever takes the call next has to know
        self._flush()
        if self.hung_up or self._asked_cause:
            with Alarm(KILL_AFTER_S, self._kill):
                self._told.wait()
        if not self._told.is_set():  # else nothing is left to say, and nothing to hear
            self._say("exit")
            self._flush()
            self._over.wait()

    def _kill(self) -> None:
        if not self.hung_up:
            self._say(f"api uuid_kill {self._uuid} {self._asked_cause}")

    def _stop_waiting(self) -> None:
        self._told.set()
        self._over.set()

    def _say(self, text: str) -> None:
        """Whether or not the call is over."""
        if not self._over.is_set():
            self._outbox.append(line(text))
            self._flush_soon()

    def _break(self, error: HotlineError) -> None:
        super()._break(error)
        self._told.set()
        self._unbridged.set()


_REACTIONS: dict[str, Callable[[Any, Event], None]] = {
    "CHANNEL_EXECUTE_COMPLETE": Channel._on_complete,
    "CHANNEL_BRIDGE": Channel._on_bridge,
    "CHANNEL_HANGUP": Channel._on_hangup,
    "DTMF": Channel._on_key,
}
