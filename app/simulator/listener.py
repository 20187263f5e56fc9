"""The switch's end of one outbound socket: reads the controller's commands, answers them, sends events."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence

import gevent
from gevent.lock import Semaphore
from gevent.socket import socket

from app.simulator import api, template
from app.simulator.channel import Channel
from app.simulator.commands import Command, CommandReader, TooLong

FIRST_COMMAND_S = 25.0
SEND_DEADLINE_S = 10.0
MAX_LINGER_S = 600.0
GOODBYE = b"Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n"
CHANNEL_EVENTS = """ANSWER APPLICATION BRIDGE CREATE DATA DESTROY EXECUTE EXECUTE_COMPLETE HANGUP
    HANGUP_COMPLETE HOLD UNHOLD ORIGINATE OUTGOING PARK PROGRESS PROGRESS_MEDIA STATE CALLSTATE UNBRIDGE UNPARK UUID"""
OWN_EVENTS = frozenset({f"CHANNEL_{name}" for name in CHANNEL_EVENTS.split()} | {"DTMF", "TALK", "NOTALK"})
EVENTS = OWN_EVENTS | {"ALL", "RECORD_START", "RECORD_STOP", "PLAYBACK_START", "PLAYBACK_STOP", "CUSTOM"}


class Listener:
    """One controller's connection; `finished` once the controller left or was told goodbye."""

    def __init__(self, channel: Channel, sock: socket, *, full: bool) -> None:
        self.channel, self._sock, self._full = channel, sock, full
        self.connected = self.finished = self._closed = self._lingers = False
        self.linger_s: float | None = None
        self._events: set[str] = set()
        self._filters: list[tuple[str, str]] = []
        self._json = False
        self._lock = Semaphore()
        sock.settimeout(FIRST_COMMAND_S)

    def run(self) -> None:
        """Serve the controller until it leaves. Whatever ends this, the channel goes on without it."""
        reader = CommandReader()
        with contextlib.suppress(OSError, TooLong):
            while not self.finished and (data := self._receive()):
                for command in reader.feed(data):
                    if not self.finished:
                        self._obey(command)
        self.close()

    def _receive(self) -> bytes:
        while True:
            try:
                return self._sock.recv(65536)
            except TimeoutError:
                if self.finished or not self.connected:
                    raise

    def _obey(self, command: Command) -> None:
        word, _, rest = command.line.partition(" ")
        handler = getattr(self, f"_on_{word.lower()}", None)
        reply = handler(rest.strip(), command.headers) if handler else "-ERR command not found"
        if reply:
            self.send(f"Content-Type: command/reply\nReply-Text: {reply}\n\n".encode())

    def _on_connect(self, _rest: str, _headers: Mapping[str, str]) -> str:
        control = {
            "Content-Type": "command/reply", "Reply-Text": "+OK\n", "Socket-Mode": "async",
            "Control": "full" if self._full else "single-channel",
        }  # fmt: skip
        self.send(self.channel.connect_reply(control))
        self._sock.settimeout(SEND_DEADLINE_S)
        self.connected = True
        self.channel.change.notify()
        return ""

    def _on_event(self, rest: str, _headers: Mapping[str, str]) -> str:
        words = rest.split()
        if words and words[0].lower() in ("json", "plain", "xml"):
            self._json = words.pop(0).lower() == "json"
        wanted = {word.upper() for word in words} & EVENTS
        if not wanted:
            return "-ERR no keywords supplied"
        self._events |= wanted
        return f"+OK event listener enabled {'json' if self._json else 'plain'}"

    def _on_myevents(self, rest: str, _headers: Mapping[str, str]) -> str:
        self._json = self._json or rest.lower() == "json"
        self._events |= OWN_EVENTS
        return "+OK Events Enabled"

    def _on_nixevent(self, rest: str, _headers: Mapping[str, str]) -> str:
        self._events -= {word.upper() for word in rest.split()}
        return "+OK events nixed"

    def _on_noevents(self, _rest: str, _headers: Mapping[str, str]) -> str:
        self._events.clear()
        return "+OK no longer listening for events"

    def _on_filter(self, rest: str, _headers: Mapping[str, str]) -> str:
        name, _, value = rest.partition(" ")
        if not value:
            return "-ERR invalid syntax"
        if name == "delete":
            header, _, wanted = value.partition(" ")
            self._filters = [kept for kept in self._filters if header != "all" and kept != (header, wanted)]
            return f"+OK filter deleted. [{header}][{wanted}]"
        self._filters.append((name, value))
        return f"+OK filter added. [{name}]=[{value}]"

    def _on_linger(self, rest: str, _headers: Mapping[str, str]) -> str:
        self.linger_s = float(rest) if rest.isdigit() else float("inf")
        return f"+OK will linger {rest} seconds" if rest.isdigit() else "+OK will linger"

    def _on_nolinger(self, _rest: str, _headers: Mapping[str, str]) -> str:
        self.linger_s = None
        return "+OK will not linger"

    def _on_resume(self, _rest: str, _headers: Mapping[str, str]) -> str:
        self.channel.set("socket_resume", "true")
        return "+OK"

    def _on_getvar(self, rest: str, _headers: Mapping[str, str]) -> str:
        return self.channel.variable(rest) or "-ERR command not found"

    def _on_sendmsg(self, rest: str, headers: Mapping[str, str]) -> str:
        target = rest or headers.get("session-id", "")
        if target and target != self.channel.uuid:
            return f"-ERR invalid session id [{target}]"
        self.channel.commands.append(headers)
        self.channel.change.notify()
        return "+OK"

    def _on_api(self, rest: str, _headers: Mapping[str, str]) -> str:
        if not self._full:
            return "-ERR command not found"
        answer = api.answer(self.channel, rest).encode()
        self.send(b"Content-Type: api/response\nContent-Length: %d\n\n%b" % (len(answer), answer))
        return ""

    def _on_exit(self, _rest: str, _headers: Mapping[str, str]) -> str:
        self.finished = True
        return "+OK bye"

    # events

    def wants(self, event: str) -> bool:
        return not self.finished and (event in self._events or "ALL" in self._events)

    def send_event(self, fields: template.Fields) -> None:
        """Send an event that is wanted, if the filters let it through."""
        if not self._filters or _passes(fields, self._filters):
            self.send((template.as_event if self._json else template.as_plain_event)(fields))

    def channel_is_over(self) -> None:
        """The channel has ended: linger as asked, then goodbye."""
        self.tell_of_hangup()
        if self.linger_s is not None:
            clock = self.channel.clock
            with clock.standing():
                clock.until(self.channel.change, lambda: self.finished, min(self.linger_s, MAX_LINGER_S))
        self.close()

    def tell_of_hangup(self) -> None:
        """Once, when the controller asked to linger: there is no call any more, but events may follow."""
        if self.linger_s is not None and not self._lingers and not self.finished:
            self._lingers = True
            name, seconds = self.channel.variable("channel_name"), f"{self.linger_s:.0f}".replace("inf", "-1")
            self._notice("linger", f"Channel-Name: {name}\nLinger-Time: {seconds}\n")

    def _notice(self, disposition: str, more: str = "", body: bytes = b"") -> None:
        self.send(
            f"Content-Type: text/disconnect-notice\nControlled-Session-UUID: {self.channel.uuid}\n"
            f"Content-Disposition: {disposition}\n{more}Content-Length: {len(body)}\n\n".encode()
            + body
        )

    def send(self, data: bytes) -> None:
        """Send; a controller that is gone or does not read is finished."""
        try:
            with self._lock:
                self._sock.sendall(data)
        except OSError:
            self.finished = True

    def close(self) -> None:
        """Say goodbye and close; idempotent."""
        if self._closed:
            return
        self._closed = True
        self._notice("disconnect", body=GOODBYE)
        self.finished = True
        self._sock.close()
        if self.channel.listener is self and not self.channel.down:
            self.channel.tell("controller_left")
            self.channel.controller = ""
            self.channel.restarted = self.channel.is_true("socket_resume")
        self.channel.change.notify()


def _passes(fields: template.Fields, filters: Sequence[tuple[str, str]]) -> bool:
    """Whether filters let an event through: one that fits lets it, one that begins with "-" and fits keeps it back."""
    passes = False
    for name, value in filters:
        wanted = value.lstrip("+- ")
        if str(fields.get(name, "")).lower() == wanted.lower():
            if value.startswith("-"):
                return False
            passes = True
    return passes


def serve(channel: Channel, sock: socket, *, full: bool) -> Listener:
    """Start a listener for a connection just made."""
    listener = Listener(channel, sock, full=full)
    gevent.spawn(listener.run)
    return listener
