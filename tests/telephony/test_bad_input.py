"""Peers that are no FreeSWITCH, or a broken one: that connection ends with one log line, every other call goes on."""

from __future__ import annotations

import logging
import resource
from collections.abc import Iterator
from contextlib import contextmanager

import gevent
import pytest
from gevent import socket

from app.errors import ProtocolError
from app.telephony import arguments
from app.telephony.channel import Channel
from app.telephony.server import CallServer
from app.telephony.wire import MAX_BODY_BYTES
from tests.telephony.conftest import CallMaker, Dialler, ServerMaker
from tests.telephony.flows import play
from tests.telephony.peer import OK, UUID, framed, until

MEGABYTE = 1024 * 1024


@pytest.fixture
def server(serve: ServerMaker) -> CallServer:
    return serve(play)


@contextmanager
def another_call_goes_on(server: CallServer, dial: Dialler) -> Iterator[None]:
    """A call that is in its prompt meanwhile, and ends as it should."""
    switch = dial(server)
    playback = switch.expect("playback")
    yield
    assert not switch.closed
    switch.complete(playback)
    switch.expect("exit")
    switch.close()


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


BAD_FRAMES = {
    "a header without colon": (b"what is this\n\n", "not what FreeSWITCH sends"),
    "an empty header block": (b"\n\n", "not what FreeSWITCH sends"),
    "HTTP": (b"GET / HTTP/1.1\nHost: localhost\n\n", "not what FreeSWITCH sends"),
    "a switch that wants a password": (b"Content-Type: auth/request\n\n", "auth/request"),
    "a rejection": (b"Content-Type: text/rude-rejection\nContent-Length: 0\n\n", "rude-rejection"),
    "plain events": (b"Content-Type: text/event-plain\nContent-Length: 0\n\n", "event-plain"),
    "an event without body": (b"Content-Type: text/event-json\n\n", "not JSON"),
    "an event that is no JSON": (framed(b"Event-Name: DTMF"), "not JSON"),
    "an event that is broken JSON": (framed(b'{"Event-Name":}'), "not JSON"),
    "a body longer than announced": (
        framed(b'{"Event-Name":"DTMF"} and more', 21) + OK,
        "not what FreeSWITCH",
    ),
    "a body shorter than announced": (framed(b'{"Event-Name":"DTMF"}', 40) + framed(b"{}"), "not JSON"),
    "a length that is no number": (b"Content-Length: ten\n\n", "Content-Length is"),
    "a body beyond the limit": (b"Content-Length: %d\n\n" % (MAX_BODY_BYTES + 1), "is announced"),
    "1 MB of headers": (b"A: " + b"x" * MEGABYTE + b"\n\n", "headers are longer"),
    "a reply to nothing": (OK + OK, "a reply to nothing"),
    "bytes of anything": (bytes(range(256)) * 300, "headers are longer"),
}


@pytest.mark.parametrize(("data", "says"), BAD_FRAMES.values(), ids=BAD_FRAMES)
def test_bad_data_ends_that_connection_and_no_other(
    server: CallServer, caplog: pytest.LogCaptureFixture, data: bytes, says: str, dial: Dialler
) -> None:
    with another_call_goes_on(server, dial):
        switch = dial(server, replies=False)
        switch.expect("playback")
        switch.send(OK + data)
        until(lambda: switch.closed)
        until(lambda: server.live_calls == 1)
    (line,) = warnings(caplog)
    assert says in line


@pytest.mark.parametrize(("data", "says"), BAD_FRAMES.values(), ids=BAD_FRAMES)
def test_bad_data_instead_of_a_call(
    server: CallServer, caplog: pytest.LogCaptureFixture, data: bytes, says: str, dial: Dialler
) -> None:
    with another_call_goes_on(server, dial):
        switch = dial(server, connects=False)
        switch.send(data)
        until(lambda: switch.closed)
        until(lambda: server.live_calls == 1)
    (line,) = warnings(caplog)
    assert says in line or "connect was answered with" in line


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="between frames"),
        pytest.param(b"Content-Ty", id="in the headers (D2)"),
        pytest.param(b"Content-Length: 100\nContent-Type: text/event-json\n\n{", id="in a body (D1)"),
    ],
)
def test_a_connection_that_is_cut(
    server: CallServer, caplog: pytest.LogCaptureFixture, data: bytes, dial: Dialler
) -> None:
    """greenswitch waits for ever then, or stops the whole process."""
    with another_call_goes_on(server, dial):
        switch = dial(server)
        switch.expect("playback")
        switch.send(data)
        switch.shut()
        until(lambda: server.live_calls == 1)
        switch.close()
    (line,) = warnings(caplog)
    assert "FreeSWITCH closed the connection" in line


