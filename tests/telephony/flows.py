"""What the tests' calls do."""

from __future__ import annotations

from contextlib import suppress

from gevent.event import AsyncResult

from app.errors import DeadlinePassed
from app.telephony import arguments
from app.telephony.channel import Channel
from app.telephony.event import Event

PROMPT = arguments.files(["/prompts/welcome.wav"])
SOON_S = 0.02
LATER_S = 5.0


def play(channel: Channel) -> Event:
    """Play a prompt to its end."""
    done = channel.execute("playback", PROMPT, wait=True, deadline_s=LATER_S)
    assert done
    return done


def idle(channel: Channel, seconds: float) -> None:
    """Do nothing for so long, or until the call is over."""
    with suppress(DeadlinePassed):
        channel.wait(AsyncResult(), "nothing", seconds)
