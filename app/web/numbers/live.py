"""What happens on a number's way right now: which hours are open, who is on a call, how many wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from app.flow.outline import nodes_of
from app.flow.snapshot import Assets
from app.web.board.now import AVAILABLE, doing
from app.web.board.views import DOING, STATES
from app.web.formats import clock
from app.web.texts import _

REST = "rest"  # a phone that did not answer an offer


@dataclass(frozen=True, slots=True)
class Busy:
    """A phone that is not simply free: its state, what it does, and since when (milliseconds since 1970, 0 unknown)."""

    state: str
    doing: str
    since_ms: int


@dataclass(frozen=True, slots=True)
class Seen:
    """By step: whether its hours are open, and how many wait there with the moment of the first. By number: phones.

    `is_away` says that nobody can tell who is on a call, for Redis is away.
    """

    open: Mapping[str, bool]
    waiting: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    phones: Mapping[str, Busy] = field(default_factory=dict)
    is_away: bool = False


def seen(
    document: Mapping[str, Any], assets: Assets, board: Mapping[str, Any] | None, did: str, at: datetime
) -> Seen:
    """What is to be seen at a moment, aware and in the company's zone; `board` as app/live/board.py describes it."""
    nodes = nodes_of(document)
    is_open = {
        node_id: assets.hours[node["hours"]].without(assets.closures).is_open(at)
        for node_id, node in nodes.items()
        if node.get("kind") == "schedule" and node.get("hours") in assets.hours
    }
    if board is None:
        return Seen(is_open, is_away=True)
    waiting = {
        node_id: _waiting(board, str(node.get("queue") or f"{did}:{node_id}"))
        for node_id, node in nodes.items()
        if node.get("kind") == "queue"
    }
    phones = {
        number: Busy(phone["state"], doing(phone, board["callers"].get(phone["call_id"], {})), phone["since"])
        for number, phone in board["phones"].items()
    }
    return Seen(
        is_open, waiting, {number: busy for number, busy in phones.items() if _is_worth_telling(busy)}
    )


def _waiting(board: Mapping[str, Any], queue: str) -> tuple[int, int]:
    line = board["queues"].get(queue, {"waiting": 0, "callers": []})
    on_line = [
        caller
        for caller in line["callers"]
        if not board["callers"].get(caller["call_id"], {}).get("promised")
    ]
    promised = len(line["callers"]) - len(on_line)
    return max(0, line["waiting"] - promised), min((caller["since"] for caller in on_line), default=0)


def _is_worth_telling(busy: Busy) -> bool:
    return bool(busy.doing) or busy.state != AVAILABLE


def told(seen: Seen) -> dict[str, Any]:
    """The same in the language of the page: {"boxes": {step: …}, "phones": {number: …}, "away"}, each {"tone", "text"}."""
    boxes = {
        node: _told("open", _("营业中")) if yes else _told("closed", _("休息中"))
        for node, yes in seen.open.items()
    }
    for node, (count, since_ms) in seen.waiting.items():
        if count:
            text = _("%(n)s 人在等，最久从 %(clock)s 起", n=count, clock=_clock(since_ms))
            boxes[node] = _told("waiting", text)
    phones = {number: _phone(busy) for number, busy in seen.phones.items()}
    return {"boxes": boxes, "phones": phones, "away": seen.is_away}


def _phone(busy: Busy) -> dict[str, str]:
    if busy.doing:
        text = str(DOING[busy.doing])
        return _told("busy", _("%(what)s，%(clock)s 起", what=text, clock=_clock(busy.since_ms)))
    if busy.state == REST:
        return _told("off", _("没接，稍后再响"))
    return _told("off", str(STATES[busy.state][0]) if busy.state in STATES else busy.state)


def _told(tone: str, text: str) -> dict[str, str]:
    return {"tone": tone, "text": text}


def _clock(since_ms: int) -> str:
    return clock(datetime.fromtimestamp(since_ms / 1000, UTC)) if since_ms else "—"