def test_a_switch_that_breaks_the_call_says_so_to_the_flow(call: CallMaker) -> None:
    one = call(play)
    one.switch.expect("playback")
    one.switch.close()
    with pytest.raises(ProtocolError, match="closed the connection"):
        one.result()
    assert isinstance(one.channel.failure, ProtocolError)
    assert not one.channel.hung_up


def test_a_switch_that_reads_no_more(call: CallMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.telephony.connection.SEND_S", 0.02)
    hanging = gevent.event.Event()

    def flow(channel: Channel) -> None:
        hanging.wait()
        for _ in range(900):
            channel.execute("multiset", arguments.assignments({"state": "a" * 8000}), wait=False)
        play(channel)

    one = call(flow)
    one.switch.stop_reading()
    hanging.set()
    with pytest.raises(ProtocolError, match=r"cannot send: not read within 0\.02 s"):
        one.result()


def test_a_switch_that_reads_and_never_answers_does_not_fill_the_memory(call: CallMaker) -> None:
    def flow(channel: Channel) -> None:
        while True:
            channel.execute("break", wait=False)
            gevent.sleep(0)

    one = call(flow, replies=False)
    with pytest.raises(ProtocolError, match="1000 commands are unanswered"):
        one.result()


def test_a_flood_of_events_is_held_up_by_nothing_and_kept_nowhere(server: CallServer, dial: Dialler) -> None:
    """40 MB that nobody asked for: each event is looked at and let go while another call goes on."""
    flood = framed(b'{"Event-Name":"DTMF","DTMF-Digit":"1","Unique-ID":"' + UUID.encode() + b'"}') * 5000
    with another_call_goes_on(server, dial):
        switch = dial(server)
        switch.expect("playback")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for _ in range(40 * MEGABYTE // len(flood)):
            switch.send(flood)
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20 * 1024  # KB
        switch.close()


@pytest.mark.parametrize("uuid", ["", "a b", "%0A", "x%0A%0Aapi system id", "u" * 65])
def test_a_call_whose_id_cannot_be_one(
    server: CallServer, caplog: pytest.LogCaptureFixture, uuid: str, dial: Dialler
) -> None:
    switch = dial(server, headers={"Unique-ID": uuid})
    until(lambda: switch.closed)
    (line,) = warnings(caplog)
    assert "connect was answered with the channel" in line
    assert not switch.told("filter")


def test_peers_that_say_nothing(
    serve: ServerMaker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, dial: Dialler
) -> None:
    """D9: they are counted, and gone after the time of the handshake."""
    monkeypatch.setattr("app.telephony.server.HANDSHAKE_S", 0.05)
    server = serve(play)
    switches = [dial(server, connects=False) for _ in range(20)]
    until(lambda: server.live_calls == 20)
    until(lambda: server.live_calls == 0)
    until(lambda: all(switch.closed for switch in switches))
    assert [line for line in warnings(caplog) if "connect: nothing within" in line] == warnings(caplog)


def test_a_flood_without_an_end_is_cut_short(server: CallServer) -> None:
    """D22: greenswitch takes 50 MB and more."""
    with socket.create_connection(server.address) as sock, pytest.raises(OSError, match=r".+"):
        sock.sendall(b"x" * 200 * MEGABYTE)


def test_too_many_open_files_do_not_kill_the_listener(
    server: CallServer, caplog: pytest.LogCaptureFixture
) -> None:
    """D12"""
    sock = socket.socket()
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (sock.fileno() + 1, limits[1]))
    try:
        sock.connect(server.address)
        until(lambda: warnings(caplog))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert "no call can be taken: [Errno 24]" in warnings(caplog)[0]
    assert sock.recv(100) == b"connect\n\n"
    sock.close()
