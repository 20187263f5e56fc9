"""Looks at the installation no more often than every few seconds, however many ask."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from flask import Flask, current_app

from app.health.look import look
from app.health.part import Health
from app.live.connection import connect
from app.settings import Settings
from app.store.db import database
from app.web.live import NOWHERE

FRESH_S = 3.0
OLD_S = 30.0  # a page shows nothing older; nor does it wait for anything newer
REDIS_WAIT_S = 0.5


class Watch:
    """Keeps the last look. One looks at a time."""

    def __init__(self, look: Callable[[], Health]) -> None:
        self._look = look
        self._looking = threading.Lock()
        self._seen: Health | None = None
        self._seen_at = 0.0

    def now(self) -> Health:
        """How everything is, at most FRESH_S old. May take as long as the slowest deadline."""
        with self._looking:
            if self._seen is None or self._age_s() > FRESH_S:
                self._seen, self._seen_at = self._look(), time.monotonic()
            return self._seen

    def lately(self) -> Health:
        """How everything was when somebody looked; he who asks waits only when that is long ago."""
        seen, age_s = self._seen, self._age_s()
        if seen is None or age_s > OLD_S:
            return self.now()
        if age_s > FRESH_S and not self._looking.locked():
            threading.Thread(target=self.now, daemon=True).start()
        return seen

    def forget(self) -> None:
        """Look anew the next time."""
        self._seen = None

    def _age_s(self) -> float:
        return time.monotonic() - self._seen_at


def watch() -> Watch:
    """The console's."""
    return watch_of(current_app)


def watch_of(app: Flask) -> Watch:
    kept: Watch = app.extensions["hotline_watch"]
    return kept


def install(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    redis = connect(settings.redis_url or NOWHERE, REDIS_WAIT_S)
    app.extensions["hotline_watch"] = Watch(lambda: look(str(database.obj.url), redis, settings.home))
