"""The call server: limits, refusals, draining, and handlers that fail."""

from __future__ import annotations

import gc
import ipaddress
from collections.abc import Callable

import gevent
import pytest
from gevent import socket

from app.errors import CommandRefused, HandedOver, HotlineError
from app.settings import Address
from app.telephony import arguments
from app.telephony.channel import Channel
from tests.telephony.conftest import LOOPBACK, Dialler, ServerMaker
from tests.telephony.flows import idle, play
from tests.telephony.peer import UUID, Switch, until


def assert_refused(switch: Switch) -> None:
    """Politely: with `exit` and without a hang-up, so that the dialplan goes on."""
    until(lambda: switch.told("exit"))
    assert [command["command"] for command in switch.commands] == ["connect", "exit"]


# Limits


def test_calls_beyond_the_limit_are_refused_politely(serve: ServerMaker, dial: Dialler) -> None:
    server = serve(play, max_calls=1)
    first = dial(server)
    first.expect("playback")
    second = dial(server)
    until(lambda: second.told("exit"))
    assert [command.get("execute-app-arg") for command in second.commands] == [
        *(None, "hotline_refusals=1"),
        None,
    ]
    second.close()
    until(lambda: server.live_calls == 1)


def test_a_caller_for_whom_every_controller_is_full_is_told(serve: ServerMaker, dial: Dialler) -> None:
    """Not by us, who have enough to do: FreeSWITCH is left with what it has to say."""
    server = serve(play, max_calls=1, busy=arguments.files(["/prompts/busy.wav"]))
    first = dial(server)
    first.expect("playback")
    second = dial(server, headers={"variable_hotline_refusals": "1"})
    until(lambda: second.told("exit"))
    done = [(command.get("execute-app-name"), command.get("execute-app-arg")) for command in second.commands]
    assert done[1:-1] == [
        ("pre_answer", None),
        ("playback", "/prompts/busy.wav"),
        ("hangup", "NORMAL_CIRCUIT_CONGESTION"),
    ]


def test_a_call_that_ended_makes_room(serve: ServerMaker, dial: Dialler) -> None:
    server = serve(play, max_calls=1)
    first = dial(server)
    first.complete(first.expect("playback"))
    first.expect("exit")
    first.close()
    until(lambda: server.live_calls == 0)
    dial(server).expect("playback")


def test_calls_count_from_the_moment_they_connect(serve: ServerMaker, dial: Dialler) -> None:
    """D8: greenswitch counts after the handshake, and 60 calls at once all got in."""
    server = serve(play, max_calls=5)
    switches = [dial(server) for _ in range(60)]
    until(lambda: sum(switch.told("exit") for switch in switches) == 55)
    assert server.live_calls == 5
    for switch in switches:
        switch.close()


def test_a_refused_switch_that_does_not_go_is_left(
    serve: ServerMaker, monkeypatch: pytest.MonkeyPatch, dial: Dialler
) -> None:
    monkeypatch.setattr("app.telephony.server.REFUSAL_S", 0.02)
    switch = dial(serve(play, max_calls=0))
    until(lambda: switch.closed)


def test_refusals_are_logged_once_a_second(
    serve: ServerMaker, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, dial: Dialler
) -> None:
    now = [100.0]
    monkeypatch.setattr("app.telephony.server.time.monotonic", lambda: now[0])
    server = serve(play, max_calls=0)

    def refused(count: int) -> None:
        for switch in [dial(server) for _ in range(count)]:
            assert_refused(switch)
            switch.close()

    refused(20)
    now[0] += 1
    refused(1)
    assert [record.getMessage() for record in caplog.records] == [
        "refused 1: 0 calls of 0 are live",
        "refused 20: 0 calls of 0 are live",
    ]


@pytest.mark.parametrize(
    ("peers", "gets_in"),
    [
        (["127.0.0.0/8"], True),
        (["10.0.0.0/8", "127.0.0.1/32"], True),
        (["10.0.0.0/8"], False),
        (["::1/128"], False),
        ([], False),
    ],
)
def test_only_allowed_networks_may_connect(
    serve: ServerMaker, peers: list[str], gets_in: bool, caplog: pytest.LogCaptureFixture, dial: Dialler
) -> None:
    switch = dial(serve(play, peers=[ipaddress.ip_network(peer) for peer in peers]))
    until(lambda: switch.told("connect") or switch.closed)
    assert switch.told("connect") is gets_in
    assert ("127.0.0.1 may not connect" in caplog.text) is not gets_in


def test_an_ipv4_peer_of_an_ipv6_listener_is_known_by_its_ipv4_address(serve: ServerMaker) -> None:
    server = serve(play, listen=Address("::", 0), peers=[ipaddress.ip_network("127.0.0.0/8")])
    switch = Switch(Address("127.0.0.1", server.address.port))
    switch.expect("connect")
    switch.close()


