"""A real call server on a port of its own, and calls to it over real sockets."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from gevent.event import AsyncResult

from app.settings import Address
from app.telephony.channel import Channel
from app.telephony.server import CallServer
from tests.telephony.bench import Bench, write_sounds
from tests.telephony.peer import WITHIN_S, Switch, until

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))

Flow = Callable[[Channel], Any]
ServerMaker = Callable[..., CallServer]


@dataclass(frozen=True)
class Call:
    """A call in progress: the switch's end, ours, and what the flow returns or raises."""

    switch: Switch
    channel: Channel
    outcome: AsyncResult[Any]

    def result(self) -> Any:
        """What the flow returned; raises what it raised."""
        return self.outcome.get(timeout=WITHIN_S)


CallMaker = Callable[..., Call]
Dialler = Callable[..., Switch]


@pytest.fixture
def serve() -> Iterator[ServerMaker]:
    """Starts call servers: `serve(handle, max_calls=…, …)`."""
    servers: list[CallServer] = []

    def make(handle: Flow, **options: Any) -> CallServer:
        wanted: dict[str, Any] = {"listen": Address("127.0.0.1", 0), "max_calls": 100, "peers": LOOPBACK}
        server = CallServer(handle=handle, **wanted | options)
        servers.append(server)
        server.start()
        return server

    yield make
    for server in servers:
        server.drain(0)


@pytest.fixture
def dial() -> Iterator[Dialler]:
    """Connects to a server as FreeSWITCH does: `dial(server, …)`, with the options of `Switch`."""
    switches: list[Switch] = []

    def make(server: CallServer, **options: Any) -> Switch:
        switches.append(Switch(server.address, **options))
        return switches[-1]

    yield make
    for switch in switches:
        switch.close()


@pytest.fixture
def call(serve: ServerMaker, dial: Dialler) -> CallMaker:
    """Places calls that a flow handles: `call(flow, headers=…)`."""

    def place(flow: Flow, **options: Any) -> Call:
        result: AsyncResult[Any] = AsyncResult()
        channels: list[Channel] = []

        def handle(channel: Channel) -> None:
            channels.append(channel)
            try:
                result.set(flow(channel))
            except Exception as error:
                result.set_exception(error)
                raise

        switch = dial(serve(handle), **options)
        until(lambda: channels, "the call is handled")
        return Call(switch, channels[0], result)

    return place


@pytest.fixture
def prompts(tmp_path: Path) -> str:
    """A prompts folder in which every prompt lasts a second."""
    write_sounds(tmp_path)
    return str(tmp_path)


@pytest.fixture
def bench(prompts: str) -> Iterator[Bench]:
    """A controller and a simulated switch."""
    with Bench(prompts=prompts).running() as bench:
        yield bench
