"""The `socket` application: hands the channel to the first controller that takes the connection."""

from __future__ import annotations

from gevent import socket as sockets

from app.simulator import listener
from app.simulator.channel import Channel

FRAME_S = 0.02  # the channel's thread looks for commands once per audio frame


def socket(channel: Channel, argument: str) -> None:
    """socket host:port|host:port async full. Comes back when the call, or the controller, is gone."""
    hosts, *flags = argument.split()
    for address in hosts.split("|"):
        with channel.clock.standing():
            connection = _connect(address)
        if connection:
            channel.tell("controller", address=address)
            channel.controller = address
            channel.set("socket_host", address.rpartition(":")[0])
            _serve(channel, connection, full="full" in flags)
            return
        channel.tell("no_controller", address=address)


def _connect(address: str) -> sockets.socket | None:
    host, _, port = address.rpartition(":")
    try:
        connection = sockets.create_connection((host, int(port)))
    except OSError:
        return None
    connection.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_NODELAY, 1)
    return connection


def _serve(channel: Channel, connection: sockets.socket, *, full: bool) -> None:
    served = channel.listener = listener.serve(channel, connection, full=full)
    with channel.clock.standing():
        channel.clock.until(channel.change, lambda: served.connected or served.finished or channel.down)
    park(channel)
    if served.finished and not channel.down:
        channel.listener = None
        _do_what_is_left(channel)
        resumes = channel.is_true("socket_resume")
        if channel.restarted and not resumes:
            channel.state |= {"Channel-State": "CS_RESET"}
            _hang_in_the_air(channel)
        elif not (served.connected or resumes):
            _hang_in_the_air(channel)
    channel.restarted = False


def _do_what_is_left(channel: Channel) -> None:
    """FreeSWITCH still executes what a controller sent before it left: settings hold, what takes time ends at once."""
    while channel.commands and not channel.down:
        channel.execute_next()


def _hang_in_the_air(channel: Channel) -> None:
    """Nobody has the call any more, and nothing but its caller ends it.

    FreeSWITCH looks at socket_resume twice: when the controller is gone, and when what it left behind is done. A
    controller that dies before its socket_resume=false is executed leaves the channel in CS_RESET. One that dies
    before it has said anything, where socket_resume is false, leaves it parked.
    """
    channel.tell("limbo")
    channel.clock.until(channel.change, lambda: channel.down)


def park(channel: Channel) -> None:
    """Do the controller's commands until the call, or the controller, is gone. Between them, a key is read each frame."""
    listener = channel.listener
    channel.fire("CHANNEL_PARK")
    while listener and not (channel.gone or listener.finished):
        if channel.commands or channel.keys:
            channel.clock.sleep(FRAME_S)
        while channel.commands and not channel.gone:
            channel.execute_next()
        if channel.keys and not channel.gone:
            channel.next_key()
        with channel.clock.standing():
            channel.clock.until(
                channel.change,
                lambda: bool(channel.commands or channel.keys) or channel.gone or listener.finished,
            )
    channel.fire("CHANNEL_UNPARK")
