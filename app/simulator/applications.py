"""The dialplan applications that the simulated switch has; each takes the channel and its argument."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from app.simulator import bridging, digits, sounds
from app.simulator.channel import Channel, Phase, Woken
from app.simulator.commands import atoi
from app.simulator.digits import pass_sound
from app.simulator.record_application import record
from app.simulator.socket_application import socket

Application = Callable[[Channel, str], None]
SHORTEST_S = 2  # of playback_timeout_sec
WORD = re.compile(r"'([^']*)'|(\S+)")


def answer(channel: Channel, _argument: str) -> None:
    channel.answer()


def pre_answer(channel: Channel, _argument: str) -> None:
    channel.state |= {"Answer-State": "early", "Channel-Call-State": "EARLY"} if not channel.answered else {}
    channel.tell("early_media")


def ring_ready(channel: Channel, _argument: str) -> None:
    channel.tell("ring_ready")


def set_variable(channel: Channel, argument: str) -> None:
    """set name=value. ${variables} in the value are filled even where `app_disable_expand_variables` is true."""
    name, _, value = argument.partition("=")
    channel.set(name.strip(), channel.expanded(value))


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
    """Play to the end, to `playback_timeout_sec`, or to a key in `playback_terminators` ("*" unless set)."""
    channel.set("playback_terminator_used", "")
    length = sounds.length_s(argument)
    if length is None:
        digits.tell_missing(channel, argument)
        channel.set("current_application_response", "FILE NOT FOUND")
        return
    channel.tell("playing", file=sounds.title(argument), length=length)
    channel.enter(Phase.PROMPT)
    began = channel.clock.now()
    timeout = atoi(channel.variable("playback_timeout_sec"))
    cut = length if timeout < SHORTEST_S else min(length, timeout)
    woken = pass_sound(channel, cut)
    digits.count_playback(channel, channel.clock.now() - began)
    channel.rest()
    failed = woken is Woken.GONE or (woken is Woken.TIME and cut < length)
    channel.set("current_application_response", "PLAYBACK ERROR" if failed else "FILE PLAYED")


def play_and_get_digits(channel: Channel, argument: str) -> None:
    words = [quoted or plain for quoted, plain in WORD.findall(argument)]
    digits.play_and_get(channel, digits.Question.read(words))


def sleep(channel: Channel, argument: str) -> None:
    """sleep <milliseconds>; a key ends it and can be read afterwards."""
    seconds = atoi(argument) / 1000
    channel.tell("silence", length=seconds)
    channel.pause(seconds, lambda: True)


def endless_playback(channel: Channel, argument: str) -> None:
    """Play until the call is over: neither keys nor uuid_break end it."""
    channel.tell("playing", file=sounds.title(argument), length=sounds.ENDLESS_S)
    channel.enter(Phase.PROMPT)
    while not channel.gone:
        channel.pause(None)
    channel.set("current_application_response", "FILE PLAYED")


def break_(channel: Channel, argument: str) -> None:
    """End the application that is running; whatever is not "all" forgets the commands to come, too."""
    if argument != "all":
        channel.commands.clear()
    channel.broken = True


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
    "break": break_,
    "bridge": bridging.bridge,
    "endless_playback": endless_playback,
    "flush_dtmf": lambda channel, _argument: channel.flush_keys(),
    "hangup": hangup,
    "log": nothing,
    "multiset": multiset,
    "park": park,
    "play_and_get_digits": play_and_get_digits,
    "playback": playback,
    "pre_answer": pre_answer,
    "record": record,
    "ring_ready": ring_ready,
    "set": set_variable,
    "sleep": sleep,
    "socket": socket,
    "unset": unset,
}
