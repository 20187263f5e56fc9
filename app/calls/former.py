"""What was in force when a call began, for records that are made when it is over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import structlog
from redis import Redis

from app.calls.publish import in_force
from app.flow.snapshot import Snapshot
from app.live import keys, published
from app.live.connection import live_errors
from app.live.copies import Copies
from app.live.published import Published
from app.store import numbers

log = structlog.get_logger()


class FormerSnapshots:
    """Snapshots by number and revision: from Redis, this machine's copies or, the newest ones, the store.

    One is asked for a whole batch of calls and remembers what it has found.
    """

    def __init__(self, redis: Redis, copies: Path) -> None:
        self._redis, self._copies = redis, Copies(copies)
        self._found: dict[tuple[str, int], Snapshot | None] = {}

    def at(self, did: str, revision: int) -> Snapshot | None:
        """None when nobody knows any more. LiveError when Redis is away: another time it may know."""
        if (did, revision) not in self._found:
            self._found[did, revision] = self._find(did, revision) if published.is_did(did) else None
        return self._found[did, revision]

    def _find(self, did: str, revision: int) -> Snapshot | None:
        fitting = (number for number in self._told(did, revision) if number.revision == revision)
        number = next(fitting, None)
        return number.snapshot if number else _stored(did, revision)

    def _told(self, did: str, revision: int) -> Iterator[Published]:
        with live_errors():
            texts: Any = self._redis.mget(keys.former_snapshot(did, revision), keys.snapshot(did))
        for text in filter(None, texts):
            try:
                yield published.decode(did, text.decode())
            except ValueError as wrong:
                log.warning("snapshot_not_understood", did=did, problem=str(wrong))
        yield from filter(None, (self._copies.read(did), self._copies.read_former(did)))


def _stored(did: str, revision: int) -> Snapshot | None:
    """What the number leads to now, when nothing has changed since; what it led to before, the store cannot tell."""
    number = numbers.anybodys(did)
    if number is None or number.revision != revision:
        return None
    snapshot, again = in_force(number), numbers.anybodys(did)
    return snapshot if again and again.revision == revision else None
