"""The last event of a call, CHANNEL_HANGUP_COMPLETE, with the variables that sum the call up."""

from __future__ import annotations

import time
from collections.abc import Iterator

from app.simulator import template
from app.simulator.channel import Channel

STATE = {"Channel-State": "CS_REPORTING", "Channel-Call-State": "HANGUP", "Channel-State-Number": "11"}


def report(channel: Channel) -> None:
    """Note when everything was and how long it took, and tell the controller."""
    channel.fire("CHANNEL_STATE")
    channel.variables |= template.filled("reported", ani=channel.caller.ani, name=channel.caller.name)
    channel.state |= STATE
    channel.fire("CHANNEL_STATE")
    application, argument = channel.last_application
    summary = {
        "hangup_cause": channel.hangup_cause, "digits_dialed": channel.digits_dialed or "none",
        "last_app": application, "last_arg": argument, **dict(_moments(channel)), **dict(_lengths(channel)),
    }  # fmt: skip
    for name, value in summary.items():
        channel.set(name, value)
    channel.fire("CHANNEL_HANGUP_COMPLETE")


def _moments(channel: Channel) -> Iterator[tuple[str, str]]:
    """Seconds and microseconds since 1970, 0 for what never was; and in words what was."""
    moments = {
        "start": channel.created_us, "profile_start": channel.created_us, "answer": channel.answered_us,
        "bridge": channel.bridged_us, "progress": channel.progress_us, "end": channel.hangup_us,
    }  # fmt: skip
    for name, moment_us in moments.items():
        seconds = moment_us // 1_000_000
        yield f"{name}_epoch", str(seconds)
        yield f"{name}_uepoch", str(moment_us)
        yield (
            f"{name}_stamp",
            time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds)) if moment_us else "",
        )


def _lengths(channel: Channel) -> Iterator[tuple[str, str]]:
    """Lengths in whole seconds, milliseconds and microseconds; 0 for what never was."""
    start, end = channel.created_us, channel.hangup_us
    lengths = {
        "duration": end - start, "billsec": end - channel.answered_us if channel.answered else 0,
        "answersec": max(0, channel.answered_us - start), "waitsec": max(0, channel.bridged_us - start),
        "progresssec": max(0, channel.progress_us - start), "flow_billsec": end - start,
    }  # fmt: skip
    for name, length_us in lengths.items():
        yield name, str(length_us // 1_000_000)
        for letter, unit_us in (("m", 1000), ("u", 1)):
            finer = letter + name if name == "duration" else f"{name.removesuffix('sec')}{letter}sec"
            yield finer, str(length_us // unit_us)