@pytest.mark.parametrize(
    ("host", "peers", "gets_in"),
    [
        ("::1", ["::1/128"], True),
        ("::1", ["127.0.0.0/8"], False),
        ("127.0.0.1", ["::1/128"], False),
        ("127.0.0.1", ["::ffff:0:0/96"], False),
    ],
)
def test_a_listener_for_both_families_tells_them_apart(
    serve: ServerMaker, host: str, peers: list[str], gets_in: bool
) -> None:
    networks = [ipaddress.ip_network(peer) for peer in peers]
    server = serve(play, listen=Address("::", 0), peers=networks)
    switch = Switch(Address(host, server.address.port))
    until(lambda: switch.told("connect") or switch.closed)
    assert switch.told("connect") is gets_in
    switch.close()


def test_several_processes_can_share_a_port(serve: ServerMaker, dial: Dialler) -> None:
    first = serve(play)
    second = serve(play, listen=first.address)
    switches = [dial(first) for _ in range(40)]
    until(lambda: first.live_calls + second.live_calls == 40)
    assert first.live_calls
    assert second.live_calls
    for switch in switches:
        switch.close()


def test_a_port_that_is_not_shared(serve: ServerMaker) -> None:
    first = serve(play, reuse_port=False)
    with pytest.raises(OSError, match="in use"):
        serve(play, listen=first.address, reuse_port=False)


def test_a_burst_of_calls_all_get_in(serve: ServerMaker, dial: Dialler) -> None:
    server = serve(play, max_calls=1000)
    switches = [dial(server) for _ in range(300)]
    for switch in switches:
        switch.expect("playback")
    assert server.live_calls == 300
    for switch in switches:
        switch.close()


# Calls that another controller has begun

CARRIED = {"variable_hotline_state": "1.e30.sign"}


def test_a_call_that_another_controller_left_is_taken_beyond_the_limit(
    serve: ServerMaker, dial: Dialler
) -> None:
    server = serve(play, max_calls=1)
    dial(server).expect("playback")
    dial(server, headers=CARRIED).expect("playback")
    assert_refused(dial(server))


def test_there_is_a_limit_to_those_too(serve: ServerMaker, dial: Dialler) -> None:
    server = serve(play, max_calls=2)
    for _ in range(4):
        dial(server, headers=CARRIED).expect("playback")
    assert_refused(dial(server, headers=CARRIED))


def test_a_full_server_does_not_slow_the_calls_that_it_has(serve: ServerMaker, dial: Dialler) -> None:
    """A hundred callers that are refused meanwhile: the one in progress is answered, each time, before they are."""
    server = serve(play, max_calls=1)
    first = dial(server)
    playback = first.expect("playback")
    refused = [dial(server, connects=False) for _ in range(100)]
    first.complete(playback)
    first.expect("exit")
    assert server.live_calls <= 2
    for switch in refused:
        switch.close()


# The dialplan's secret

SECRET = "0123456789abcdef0123456789abcdef"


def test_a_call_with_the_secret_is_taken_and_the_secret_taken_off(serve: ServerMaker, dial: Dialler) -> None:
    switch = dial(serve(play, secret=SECRET), headers={"variable_hotline_secret": SECRET})
    assert switch.expect("hotline_secret")["execute-app-arg"] == "hotline_secret="
    switch.expect("playback")


@pytest.mark.parametrize("shown", ["", SECRET[:-1], SECRET + "0", "%00", "%E5%AF%86"])
def test_a_call_without_it_is_left_to_the_dialplan(
    serve: ServerMaker, dial: Dialler, shown: str, caplog: pytest.LogCaptureFixture
) -> None:
    server = serve(play, secret=SECRET)
    assert_refused(dial(server, headers={"variable_hotline_secret": shown} if shown else {}))
    until(lambda: server.live_calls == 0)
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith("refused 1: a call from ('127.0.0.1', ")
    assert line.endswith(" without our secret")


def test_a_secret_that_nobody_asks_for_is_taken_off_all_the_same(serve: ServerMaker, dial: Dialler) -> None:
    switch = dial(serve(play), headers={"variable_hotline_secret": SECRET})
    switch.expect("hotline_secret=")
    switch.expect("playback")


# Handlers


