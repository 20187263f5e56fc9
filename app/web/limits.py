"""How often something may be tried; counted in Redis for all processes, in this one when Redis is away."""

from __future__ import annotations

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from app.live.connection import JOB_TIMEOUT_S
from app.settings import Settings

PER_ADDRESS = "20 per 5 minutes"
PER_ACCOUNT = "10 per 5 minutes"

DEADLINES = {"socket_timeout": JOB_TIMEOUT_S, "socket_connect_timeout": JOB_TIMEOUT_S}

limiter = Limiter(get_remote_address, in_memory_fallback_enabled=True, in_memory_fallback=[])


def account_tried() -> str:
    """The account that somebody tries to sign in to."""
    return request.form.get("email", "").strip().lower()[:254]


def is_post() -> bool:
    return request.method == "POST"


def install(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    app.config["RATELIMIT_STORAGE_URI"] = _storage(settings.redis_url)
    app.config["RATELIMIT_STORAGE_OPTIONS"] = DEADLINES if settings.redis_url else {}
    app.config["RATELIMIT_KEY_PREFIX"] = "h400:limit"
    limiter.init_app(app)


def _storage(redis_url: str) -> str:
    """The limiter's own way of writing a Redis address."""
    return redis_url.replace("unix://", "redis+unix://", 1) if redis_url else "memory://"
