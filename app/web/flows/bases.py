"""The drafts that a flow had lately: what a page was edited from, to put two people's changes together.

Kept in Redis, a day long. While it is away, or when a page is older than what is kept, nothing can be put together
and people are asked instead.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from redis import Redis

from app.errors import LiveError
from app.live import keys
from app.live.connection import live_errors
from app.store.models import Company, Flow

DEPTH = 30  # drafts of a flow
KEPT_S = 24 * 3600


class Former(NamedTuple):
    """A draft as it was at a revision. `removed_by` is who deleted the flow then, "" while it is there."""

    flow: int
    revision: int
    draft: dict[str, Any]
    removed_by: str = ""


def keep(redis: Redis, company: Company, slug: str, former: Former) -> None:
    """Remember a draft that is about to be replaced, or to go with its flow."""
    name, packed = keys.former_drafts(company.id, slug), zlib.compress(json.dumps(former).encode())
    try:
        with live_errors():
            pipe = redis.pipeline()
            pipe.lpush(name, packed)
            pipe.ltrim(name, 0, DEPTH - 1)
            pipe.expire(name, KEPT_S)
            pipe.execute()
    except LiveError:
        return  # the change itself is saved


def at(redis: Redis, company: Company, flow: Flow, revision: int) -> dict[str, Any] | None:
    """The draft of a flow at a revision; None when it is not known any more."""
    kept = _kept(redis, company, flow.slug)
    return next((one.draft for one in kept if (one.flow, one.revision) == (flow.id, revision)), None)


def removed(redis: Redis, company: Company, slug: str) -> Former | None:
    """The last draft of a flow that was deleted lately."""
    newest = next(_kept(redis, company, slug), None)
    return newest if newest and newest.removed_by else None


def _kept(redis: Redis, company: Company, slug: str) -> Iterator[Former]:
    """Newest first."""
    try:
        with live_errors():
            packed = redis.lrange(keys.former_drafts(company.id, slug), 0, DEPTH - 1)
    except LiveError:
        return
    for one in packed if isinstance(packed, list) else ():
        if isinstance(one, bytes):
            yield Former(*json.loads(zlib.decompress(one)))
