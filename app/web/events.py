"""Telling open pages that something has changed, by server-sent events: the page then fetches its live part anew.

An event carries nothing but a mark of what there is to see. A browser that reconnects sends the last mark it knows,
so that a change in between is told, and nothing is told twice.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from threading import Lock

from flask import Response, request
from peewee import PeeweeException

from app.errors import StoreError
from app.store.db import database

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
LIFE_S = 55.0  # then the browser comes again, and is asked anew who it is
RETRY_MS = 3000
MOST = 300  # open at once in this process; pages of more ask now and then instead


class _Open:
    """The streams that are open in this process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._taken: set[object] = set()

    def take(self) -> Callable[[], None] | None:
        """What gives the place back, however often it is called; None when all are taken."""
        place = object()
        with self._lock:
            if len(self._taken) >= MOST:
                return None
            self._taken.add(place)
        return lambda: self._taken.discard(place)


_open = _Open()


def mark_of(*seen: object) -> str:
    """A short text that changes with what is seen."""
    return sha256(repr(seen).encode()).hexdigest()[:16]


def stream(look: Callable[[], str]) -> Response:
    """Say `changed` whenever `look`, asked outside of any request, gives another mark than before.

    The page names the mark that it shows as `since`. 204, which ends a browser's tries, when too many are open.
    """
    known = request.headers.get("Last-Event-ID") or request.args.get("since", "")
    give_back = _open.take()
    if give_back is None:
        return Response(status=204)
    answer = Response(_events(look, known), mimetype="text/event-stream")
    answer.call_on_close(give_back)
    answer.headers["X-Accel-Buffering"] = "no"  # a proxy must not collect them
    return answer


def _events(look: Callable[[], str], known: str) -> Iterator[str]:
    end = time.monotonic() + LIFE_S
    yield f"retry: {RETRY_MS}\n\n"
    while time.monotonic() < end:
        try:
            with database.connection_context():
                mark = look()
        except (PeeweeException, StoreError) as away:
            log.warning("a page cannot be told of changes now: %s", away)
            return
        yield ":\n\n" if mark == known else f"id: {mark}\nevent: changed\ndata: {mark}\n\n"
        known = mark
        time.sleep(LOOK_EVERY_S)
