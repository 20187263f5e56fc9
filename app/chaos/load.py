"""Calls that come in steadily, and what each of them has seen."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import gevent

from app.chaos.callers import Crowd, Manner
from app.simulator.channel import Channel, Phase
from app.simulator.story import CallStory
from app.simulator.switch import SimulatedSwitch

OVER_S = 120.0  # a call that goes on for longer, when no more come, is one that nobody ends

LOST = frozenset({"apology", "limbo"})
"""What a story tells of a call that no controller will have again."""

QUEUE = Phase.PROMPT  # in this hotline, the only sound that asks nothing
PLACES: Mapping[str, Callable[[Channel], bool]] = {
    "menu": lambda channel: _asks(channel, "menu"),
    "queue": lambda channel: channel.phase is QUEUE,
    "ringing": lambda channel: channel.phase is Phase.RINGING,
    "talk": lambda channel: channel.phase is Phase.TALKING,
    "survey": lambda channel: _asks(channel, "mark"),
    "any": lambda _: True,
}
"""Where a call can be when something happens to it."""


def _asks(channel: Channel, prompt: str) -> bool:
    return channel.phase is Phase.ASKING and f"/{prompt}." in channel.last_application[1]


@dataclass(slots=True)
class Placed:
    """A call that was placed: which failure it counts for, and whether that concerned it.

    struck  it was in progress in the moment of a failure
    during  it came while something was missing
    """

    failure: str
    manner: Manner
    story: CallStory
    channel: Channel
    struck: bool = False
    during: bool = False


class Load:
    """Places calls on a switch at `rate` a second while it runs."""

    def __init__(self, switch: SimulatedSwitch, crowd: Crowd, rate: float, rng: random.Random) -> None:
        self._switch, self._crowd, self._rate, self._rng = switch, crowd, rate, rng
        self._greenlet: gevent.Greenlet[..., Any] | None = None
        self.placed: list[Placed] = []
        self.trouble = False
        self.failure = ""

    def start(self, failure: str) -> None:
        """From now on calls come, and count for this failure."""
        self.failure, self.trouble = failure, False
        if self._greenlet is None:
            self._greenlet = gevent.spawn(self._run)

    def stop(self) -> None:
        """No more calls; wait until those that are live have ended, at most OVER_S."""
        if self._greenlet:
            self._greenlet.kill()
            self._greenlet = None
        give_up = time.monotonic() + OVER_S
        while self.live() and time.monotonic() < give_up:
            gevent.sleep(0.05)

    def take_ended(self) -> list[Placed]:
        """The calls that are over, once: thousands of them would fill the memory."""
        ended = [call for call in self.placed if call.story.over]
        self.placed = self.live()
        return ended

    def live(self) -> list[Placed]:
        return [call for call in self.placed if not call.story.over]

    def at(self, place: str) -> list[Placed]:
        """The live calls that a controller has and that are in this one of PLACES."""
        return [call for call in self.live() if call.channel.controller and PLACES[place](call.channel)]

    def strike(self) -> None:
        """Something fails now. The calls that see it count for it, unless an earlier failure has lost them already."""
        self.trouble = True
        for call in self.live():
            if LOST.isdisjoint(call.story.events()):
                call.failure, call.struck = self.failure, True

    def mended(self) -> None:
        self.trouble = False

    def _run(self) -> None:
        while True:
            self._place()
            gevent.sleep(self._rng.expovariate(self._rate))

    def _place(self) -> None:
        manner, caller = self._crowd.next()
        story = self._switch.place(caller)
        channel = self._switch.live_calls[story.call_id]
        self.placed.append(Placed(self.failure, manner, story, channel, during=self.trouble))
