"""The last drafts of a flow, for undo. Kept in Redis: while it is away, edits go on and nothing can be undone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from redis import Redis

from app.errors import LiveError
from app.live import keys
from app.live.connection import live_errors
from app.store.models import Flow

DEPTH = 20
KEPT_S = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class History:
    """Earlier drafts, newest last. It fits the draft of one revision; anybody else's saving makes it worthless."""

    revision: int
    drafts: tuple[dict[str, Any], ...]


def of(redis: Redis, flow: Flow) -> History:
    """What can be undone from the flow's draft as it is now."""
    nothing = History(flow.draft_revision, ())
    try:
        with live_errors():
            text = redis.get(keys.drafts(flow.id))
    except LiveError:
        return nothing
    if not isinstance(text, bytes):
        return nothing
    stored = json.loads(text)
    fits = stored["revision"] == flow.draft_revision
    return History(stored["revision"], tuple(stored["drafts"])) if fits else nothing


def keep(redis: Redis, flow: Flow, drafts: tuple[dict[str, Any], ...]) -> None:
    """Remember these drafts as what came before the flow's draft."""
    text = json.dumps({"revision": flow.draft_revision, "drafts": drafts[-DEPTH:]}, ensure_ascii=False)
    try:
        with live_errors():
            redis.set(keys.drafts(flow.id), text, ex=KEPT_S)
    except LiveError:
        return  # the draft itself is saved
