"""What the dialplan of fs-config does with a call of a 400 number: rounds of tries with the controllers, then an apology."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.simulator.channel import Channel
from app.simulator.execution import run_application

SETTINGS = (
    "hotline_did={did} socket_resume=true continue_on_fail=true hangup_after_bridge=false"
    " preserve_originated_vars=false sip_copy_custom_headers=false app_disable_expand_variables=true"
)
TRIES, ORDERS = 6, 3  # of a round
ROUNDS = 10  # with a controller in each
PAUSES = 4  # rounds without one: a controller that is started anew needs a moment
PAUSE_MS = "1000"
TAKEN, COUNTED, PAUSED = "hotline_taken", "hotline_rounds", "hotline_pauses"
Action = tuple[str, str]  # an application and its argument
APOLOGY = (
    ("pre_answer", ""),
    ("playback", "tone_stream://%(330,15,950);%(330,15,1400);%(330,500,1800)"),
    ("playback", "tone_stream://%(700,700,450);loops=3"),
    ("hangup", "NORMAL_TEMPORARY_FAILURE"),
)


@dataclass(frozen=True, slots=True)
class Dialplan:
    """The way of every call; `secret` is what it shows to controllers (HOTLINE_ESL_SECRET), "" for nothing."""

    secret: str = ""

    def run(self, channel: Channel, controllers: Sequence[str]) -> None:
        """Hand the call to the controllers ("host:port"), in each try to another one first; in the end apologise.

        Whenever a controller is gone, and its last command over, the next action takes the call.
        """
        run_application(channel, "multiset", SETTINGS.format(did=channel.caller.did[-10:]))
        before: Sequence[Action] | None = ()
        while before is not None and not channel.down:
            _run(channel, [*before, ("set", f"{TAKEN}="), *self._tries(controllers)])
            before = _another_round(channel)
        if not channel.down:
            channel.tell("apology")
            _run(channel, APOLOGY)

    def _tries(self, controllers: Sequence[str]) -> Iterator[Action]:
        for turn in range(TRIES):
            yield "multiset", f"socket_resume=true hotline_secret={self.secret}"
            yield offer(controllers, turn)


@dataclass(frozen=True, slots=True)
class Inline:
    """One application and no dialplan: what `originate` can be given instead of a number."""

    name: str
    argument: str

    def run(self, channel: Channel, _controllers: Sequence[str]) -> None:
        run_application(channel, self.name, self.argument)


def offer(controllers: Sequence[str], turn: int) -> Action:
    """One try with all controllers, each time with another one first."""
    first = turn % ORDERS % len(controllers)
    return "socket", f"{'|'.join([*controllers[first:], *controllers[:first]])} async full"


def _another_round(channel: Channel) -> Sequence[Action] | None:
    """What comes before it; None when there is none: rounds and pauses are counted in the call's variables."""
    if channel.variable(TAKEN) == "true":
        rounds = channel.variable(COUNTED) + "x"
        return [("set", f"{COUNTED}={rounds}")] if len(rounds) < ROUNDS else None
    pauses = channel.variable(PAUSED) + "x"
    return [("set", f"{PAUSED}={pauses}"), ("sleep", PAUSE_MS)] if len(pauses) <= PAUSES else None


def _run(channel: Channel, actions: Iterable[Action]) -> None:
    for application, argument in actions:
        if not channel.down:
            run_application(channel, application, argument)
