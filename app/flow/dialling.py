"""Ringing phones round by round: what hunt, extension and typed numbers have in common."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from app.flow.commands import Dial
from app.flow.nodes.base import Exit, Run
from app.flow.outcomes import Dialled, DialResult
from app.words import Words

DIAL_EXITS = (
    Exit("answered", Words("通话结束后", "after the conversation")),
    Exit("busy", Words("占线", "busy"), farewell="sys.busy"),
    Exit("no_answer", Words("无人接听", "no answer"), farewell="sys.unanswered"),
    Exit("unreachable", Words("无法接通", "unreachable"), farewell="sys.unanswered"),
)

NEXT_ON = {
    "busy": Words("占线", "busy"),
    "no_answer": Words("无人接听", "no answer"),
    "unreachable": Words("无法接通", "unreachable"),
}


def ring(
    rounds: Iterable[tuple[str, ...]], ring_timeout_s: int, next_on: Collection[str] = tuple(NEXT_ON)
) -> Run:
    """Ring the rounds until a phone answers, or one fails in a way that `next_on` does not name."""
    ways: list[str] = []
    for phones in rounds:
        dialled = yield Dial(phones, ring_timeout_s)
        ways.append(way_out(dialled))
        if ways[-1] not in next_on:
            return ways[-1]
    return most_telling(ways)


def way_out(dialled: Dialled) -> str:
    """The exit for how a round ended; somebody who rejects a call is as good as busy."""
    return "busy" if dialled.result is DialResult.REJECTED else dialled.result.value


def most_telling(ways: Sequence[str]) -> str:
    """One result for several phones that failed: one that rang says more than a busy one, a busy one more than none."""
    return next((way for way in ("no_answer", "busy", "rejected") if way in ways), "unreachable")
