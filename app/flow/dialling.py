"""Ringing phones round by round: what hunt, extension and typed numbers have in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.flow.commands import Dial
from app.flow.nodes.base import Call, Exit, Run
from app.flow.outcomes import Dialled, DialResult
from app.words import Words

RING_S = 5
"""Seconds of one ring in China's ring-back tone: 1 s of tone, 4 s of silence."""

DIAL_EXITS = (
    Exit("answered", Words("通话结束后", "after the conversation")),
    Exit("busy", Words("占线", "busy"), farewell="sys.busy"),
    Exit("no_answer", Words("无人接听", "no answer"), farewell="sys.unanswered"),
    Exit("unreachable", Words("无法接通", "unreachable"), farewell="sys.unanswered"),
    Exit("rejected", Words("被拒接", "rejected"), otherwise="busy"),
)

NEXT_ON = {
    "busy": Words("占线", "busy"),
    "no_answer": Words("无人接听", "no answer"),
    "unreachable": Words("无法接通", "unreachable"),
    "rejected": Words("拒接", "rejected"),
}

SHOWN = {
    "caller": Words("来电者的号码", "the caller's"),
    "did": Words("400 号码", "the 400 number"),
}


@dataclass(frozen=True, slots=True)
class Ringing:
    """How phones are rung; the fields are those of `Dial`.

    own_s    seconds of the phones that have a ring time of their own
    next_on  how a round may end for the next one to be rung
    """

    ring_timeout_s: int = 20
    own_s: Mapping[str, int] = field(default_factory=dict)
    next_on: Sequence[str] = tuple(NEXT_ON)
    whisper: tuple[str, ...] = ()
    confirm: bool = False
    show: str = "caller"

    def dial(self, phones: tuple[str, ...]) -> Dial:
        """The command that rings one round."""
        seconds = tuple(self.own_s.get(phone) or self.ring_timeout_s for phone in phones)
        differ = len(set(seconds)) > 1
        return Dial(phones, max(seconds), seconds if differ else (), self.whisper, self.confirm, self.show)


def ring(call: Call, rounds: Iterable[tuple[str, ...]], how: Ringing) -> Run:
    """Ring the rounds until a phone answers, or one fails in a way that `how.next_on` does not name.

    Gives the name of one of DIAL_EXITS, or "all_busy" when several phones were rung and every one was busy.
    """
    ways: list[str] = []
    phones: list[str] = []
    for together in rounds:
        dialled = yield how.dial(together)
        ways += results(dialled)
        phones += together
        if dialled.result is DialResult.ANSWERED:
            call.variables["answered_by"] = dialled.phone
            return "answered"
        if dialled.result.value not in how.next_on:
            return str(dialled.result.value)
    return "all_busy" if len(phones) > 1 and set(ways) == {"busy"} else most_telling(ways)


def results(dialled: Dialled) -> list[str]:
    """How each phone of a round ended."""
    return [leg.result.value for leg in dialled.legs] or [dialled.result.value]


def most_telling(ways: Sequence[str]) -> str:
    """One result for several phones that failed: one that rang says more than a busy one, a busy one more than none."""
    return next((way for way in ("no_answer", "busy", "rejected") if way in ways), "unreachable")
