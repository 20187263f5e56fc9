"""The simulated switch as a process, and the client that asks it for calls."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import gevent
import pytest
from gevent import socket

from app.errors import HotlineError, SettingError
from app.settings import Settings, load
from app.simulator import client, server
from app.simulator.caller import Caller
from app.simulator.clock import InstantClock
from app.simulator.phones import PhoneBehaviour, Phones
from app.simulator.server import MAX_LINE_BYTES, ControlServer
from app.simulator.switch import SimulatedSwitch
from tests.simulator.controllers import Controller, controlled, free_address, standard

T = TypeVar("T")


@pytest.fixture
def switch() -> Iterator[SimulatedSwitch]:
    with controlled(standard) as address:
        yield SimulatedSwitch([address], phones=Phones())


@pytest.fixture
def control(switch: SimulatedSwitch) -> Iterator[ControlServer]:
    running = ControlServer(("127.0.0.1", 0), switch)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def settings(control: ControlServer, tmp_path: Path) -> Settings:
    listen = f"127.0.0.1:{control.server_port}"
    return load({"HOTLINE_HOME": str(tmp_path), "HOTLINE_SIMULATOR_LISTEN": listen})


def apart(function: Callable[[], T]) -> T:
    """Call something that blocks in a thread, while the servers go on here."""
    result: T = gevent.get_hub().threadpool.apply(function)
    return result


class Line:
    """A raw control connection."""

    def __init__(self, control: ControlServer) -> None:
        self._sock = socket.create_connection(("127.0.0.1", control.server_port), 10)
        self._reader = self._sock.makefile("rb")

    def ask(self, line: str) -> dict[str, Any]:
        self._sock.sendall(line.encode() + b"\n")
        return self.next()

    def next(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self._reader.readline() or "{}")
        return answer

    def close(self) -> None:
        self._reader.close()
        self._sock.close()


@pytest.fixture
def line(control: ControlServer) -> Iterator[Line]:
    connected = Line(control)
    yield connected
    connected.close()


def test_a_call_streams_its_story(settings: Settings) -> None:
    told = apart(lambda: list(client.place(settings, Caller("13800138000", "4008001234", "1"), speed=1000)))
    assert [told[0].event, told[-1].event] == ["call", "end"]
    assert {"answered", "key", "talking", "caller_hangs_up"} - {line.event for line in told} == {
        "caller_hangs_up"
    }


def test_a_phone_behaves_as_it_is_told(settings: Settings) -> None:
    apart(lambda: client.set_phone(settings, "13900000001", "busy"))
    assert apart(lambda: client.phones(settings)) == {"13900000001": "busy"}
    told = apart(lambda: list(client.place(settings, Caller("13800138000", "4008001234", "1"), speed=1000)))
    assert "phone_fails" in {line.event for line in told}


def test_a_client_that_leaves_hangs_up(line: Line, switch: SimulatedSwitch) -> None:
    switch.phones.set("13900000001", PhoneBehaviour.read("answers after 1 talks 10000"))
    line.ask('{"call": {"ani": "13800138000", "did": "4008001234", "keys": "1", "speed": 100}}')
    (channel,) = switch.live_calls.values()
    line.close()
    assert channel.story.wait(10).hangup_cause in ("NORMAL_CLEARING", "ORIGINATOR_CANCEL")
    assert "caller_hangs_up" in channel.story.events()


def test_without_a_running_switch_the_client_says_how_to_start_one(tmp_path: Path) -> None:
    settings = load({"HOTLINE_HOME": str(tmp_path), "HOTLINE_SIMULATOR_LISTEN": free_address()})
    with pytest.raises(HotlineError, match="hotline400 run"):
        list(client.place(settings, Caller("13800138000", "4008001234")))


def test_a_phone_cannot_be_told_nonsense(settings: Settings) -> None:
    with pytest.raises(HotlineError, match="sings"):
        apart(lambda: client.set_phone(settings, "13900000001", "sings"))


@pytest.mark.parametrize(
    "request_line",
    [
        "hello",
        "[]",
        "7",
        "{}",
        '{"call": 1}',
        '{"call": {"ani": "1"}}',
        '{"call": {"ani": "1", "did": "2", "colour": "red"}}',
        '{"call": {"ani": "1", "did": "2", "speed": "fast"}}',
        '{"call": {"ani": "1", "did": "2", "hang_up": "never"}}',
        '{"call": {"ani": "1", "did": 2}}',
        '{"phone": "1"}',
        '{"phone": "1", "behaviour": 7}',
    ],
)
def test_what_is_not_understood_is_refused_and_the_next_line_served(line: Line, request_line: str) -> None:
    assert set(line.ask(request_line)) == {"error"}
    assert line.ask('{"phones": true}') == {"phones": {}}


def test_a_line_that_is_too_long_ends_the_connection(line: Line) -> None:
    assert "longer" in line.ask("x" * (MAX_LINE_BYTES + 10))["error"]
    assert line.next() == {}


def test_a_half_line_is_nothing(control: ControlServer) -> None:
    with socket.create_connection(("127.0.0.1", control.server_port), 10) as half:
        half.sendall(b'{"phones"')
        half.shutdown(socket.SHUT_WR)
        assert half.recv(100) == b""


def test_it_listens_on_this_machine_only(tmp_path: Path) -> None:
    settings = load({"HOTLINE_HOME": str(tmp_path), "HOTLINE_SIMULATOR_LISTEN": "0.0.0.0:8085"})
    with pytest.raises(SettingError, match="HOTLINE_SIMULATOR_LISTEN"):
        server.serve(settings)


def test_a_controller_that_says_nonsense_is_answered_as_freeswitch_would() -> None:
    def babbles(controller: Controller) -> None:
        controller.reply("connect")
        replies.extend(
            controller.reply(line).headers["Reply-Text"] for line in ("dance", "event json X", "filter X")
        )

    replies: list[str] = []
    with controlled(babbles) as address:
        SimulatedSwitch([address, free_address()], InstantClock()).place(Caller("1", "4008001234")).wait(10)
    assert replies[:3] == ["-ERR command not found", "-ERR no keywords supplied", "-ERR invalid syntax"]
