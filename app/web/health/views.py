"""The page 系统状态, the strip on top of pages while something is wrong, and /health for monitors.

All of it works while the database is away: who was signed in then counts as signed in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, g, render_template, session
from flask.typing import ResponseReturnValue

from app.health.part import Health, Standing
from app.web.failures import AWAY
from app.web.gate import public, to_sign_in
from app.web.health.watch import watch
from app.web.session import signed_in

health = Blueprint("health", __name__)


@health.get("/system")
@public
def show() -> ResponseReturnValue:
    return _for_owners(lambda: render_template("health/show.html", health=watch().now()))


@health.get("/system/live")
@public
def live() -> ResponseReturnValue:
    """The part of the page that refreshes itself."""
    return _for_owners(lambda: render_template("health/_live.html", health=watch().now()))


@health.get("/system/strip")
@public
def strip() -> ResponseReturnValue:
    """What stands on top of each page, refreshed by itself."""
    return _for_owners(lambda: render_template("health/_strip.html", health=watch().lately()))


@health.get("/health")
@public
def monitor() -> ResponseReturnValue:
    """JSON, for whoever asks: no names of machines, no numbers, but for owners. 503 when a part does not work."""
    found = watch().now()
    summary = _summary(found) | ({"facts": _facts(found)} if _is_owner() else {})
    return summary, 503 if found.standing == Standing.AWAY else 200


def _summary(found: Health) -> dict[str, Any]:
    """The worst of each kind: controllers and switches have names that are nobody's business."""
    kinds: dict[str, Standing] = {}
    for part in found.parts:
        kind = part.name.partition(" ")[0]
        kinds[kind] = max(part.standing, kinds.get(kind, Standing.WELL))
    return {
        "status": found.standing.name.lower(),
        "parts": {kind: kinds[kind].name.lower() for kind in kinds},
    }


def _facts(found: Health) -> dict[str, Any]:
    return {part.name: {"standing": part.standing.name.lower(), **part.facts} for part in found.parts}


def _is_owner() -> bool:
    try:
        account = signed_in()
    except AWAY:
        return False
    return account is not None and account.is_owner


def _for_owners(page: Callable[[], str]) -> ResponseReturnValue:
    try:
        account = signed_in()
    except AWAY:
        g.database_is_away = True
        account = None
    if account and not account.is_owner:
        abort(403)
    if account or (g.get("database_is_away") and "_user_id" in session):
        return page()
    return to_sign_in()


@health.app_context_processor
def strip_on_pages() -> dict[str, object]:
    """What pages show on top; asked for only where it is shown."""
    return {"health_lately": lambda: watch().lately()}
