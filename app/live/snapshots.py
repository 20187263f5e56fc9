"""Published snapshots: put in force in Redis, held ready in every process that takes calls."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import structlog
from redis import Redis

from app.errors import LiveError, NotInService
from app.flow.snapshot import Snapshot
from app.journal import blocking
from app.live import keys, published
from app.live.connection import live_errors, subscribed
from app.live.copies import Copies
from app.live.published import Published

log = structlog.get_logger()

PUBLISH = Path(__file__).with_name("publish.lua").read_text(encoding="utf-8")
LOOK_AGAIN_S = 1.0  # how often `listen` looks whether it is to stop
RESYNC_S = 30.0  # how long a lost message goes unnoticed
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 5.0  # before `listen` connects again
BATCH = 100
FORMER_S = 24 * 3600  # as long as a call may last, and some


def publish(redis: Redis, snapshot: Snapshot, revision: int) -> bool:
    """Put a number's snapshot in force for calls that begin from now on. False when a newer one is already."""
    return _put(redis, Published(snapshot.did, revision, snapshot))


def withdraw(redis: Redis, did: str, revision: int) -> bool:
    """Take a number out of service. False when something newer is in force already."""
    return _put(redis, Published(did, revision, None))


def revisions(redis: Redis) -> dict[str, int]:
    """Which revision of each number is in force. LiveError when Redis is away."""
    with live_errors():
        found: Any = redis.hgetall(keys.REVISIONS)
    return {did.decode(): int(revision) for did, revision in found.items()}


def _put(redis: Redis, number: Published) -> bool:
    if not published.is_did(number.did):
        raise ValueError(f"{number.did!r} is no telephone number")
    names = (keys.REVISIONS, keys.snapshot(number.did), keys.former_snapshot(number.did))
    values = (number.did, str(number.revision), published.encode(number), keys.PUBLISHED, str(FORMER_S))
    with live_errors():
        return bool(redis.eval(PUBLISH, len(names), *names, *values))


class SnapshotCache:
    """The snapshots that this process's calls run on.

    A snapshot that was used before is found by one dictionary look-up. `listen`, in a thread or greenlet of its
    own, replaces it when a newer one is published, and keeps a copy of every number's on disk. An older one never
    replaces a newer one, whatever Redis says.
    """

    def __init__(self, redis: Redis, folder: Path) -> None:
        self._redis = redis
        self._copies = Copies(folder)
        self._held: dict[str, Snapshot] = {}
        self._revisions: dict[str, int] = {}
        self._saved: dict[str, int] = {}
        self._stopped = threading.Event()

    def get(self, did: str) -> Snapshot:
        """What happens when this number is called: from memory, else Redis, else disk, else NotInService."""
        held = self._held.get(did)
        return held if held is not None else self._load(did)

    def revision(self, did: str) -> int:
        """Of what `get` has just given."""
        return self._revisions.get(did, 0)

    def at(self, did: str, revision: int) -> Snapshot | None:
        """What a call runs on that began under this revision; None when that is not known any more."""
        if revision == self._revisions.get(did) and did in self._held:
            return self._held[did]
        for number in self._kept(did, revision):
            if number and number.revision == revision:
                return number.snapshot
        return None

    def _kept(self, did: str, revision: int) -> Iterator[Published | None]:
        """Wherever it may be, one place after the other."""
        yield self._fetch(did, keys.former_snapshot(did, revision))
        yield self._fetch(did, keys.snapshot(did))
        yield blocking.run(self._copies.read, did)
        yield blocking.run(self._copies.read_former, did)

    def listen(self) -> None:
        """Follow what is published until `stop`; connect again, ever more slowly, when Redis goes away."""
        self._saved = blocking.run(self._copies.revisions)
        pause_s = FIRST_PAUSE_S
        while not self._stopped.is_set():
            started = time.monotonic()
            try:
                self._follow()
            except LiveError as away:
                log.warning("snapshots_not_followed", problem=str(away), again_in_s=pause_s)
            if time.monotonic() - started > LONGEST_PAUSE_S:
                pause_s = FIRST_PAUSE_S
            self._stopped.wait(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    def stop(self) -> None:
        """Let `listen` return, within LOOK_AGAIN_S."""
        self._stopped.set()

    def _load(self, did: str) -> Snapshot:
        number = self._fetch(did, keys.snapshot(did)) or blocking.run(self._copies.read, did)
        if number is not None:
            self._take(number)
        held = self._held.get(did)
        if held is None:
            raise NotInService(did)
        return held

    def _fetch(self, did: str, key: str) -> Published | None:
        if not published.is_did(did):
            return None
        try:
            with live_errors():
                text: Any = self._redis.get(key)
            return published.decode(did, text.decode()) if text else None
        except (LiveError, ValueError) as wrong:
            log.warning("snapshot_not_fetched", did=did, problem=str(wrong))
            return None

    def _take(self, number: Published) -> None:
        if number.revision < self._revisions.get(number.did, 0):
            return
        self._revisions[number.did] = number.revision
        if number.snapshot is None:
            self._held.pop(number.did, None)
        else:
            self._held[number.did] = number.snapshot

    def _follow(self) -> None:
        """Subscribe first, then read everything: what is published in between is read twice, not missed."""
        with live_errors(), subscribed(self._redis, keys.PUBLISHED) as channel:
            self._resync()
            synced = time.monotonic()
            while not self._stopped.is_set():
                message = channel.get_message(timeout=LOOK_AGAIN_S)
                if message:
                    self._refresh([message["data"].decode()])
                if time.monotonic() - synced > RESYNC_S:
                    self._resync()
                    synced = time.monotonic()

    def _resync(self) -> None:
        newer = [
            did
            for did, revision in revisions(self._redis).items()
            if revision > self._saved.get(did, -1) or revision > self._revisions.get(did, revision)
        ]
        for start in range(0, len(newer), BATCH):
            self._refresh(newer[start : start + BATCH])

    def _refresh(self, dids: Iterable[str]) -> None:
        """Read these numbers again: onto disk, and into memory those that calls have asked for."""
        dids = [did for did in dids if published.is_did(did)]
        texts: Any = self._redis.mget([keys.snapshot(did) for did in dids])
        for did, text in zip(dids, texts, strict=True):
            if text:
                self._receive(did, text.decode())

    def _receive(self, did: str, text: str) -> None:
        try:
            revision = published.revision_of(text)
            if did in self._revisions:
                self._take(published.decode(did, text))
        except ValueError as wrong:
            log.error("snapshot_not_understood", did=did, problem=str(wrong))
            return
        if revision > self._saved.get(did, -1):
            blocking.run(self._copies.write, did, text)
            self._saved[did] = revision
