"""Small controllers for the simulator's tests: they say what they are told and remember what they heard."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from gevent import socket
from gevent.pool import Pool
from gevent.server import StreamServer

from app.simulator.recording import Frame, FrameCutter

EVENTS = (
    "CHANNEL_EXECUTE_COMPLETE CHANNEL_BRIDGE CHANNEL_UNBRIDGE CHANNEL_HANGUP CHANNEL_HANGUP_COMPLETE DTMF"
)


class CallOver(Exception):
    """The call has ended while a controller waited for something."""


class Controller:
    """One connection from the switch. `heard` is everything that came, `events` the JSON events of it."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.heard: list[Frame] = []
        self._cutter = FrameCutter()
        self._waiting: list[Frame] = []

    @property
    def events(self) -> list[dict[str, Any]]:
        return [frame.event for frame in self.heard if frame.event]

    def say(self, *commands: str) -> None:
        self.sock.sendall("".join(f"{command}\n\n" for command in commands).encode())

    def frame(self) -> Frame | None:
        """The next thing that the switch says; None when it has hung up on us."""
        while not self._waiting:
            data = self.sock.recv(65536)
            if not data:
                return None
            self._waiting += [Frame(0.0, 1, "switch", *cut) for cut in self._cutter.feed(data)]
        self.heard.append(self._waiting.pop(0))
        return self.heard[-1]

    def reply(self, *commands: str) -> Frame:
        """Say something, and the first thing that comes back."""
        self.say(*commands)
        frame = self.frame()
        assert frame is not None
        return frame

    def start(self) -> dict[str, str]:
        """Connect and subscribe; the call's fields."""
        fields = self.reply("connect").headers
        self.say(f"filter Unique-ID {fields['Unique-ID']}", f"event json {EVENTS}", "linger 10")
        return fields

    def execute(self, application: str, argument: str = "") -> dict[str, Any]:
        """Execute an application and wait for its end. CallOver when the call ends first."""
        mine = str(uuid.uuid4())
        self.say(execution(application, argument, mine))
        return self.until(lambda event: event.get("Application-UUID") == mine)

    def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The next event that is wanted. CallOver when the call ends first."""
        while (frame := self.frame()) is not None:
            if frame.event and wanted(frame.event):
                return frame.event
            if frame.event.get("Event-Name") == "CHANNEL_HANGUP_COMPLETE":
                break
        raise CallOver

    def listen(self) -> None:
        """Until the call is over."""
        with suppress(CallOver):
            self.until(lambda _event: False)


def execution(application: str, argument: str = "", event_uuid: str = "") -> str:
    lines = ["sendmsg", "call-command: execute", f"execute-app-name: {application}", "event-lock: true"]
    lines += [f"execute-app-arg: {argument}"] if argument else []
    lines += [f"Event-UUID: {event_uuid}"] if event_uuid else []
    return "\n".join(lines)


@contextmanager
def controlled(handle: Callable[[Controller], None]) -> Iterator[str]:
    """A server that gives each call to `handle`; its "host:port". All of them have ended afterwards."""

    def serve(sock: socket.socket, _peer: object) -> None:
        with suppress(CallOver), sock:
            handle(Controller(sock))

    server = StreamServer(("127.0.0.1", 0), serve, spawn=Pool(50))
    server.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.stop(timeout=10)


def free_address() -> str:
    """An address where nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{sock.getsockname()[1]}"


def standard(controller: Controller) -> None:
    """Answer, one key, one phone, hang up: 1 rings the first phone, 2 the second."""
    controller.start()
    controller.execute("answer")
    asked = controller.execute(
        "play_and_get_digits", "1 1 1 3000 # silence_stream://1000 silence_stream://1 keys . 1000"
    )
    if asked.get("variable_keys"):
        controller.execute(
            "bridge", f"[leg_timeout=20]sofia/gateway/carrier/1390000000{asked['variable_keys']}"
        )
    controller.execute("hangup")
    controller.listen()
