"""The last drafts of a flow, for undo and redo: each user's own, so that nobody takes back what another did.

Kept in Redis, where they outlive the console; while it is away, edits go on and nothing can be undone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from redis import Redis

from app.errors import LiveError
from app.live import keys
from app.live.connection import live_errors
from app.store.models import Flow, User

DEPTH = 20
MAX_CHARACTERS = 1_000_000  # of all drafts of one direction together; the oldest go
KEPT_S = 7 * 24 * 3600

Drafts = tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class History:
    """Earlier drafts, newest last, and those taken back, the last one last.

    It fits the draft of one revision; anybody else's saving makes it worthless.
    """

    revision: int
    drafts: Drafts
    undone: Drafts = ()


def of(redis: Redis, flow: Flow, user: User) -> History:
    """What a user can undo from the flow's draft as it is now."""
    nothing = History(flow.draft_revision, ())
    try:
        with live_errors():
            text = redis.get(keys.drafts(flow.id, user.id))
    except LiveError:
        return nothing
    if not isinstance(text, bytes):
        return nothing
    stored = json.loads(text)
    fits = stored["revision"] == flow.draft_revision
    if not fits:
        return nothing
    return History(stored["revision"], tuple(stored["drafts"]), tuple(stored.get("undone", ())))


def keep(redis: Redis, flow: Flow, user: User, drafts: Drafts, undone: Drafts = ()) -> None:
    """Remember these drafts as what came before the flow's draft that the user has saved, and what he took back."""
    kept = {"revision": flow.draft_revision, "drafts": _newest(drafts), "undone": _newest(undone)}
    text = json.dumps(kept, ensure_ascii=False)
    try:
        with live_errors():
            redis.set(keys.drafts(flow.id, user.id), text, ex=KEPT_S)
    except LiveError:
        return  # the draft itself is saved


def _newest(drafts: Drafts) -> list[dict[str, Any]]:
    """As many of the newest as may be kept."""
    kept: list[dict[str, Any]] = []
    left = MAX_CHARACTERS
    for draft in reversed(drafts[-DEPTH:]):
        left -= len(json.dumps(draft, ensure_ascii=False))
        if left < 0:
            break
        kept.insert(0, draft)
    return kept
