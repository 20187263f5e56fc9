"""The connections that a request needs: the database while it lasts, and Redis."""

from __future__ import annotations

import os

from flask import Flask, current_app, request
from redis import Redis

from app.live.connection import JOB_TIMEOUT_S, connect, live_errors
from app.live.shared import Shared
from app.settings import Settings
from app.store.db import database

NOWHERE = "redis://127.0.0.1:1"  # where nothing listens: without an address, Redis counts as away


def redis() -> Redis:
    """The console's Redis connection."""
    return redis_of(current_app)


def redis_of(app: Flask) -> Redis:
    connection: Redis = app.extensions["hotline_redis"]
    return connection


def shared() -> Shared:
    """What calls share while they live. LiveError when Redis is away: this process has no calls of its own to tell of.

    One for all requests, for it has a thread; a new one after Redis was away, for only call control joins up again.
    """
    with live_errors():
        redis().ping()
    held: Shared | None = current_app.extensions.get("hotline_shared")
    if held is None or held.alone:
        held = current_app.extensions["hotline_shared"] = Shared(redis(), f"console-{os.getpid()}")
    return held


WITHOUT_DATABASE = ("health",)  # families of pages that work while it is away


def _open() -> None:
    if request.endpoint != "static" and request.blueprint not in WITHOUT_DATABASE:
        database.connect(reuse_if_open=True)


def _close(_error: BaseException | None) -> None:
    if not database.is_closed():
        database.close()


def install(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    app.extensions["hotline_redis"] = connect(settings.redis_url or NOWHERE, JOB_TIMEOUT_S)
    app.before_request(_open)
    app.teardown_request(_close)
