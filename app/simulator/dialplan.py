"""What the dialplan of fs-config does with a call of a 400 number: so many tries with the controllers, then an apology."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.simulator.channel import Channel
from app.simulator.execution import run_application

SETTINGS = (
    "hotline_did={did} socket_resume=true continue_on_fail=true hangup_after_bridge=false"
    " preserve_originated_vars=false sip_copy_custom_headers=false app_disable_expand_variables=true"
)
TRIES, ORDERS = 12, 3
PAUSES = 4  # before each of the last tries: a controller that is started anew needs a moment
PAUSE_MS = "1000"
APOLOGY = (
    ("pre_answer", ""),
    ("playback", "tone_stream://%(330,15,950);%(330,15,1400);%(330,500,1800)"),
    ("playback", "tone_stream://%(700,700,450);loops=3"),
    ("hangup", "NORMAL_TEMPORARY_FAILURE"),
)


@dataclass(frozen=True, slots=True)
class Dialplan:
    """The way of every call; `secret` is what it shows to controllers (HOTLINE_ESL_SECRET), "" for nothing."""

    settings: str = SETTINGS
    secret: str = ""
    tries: int = TRIES
    pauses: int = PAUSES
    tells_pauses: bool = True

    def run(self, channel: Channel, controllers: Sequence[str]) -> None:
        """Hand the call to the controllers ("host:port"), in each try to another one first; in the end apologise.

        Whenever a controller is gone, and its last command over, the next action takes the call.
        """
        run_application(channel, "multiset", self.settings.format(did=channel.caller.did[-10:]))
        _run(channel, self._offers(controllers))
        if not channel.down:
            channel.tell("apology")
            _run(channel, APOLOGY)

    def _offers(self, controllers: Sequence[str]) -> Iterator[tuple[str, str]]:
        for turn in range(self.tries):
            first = turn % ORDERS % len(controllers)
            if (pause := turn - self.tries + self.pauses + 1) > 0:
                if self.tells_pauses:
                    yield "set", f"hotline_waited_{pause}={PAUSE_MS}"
                yield "sleep", PAUSE_MS
            if self.secret:
                yield "set", f"hotline_secret={self.secret}"
            yield "socket", f"{'|'.join([*controllers[first:], *controllers[:first]])} async full"


@dataclass(frozen=True, slots=True)
class Inline:
    """One application and no dialplan: what `originate` can be given instead of a number."""

    name: str
    argument: str

    def run(self, channel: Channel, _controllers: Sequence[str]) -> None:
        run_application(channel, self.name, self.argument)


def _run(channel: Channel, actions: Iterator[tuple[str, str]] | Sequence[tuple[str, str]]) -> None:
    for application, argument in actions:
        if not channel.down:
            run_application(channel, application, argument)