def test_a_handler_that_fails_leaves_the_call_to_the_dialplan(
    serve: ServerMaker, caplog: pytest.LogCaptureFixture, dial: Dialler
) -> None:
    """D13"""
    server = serve(lambda channel: 1 // 0)
    switch = dial(server)
    switch.expect("exit")
    switch.close()
    until(lambda: server.live_calls == 0)
    assert f"call {UUID} from" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    dial(server).expect("connect")


def test_an_error_of_the_switch_is_one_line(
    serve: ServerMaker, caplog: pytest.LogCaptureFixture, dial: Dialler
) -> None:
    def handle(channel: Channel) -> None:
        raise CommandRefused("playback: -ERR no")

    server = serve(handle)
    dial(server).expect("exit")
    until(lambda: server.live_calls == 0)
    (record,) = caplog.records
    assert record.getMessage().endswith("playback: -ERR no")
    assert record.exc_info is None


def test_a_caller_who_hangs_up_is_not_worth_a_line(
    serve: ServerMaker, caplog: pytest.LogCaptureFixture, dial: Dialler
) -> None:
    server = serve(play)
    switch = dial(server)
    switch.expect("playback")
    switch.hang_up()
    switch.end()
    until(lambda: server.live_calls == 0)
    assert not caplog.records


def test_a_call_leaves_nothing_running(serve: ServerMaker, dial: Dialler) -> None:
    """D20, D7"""
    server = serve(play)
    before = alive()
    for _ in range(5):
        switch = dial(server)
        switch.expect("playback")
        switch.hang_up()
        switch.end()
    until(lambda: alive() == before)


def alive() -> int:
    gc.collect()
    return sum(isinstance(thing, gevent.Greenlet) and bool(thing) for thing in gc.get_objects())


# Draining


def test_draining_waits_for_live_calls(serve: ServerMaker, dial: Dialler) -> None:
    server = serve(play)
    switch = dial(server)
    playback = switch.expect("playback")
    draining = gevent.spawn(server.drain, 5)
    until(lambda: refuses_connections(server.address))
    assert not draining.ready()
    switch.complete(playback)
    switch.expect("exit")
    switch.close()
    assert draining.get(timeout=5) is True
    assert not switch.told("hangup")


def test_a_drained_port_refuses_connections_at_once(serve: ServerMaker) -> None:
    """So `socket A|B` in the dialplan goes on to B within the same action."""
    server = serve(play)
    assert server.drain(0)
    assert refuses_connections(server.address)


def refuses_connections(address: Address) -> bool:
    try:
        socket.create_connection(address).close()
    except ConnectionRefusedError:
        return True
    return False


def test_calls_in_the_queue_when_draining_begins_are_refused_politely(serve: ServerMaker) -> None:
    server = serve(play)
    sock = socket.socket()
    sock.setblocking(False)
    assert sock.connect_ex(server.address)  # in the queue, and nobody has run since
    draining = gevent.spawn(server.drain, 5)
    sock.setblocking(True)
    with gevent.Timeout(5):
        while b"exit" not in sock.recv(100, socket.MSG_PEEK):
            gevent.sleep(0)
    assert sock.recv(100) == b"connect\n\nexit\n\n"
    sock.close()
    assert draining.get(timeout=5)


def leaving(ended: list[object]) -> Callable[[Channel], None]:
    """A handler that plays, and notes why it could not go on."""

    def handle(channel: Channel) -> None:
        try:
            play(channel)
        except HotlineError as why:
            ended.append(why)
            raise

    return handle


def test_calls_that_outlive_the_drain_go_back_to_the_dialplan(
    serve: ServerMaker, caplog: pytest.LogCaptureFixture, dial: Dialler
) -> None:
    ended: list[object] = []
    server = serve(leaving(ended))
    switch = dial(server)
    switch.expect("playback")
    assert server.drain(0.02) is False
    assert switch.told("exit")
    assert not switch.told("hangup")
    assert [type(why) for why in ended] == [HandedOver]
    assert [record.getMessage() for record in caplog.records] == ["1 calls are handed over"]


def test_a_drain_that_is_under_way_can_be_hurried(serve: ServerMaker, dial: Dialler) -> None:
    server = serve(play)
    switches = [dial(server) for _ in range(100)]
    for switch in switches:
        switch.expect("playback")
    draining = gevent.spawn(server.drain, 600)
    until(lambda: server.is_draining)
    assert server.drain(0) is False
    assert all(switch.told("exit") and not switch.told("hangup") for switch in switches)
    assert draining.get(timeout=5) is True  # all had gone


def test_a_call_that_is_hanging_up_is_not_handed_over(serve: ServerMaker, dial: Dialler) -> None:
    def handle(channel: Channel) -> None:
        channel.start()
        channel.hangup()
        idle(channel, 60)

    server = serve(handle)
    switch = dial(server)
    switch.expect("NORMAL_CLEARING")
    draining = gevent.spawn(server.drain, 0)
    until(lambda: server.is_draining)
    switch.hang_up()
    switch.end()
    assert draining.get(timeout=5) is False
    assert not switch.told("exit")


def test_a_drain_ends_although_a_handler_does_not(
    serve: ServerMaker, dial: Dialler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.telephony.server.LEAVE_S", 0.1)
    handled = []

    def handle(channel: Channel) -> None:
        handled.append(channel)
        gevent.event.Event().wait()

    server = serve(handle)
    switch = dial(server)
    until(lambda: handled)
    draining = gevent.spawn(server.drain, 0)
    switch.expect("exit")
    assert draining.get(timeout=5) is False
    until(lambda: server.live_calls == 0)


def test_serving_until_drained(serve: ServerMaker, dial: Dialler) -> None:
    server = serve(play)
    serving = gevent.spawn(server.serve_forever)
    switch = dial(server)
    switch.expect("connect")
    assert not serving.ready()
    switch.close()
    server.drain(5)
    serving.get(timeout=5)


def test_draining_twice(serve: ServerMaker) -> None:
    server = serve(play, peers=LOOPBACK)
    assert server.drain(0)
    assert server.drain(0)
