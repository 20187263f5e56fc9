"""The API commands that a controller may send on its socket."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.simulator.channel import Channel

NO_CHANNEL = "-ERR No such channel!\n"


def answer(channel: Channel, line: str) -> str:
    """What FreeSWITCH answers to `api <line>`."""
    name, _, argument = line.partition(" ")
    if name not in COMMANDS:
        return f"-ERR {name} Command not found!\n"
    return COMMANDS[name](channel, argument.strip())


def _getvar(channel: Channel, argument: str) -> str:
    target, _, name = argument.partition(" ")
    return NO_CHANNEL if target != channel.uuid else channel.variable(name) or "_undef_"


def _setvar(channel: Channel, argument: str) -> str:
    target, name, value = [*argument.split(" ", 2), "", ""][:3]
    if target != channel.uuid:
        return NO_CHANNEL
    channel.set(name, value)
    return "+OK\n"


def _break(channel: Channel, argument: str) -> str:
    target, _, what = argument.partition(" ")
    if target != channel.uuid:
        return NO_CHANNEL
    if "all" in what:
        channel.commands.clear()
    channel.broken = True
    channel.change.notify()
    return "+OK\n"


def _kill(channel: Channel, argument: str) -> str:
    target, _, cause = argument.partition(" ")
    if target != channel.uuid:
        return NO_CHANNEL
    channel.broken = True
    channel.hang_up(cause or "NORMAL_CLEARING")
    if channel.listener:
        channel.listener.tell_of_hangup()  # its thread notices before the channel's own has ended anything
    return "+OK\n"


def _flush_keys(channel: Channel, argument: str) -> str:
    if argument != channel.uuid:
        return "-ERR No such session\n"
    channel.flush_keys()
    return "+OK\n"


def _exists(channel: Channel, argument: str) -> str:
    return "true" if argument == channel.uuid and not channel.down else "false"


def _status(_channel: Channel, _argument: str) -> str:
    return "UP 0 years, 0 days, 0 hours, 1 minute\nFreeSWITCH (simulated) is ready\n"


COMMANDS: Mapping[str, Callable[[Channel, str], str]] = {
    "uuid_getvar": _getvar,
    "uuid_setvar": _setvar,
    "uuid_break": _break,
    "uuid_kill": _kill,
    "uuid_exists": _exists,
    "uuid_flush_dtmf": _flush_keys,
    "status": _status,
}
