"""The dialplan applications that the simulated switch has; each takes the channel and its argument."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping

from app.simulator import bridging, digits, sounds, template
from app.simulator.channel import Channel, Phase, Woken
from app.simulator.socket_application import socket

Application = Callable[[Channel, str], None]


def answer(channel: Channel, _argument: str) -> None:
    if not channel.answered and not channel.down:
        channel.answered_us = channel.clock.wall_us()
        channel.variables |= template.filled("answered", ani=channel.caller.ani)
        channel.state |= {"Answer-State": "answered", "Channel-Call-State": "ACTIVE"}
        channel.tell("answered")
        channel.rest()


def pre_answer(channel: Channel, _argument: str) -> None:
    channel.state |= {"Answer-State": "early", "Channel-Call-State": "EARLY"} if not channel.answered else {}
    channel.tell("ring_ready")


def set_variable(channel: Channel, argument: str) -> None:
    name, _, value = argument.partition("=")
    channel.set(name.strip(), value)


def multiset(channel: Channel, argument: str) -> None:
    """Several name=value; with "^^" and a delimiter in front, that delimiter instead of a space."""
    delimiter = " "
    if argument.startswith("^^") and len(argument) > 2:
        delimiter, argument = argument[2], argument[3:]
    for pair in argument.split(delimiter):
        if "=" in pair:
            set_variable(channel, pair)


def unset(channel: Channel, argument: str) -> None:
    channel.set(argument.strip(), "")


def playback(channel: Channel, argument: str) -> None:
    """Play a sound to its end, or to a key in `playback_terminators` ("*" unless set)."""
    channel.set("playback_terminator_used", "")
    length = sounds.length_s(argument)
    if length is None:
        channel.tell("not_found", file=argument)
        channel.set("current_application_response", "FILE NOT FOUND")
        return
    channel.tell("playing", file=argument, length=length)
    channel.enter(Phase.PROMPT)
    began = channel.clock.now()
    _play(channel, length)
    digits.count_playback(channel, channel.clock.now() - began)
    channel.rest()
    gone = channel.down or channel.restarted
    channel.set("current_application_response", "PLAYBACK ERROR" if gone else "FILE PLAYED")


def _play(channel: Channel, length: float) -> None:
    terminators = channel.variable("playback_terminators") or "*"
    terminators = {"any": "1234567890*#", "none": ""}.get(terminators, terminators)

    def ends(key: str) -> bool:
        channel.set("playback_terminator_used", key if key in terminators else "")
        return key in terminators

    channel.pause(length, lambda: ends(channel.next_key()))


def play_and_get_digits(channel: Channel, argument: str) -> None:
    words = shlex.split(argument)
    digits.play_and_get(channel, digits.Question.read(words))


def sleep(channel: Channel, argument: str) -> None:
    seconds = int(argument) / 1000
    channel.tell("silence", length=seconds)
    channel.pause(seconds)


def record(channel: Channel, argument: str) -> None:
    """record <path> [<seconds> …]: until the time, a key or the end."""
    path, *rest = argument.split(" ")
    channel.tell("recording", file=path)
    channel.enter(Phase.PROMPT)
    began = channel.clock.now()
    if channel.pause(float(rest[0]) if rest else None, lambda: True) is Woken.KEY:
        channel.set("playback_terminator_used", channel.next_key())
    milliseconds = int((channel.clock.now() - began) * 1000)
    channel.set("record_seconds", str(milliseconds // 1000))
    channel.set("record_ms", str(milliseconds))
    channel.rest()
    channel.fire("RECORD_STOP", {"Record-File-Path": path})


def park(channel: Channel, _argument: str) -> None:
    channel.pause(None)


def hangup(channel: Channel, argument: str) -> None:
    cause = argument or "NORMAL_CLEARING"
    if not channel.down:
        channel.tell("switch_hangs_up", cause=cause)
        channel.hang_up(cause)


def nothing(_channel: Channel, _argument: str) -> None:
    """An application whose effect a caller does not notice."""


APPLICATIONS: Mapping[str, Application] = {
    "answer": answer,
    "bridge": bridging.bridge,
    "flush_dtmf": lambda channel, _argument: channel.keys.clear(),
    "hangup": hangup,
    "log": nothing,
    "multiset": multiset,
    "park": park,
    "play_and_get_digits": play_and_get_digits,
    "playback": playback,
    "pre_answer": pre_answer,
    "record": record,
    "ring_ready": pre_answer,
    "set": set_variable,
    "sleep": sleep,
    "socket": socket,
    "unset": unset,
}
