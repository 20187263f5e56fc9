"""What is said to FreeSWITCH about a call: the applications that it may execute, the events that we want to hear of. Pure."""

from __future__ import annotations

from functools import lru_cache

from app.telephony.arguments import Argument
from app.telephony.connection import Sent
from app.telephony.wire import command

APPLICATIONS = frozenset(
    {
        "answer",
        "break",
        "bridge",
        "hangup",
        "multiset",
        "play_and_get_digits",
        "playback",
        "pre_answer",
        "record",
        "ring_ready",
        "sleep",
    }
)
EVENTS = "CHANNEL_EXECUTE_COMPLETE CHANNEL_BRIDGE CHANNEL_HANGUP DTMF"
"""Each event is 6 to 12 KB, a key 2 KB, 3.5 KB in a conversation. The completion of `bridge` tells when a talk ended, so
CHANNEL_UNBRIDGE is not needed; nor is CHANNEL_HANGUP_COMPLETE, whose sums we make ourselves."""

LINGER_S = 10  # how long FreeSWITCH keeps the connection after a hang-up, for the last events


def line(text: str) -> Sent:
    """A command of one line."""
    return Sent(command(text), text)


@lru_cache(maxsize=64)
def subscription(quiet: tuple[str, ...]) -> tuple[Sent, ...]:
    """The events that a call is told of: what each call of a program begins with alike.

    Completions of `quiet` applications are not among them.
    """
    ours = "socket"  # its completion is our own end
    filters = [f"filter Application -{app}" for app in (ours, *map(_known, quiet))]
    return tuple(map(line, (*filters, f"event json {EVENTS}", f"linger {LINGER_S}")))


@lru_cache(maxsize=1024)
def execution(app: str, arg: Argument, locked: bool = False) -> Sent:
    """To execute an application of APPLICATIONS; `locked` holds up what is sent after it. ValueError for others.

    Most are the same in each call: kept, as to make one takes longer than to send it.
    """
    head = {"call_command": "execute", "execute_app_name": _known(app), "execute_app_arg": built(arg)}
    return Sent(command("sendmsg", **head, event_lock="true" if locked else ""), app)


def built(arg: Argument) -> Argument:
    """The same; ValueError for what is just text."""
    if not isinstance(arg, Argument):
        raise ValueError(f"{arg!r} is just text: build it with app.telephony.arguments")
    return arg


def _known(app: str) -> str:
    if app not in APPLICATIONS:
        raise ValueError(f"{app!r} is not in APPLICATIONS")
    return app
