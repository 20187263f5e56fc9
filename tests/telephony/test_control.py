"""Telling a switch to place a call, over a real connection to the simulated switch's event socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from gevent.server import StreamServer
from gevent.socket import socket

from app.errors import CommandRefused, HotlineError, ProtocolError
from app.setting_kinds import Address, Trunk
from app.simulator.inbound import EventSocket
from app.simulator.phones import PhoneBehaviour
from app.telephony import control
from app.telephony.arguments import Argument
from app.telephony.control import Switch
from app.telephony.dialstring import DialLeg, dial_string
from tests.telephony.bench import Bench

LEG = "6baa3c28-debd-4e6c-9942-a3ca81eb67cc"


@pytest.fixture
def event_socket(bench: Bench) -> Iterator[EventSocket]:
    assert bench.switch
    server = EventSocket(("127.0.0.1", 0), bench.switch, "secret")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def switch(event_socket: EventSocket) -> Iterator[Switch]:
    switch = Switch(Address("127.0.0.1", event_socket.server_port or 0), "secret")
    yield switch
    switch.close()


def call(switch: Switch, number: str = "13800138000", ring_s: int = 20) -> str:
    dial = dial_string([DialLeg(LEG, number, ring_s)], Trunk("gateway", "carrier"), "4008001234")
    return switch.originate(dial, "4008001234", ring_s)


def test_who_answers_is_handed_to_a_controller(bench: Bench, switch: Switch) -> None:
    bench.flow(a={"kind": "hangup"})
    assert call(switch) == LEG
    assert bench.record(LEG)["ani"] == "13800138000"


@pytest.mark.parametrize(
    ("words", "cause"),
    [("busy", "USER_BUSY"), ("no answer", "NO_ANSWER"), ("off", "NO_USER_RESPONSE")],
)
def test_who_does_not_answer(bench: Bench, switch: Switch, words: str, cause: str) -> None:
    bench.phones.set("13800138000", PhoneBehaviour.read(words))
    with pytest.raises(CommandRefused, match=cause):
        call(switch)


def test_a_connection_that_broke_is_made_again(bench: Bench, switch: Switch) -> None:
    bench.phones.set("13800138000", PhoneBehaviour.read("busy"))
    for _ in range(2):
        with pytest.raises(CommandRefused, match="USER_BUSY"):
            call(switch)
        switch.close()


def test_a_wrong_password(event_socket: EventSocket) -> None:
    with pytest.raises(CommandRefused, match="auth"):
        call(Switch(Address("127.0.0.1", event_socket.server_port or 0), "wrong"))


def test_nobody_listens() -> None:
    with pytest.raises(ProtocolError, match="no FreeSWITCH"):
        call(Switch(Address("127.0.0.1", 9), "secret"))


@pytest.mark.parametrize(
    "first", [b"", b"HTTP/1.1 400 Bad Request\n\n", b"Content-Type: text/rude-rejection\n\n"]
)
def test_somebody_else_listens(first: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "CONNECT_S", 0.2)

    def serve(sock: socket, _peer: object) -> None:
        sock.sendall(first)
        sock.recv(1)

    server = StreamServer(("127.0.0.1", 0), serve)
    server.start()
    try:
        with pytest.raises(HotlineError):
            call(Switch(Address("127.0.0.1", server.server_port or 0), "secret"))
    finally:
        server.stop(timeout=0)


def test_calls_that_are_not_there_cannot_be_hung_up(switch: Switch) -> None:
    with pytest.raises(CommandRefused):
        switch.kill(LEG)


@pytest.mark.parametrize(
    "act",
    [
        lambda switch: switch.kill("x api status"),
        lambda switch: switch.kill(LEG, "NO_SUCH_CAUSE"),
        lambda switch: switch.break_("*"),
        lambda switch: switch.originate("sofia/gateway/carrier/1", "4008001234", 20),
        lambda switch: switch.originate(Argument("loopback/1 &system(id)"), "4008001234", 20),
        lambda switch: switch.originate(Argument("loopback/1"), "&system(id)", 20),
    ],
)
def test_text_never_becomes_a_command(switch: Switch, act: Callable[[Switch], None]) -> None:
    with pytest.raises(ValueError, match=r"cannot be|is not"):
        act(switch)
