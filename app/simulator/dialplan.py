"""What the dialplan of fs-config does with a call of a 400 number: controllers, then an apology."""

from __future__ import annotations

from collections.abc import Sequence

from app.simulator.channel import Channel
from app.simulator.execution import run_application

SETTINGS = "socket_resume=true continue_on_fail=true hangup_after_bridge=false"
APOLOGY = "tone_stream://%(500,500,480,620);loops=3"


def run(channel: Channel, controllers: Sequence[str]) -> None:
    """Hand the call to the controllers in turn ("host:port"); when none keeps it, apologise and hang up."""
    run_application(channel, "multiset", SETTINGS)
    for first in range(max(len(controllers), 2)):
        order = [*controllers[first % len(controllers) :], *controllers[: first % len(controllers)]]
        if not channel.down:
            run_application(channel, "socket", f"{'|'.join(order)} async full")
    if not channel.down:
        channel.tell("apology")
        run_application(channel, "playback", APOLOGY)
        run_application(channel, "hangup", "NORMAL_TEMPORARY_FAILURE")
