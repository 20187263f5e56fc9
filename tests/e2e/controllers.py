"""Call controllers of a few lines, to see what FreeSWITCH's dialplan does with them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from queue import SimpleQueue
from typing import TypeVar

from tests.e2e.line import Block, Line

Script = Callable[[Line, Block], None]

AController = TypeVar("AController", bound="Controller")

PHONE = "13900139001"


class Controller(threading.Thread):
    """Listens on a port and runs `script(line, connect)` on each call; `calls` are the `connect` replies."""

    def __init__(self, port: int, script: Script) -> None:
        super().__init__(daemon=True)
        self.calls: list[Block] = []
        self._script = script
        self._listener = socket.create_server(("127.0.0.1", port))

    def run(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:  # closed
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        line = Line(connection)
        connect = line.ask("connect")
        self.calls.append(connect)
        with closing(line), suppress(EOFError, OSError):  # FreeSWITCH closes when the call is over
            self._script(line, connect)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.join()


class Stillborn(Controller):
    """Dies whenever it has been given a call, before it has said anything."""

    def __init__(self, port: int) -> None:
        super().__init__(port, keeps)
        self.deaths = 0

    def _serve(self, connection: socket.socket) -> None:
        self.deaths += 1
        connection.close()


@contextmanager
def stillborn(port: int) -> Iterator[Stillborn]:
    """A controller on `port` that takes no call, for as long as the `with` lasts."""
    with _running(Stillborn(port)) as running:
        yield running


@contextmanager
def controller(port: int, script: Script) -> Iterator[Controller]:
    """A controller on `port` for as long as the `with` lasts."""
    with _running(Controller(port, script)) as running:
        yield running


@contextmanager
def _running(running: AController) -> Iterator[AController]:
    running.start()
    try:
        yield running
    finally:
        running.close()


def takes(line: Line, _: Block) -> None:
    """Answer, then keep the call until it ends."""
    line.execute("answer")
    keeps(line, _)


def keeps(line: Line, _: Block) -> None:
    """Read until FreeSWITCH closes the connection."""
    while True:
        line.read()


def refuses(line: Line, _: Block) -> None:
    """Leave the call to the next controller, as a full or a stopping one does."""
    line.ask("exit")


def hangs_up(line: Line, _: Block) -> None:
    """End the call as "all our lines are busy"."""
    line.execute("hangup", "USER_BUSY")
    keeps(line, _)


def bridging(results: SimpleQueue[Block], ring_s: int = 10) -> Script:
    """A controller that rings PHONE through the gateway, reports how that ended, and hangs up."""
    return _performing("bridge", f"[leg_timeout={ring_s}]sofia/gateway/carrier/{PHONE}", results)


def collecting(results: SimpleQueue[Block], keys: int) -> Script:
    """A controller that plays a tone and collects so many keys in the variable `keys`, reports that, and hangs up."""
    asked = f"{keys} {keys} 1 5000 # tone_stream://%(10000,0,450) silence_stream://1 keys .*"
    return _performing("play_and_get_digits", asked, results)


def _performing(application: str, argument: str, results: SimpleQueue[Block]) -> Script:
    def script(line: Line, connect: Block) -> None:
        line.execute("answer")
        results.put(line.perform(application, argument))
        line.execute("hangup", "NORMAL_CLEARING")
        keeps(line, connect)

    return script
