"""Garbage on the wire: it is refused with the error meant for it, and touches no call but its own."""

from __future__ import annotations

import random
from base64 import urlsafe_b64encode
from collections.abc import Iterator

import gevent
import orjson
import pytest
from gevent import socket

from app.bench.fuzzing import MARKS, fuzz
from app.calls import state
from app.commands.fuzz import RECORDINGS, recorded
from app.errors import ProtocolError, StateError
from app.telephony.event import PlainHeaders
from app.telephony.server import CallServer
from app.telephony.wire import FrameReader
from tests.telephony.conftest import Dialler, ServerMaker
from tests.telephony.flows import play
from tests.telephony.peer import until

PACKETS = recorded(RECORDINGS)
SEEDS = range(10)
BIG = b'[[7,1000000000000000000000000000000,0,"","",0],[],null]'
CONNECTIONS = 200


def test_the_recordings_are_read_as_they_are() -> None:
    reader = FrameReader()
    frames = [frame for packet in PACKETS for frame in reader.feed(packet)]
    assert len(frames) == len(PACKETS) > 500


@pytest.mark.parametrize("seed", SEEDS)
def test_damaged_packets_and_states_are_refused_or_read(seed: int) -> None:
    """`hotline400 fuzz --packets 1000000` throws more of them."""
    found = fuzz(PACKETS, 2000, seed)
    assert found.crashes == []
    assert 200 < found.refused < 1900


def test_a_name_that_is_no_text_is_no_name() -> None:
    """Found by fuzzing: going through all headers raised KeyError."""
    headers = PlainHeaders(b"\nCaller-Nu\xffber: 1\nvariable_a%20b: 2\nUnique-ID: 3")
    assert dict(headers) == {"variable_a%20b": "2", "Unique-ID": "3"}


@pytest.mark.parametrize("ms", [10**18, -(10**18), 10**30, "1e400"])
def test_a_moment_that_no_calendar_has_is_no_state(ms: object) -> None:
    """Found by fuzzing: OSError from the system's calendar."""
    body = b"1." + urlsafe_b64encode(orjson.dumps([[7, ms, 0, "", "", 0], [], None]) if ms != 10**30 else BIG)
    text = body.rstrip(b"=") + b"." + state._signature(b"k", "c", body.rstrip(b"="))
    with pytest.raises(StateError, match="another release"):
        state.read(b"k", "c", text.decode())


def test_a_reader_that_breaks_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the test above would prove nothing."""
    monkeypatch.setattr("app.bench.fuzzing.ProtocolError", ZeroDivisionError)
    crashes = fuzz(PACKETS, 300, 1).crashes
    assert crashes
    assert {type(crash) for _, crash in crashes} == {ProtocolError}


def garbage(dice: random.Random) -> Iterator[bytes]:
    """What somebody sends on one connection."""
    for _ in range(dice.randint(1, 4)):
        packet = bytearray(dice.choice(PACKETS))
        for _ in range(dice.randint(0, 3)):
            packet[dice.randrange(len(packet))] = dice.randrange(256)
        yield bytes(packet) + dice.choice(MARKS) * dice.randint(0, 2)


def intrude(server: CallServer, dice: random.Random) -> None:
    with socket.create_connection(server.address) as sock:
        for data in garbage(dice):
            try:
                sock.sendall(data)
            except OSError:
                return  # it was refused meanwhile
            gevent.sleep(0)


def test_a_call_goes_on_between_connections_full_of_garbage(serve: ServerMaker, dial: Dialler) -> None:
    server = serve(play, max_calls=1000)
    switch = dial(server)
    playback = switch.expect("playback")
    dice = random.Random(1)
    intruders = [gevent.spawn(intrude, server, dice) for _ in range(CONNECTIONS)]
    gevent.joinall(intruders, timeout=10, raise_error=True)
    until(lambda: server.live_calls == 1, "only the good call is left")
    assert not switch.closed
    switch.complete(playback)
    switch.expect("exit")
    assert not switch.told("hangup")
    switch.close()
