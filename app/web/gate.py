"""Who may do what, decided in one place: signed in unless a view is public, owners unless a view is for members."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.web.session import signed_in

View = TypeVar("View", bound=Callable[..., Any])
READING = ("GET", "HEAD", "OPTIONS")


def public(view: View) -> View:
    """A view that anybody may see."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def members_may(view: View) -> View:
    """A view through which members, too, may change something: what is their own."""
    view.is_for_members = True  # type: ignore[attr-defined]
    return view


def owners_only(view: View) -> View:
    """A view that members may not even read: it shows what is secret."""
    view.is_for_owners = True  # type: ignore[attr-defined]
    return view


def _guard() -> AnyResponse | None:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or request.endpoint == "static" or getattr(view, "is_public", False):
        return None
    account = signed_in()
    if account is None:
        return to_sign_in()
    changes = request.method not in READING and not getattr(view, "is_for_members", False)
    if not account.is_owner and (changes or getattr(view, "is_for_owners", False)):
        abort(403)
    return None


def to_sign_in() -> AnyResponse:
    """Send a page to sign in and back; a piece of a page sends the whole page there.

    What was being changed is lost: the way back leads to the page where that was, and `lost` says so there.
    """
    piece = "HX-Request" in request.headers
    reading = request.method in READING
    back = request.full_path.rstrip("?") if reading and not piece else _page_it_came_from()
    sign_in = url_for("auth.sign_in", next=None if back == "/" else back, lost=None if reading else 1)
    return Response(status=204, headers={"HX-Redirect": sign_in}) if piece else redirect(sign_in)


def _page_it_came_from() -> str:
    """The path of the page that sent this; "/" when that was none of ours."""
    page = urlsplit(request.headers.get("HX-Current-URL") or request.referrer or "")
    if page.netloc != request.host or not page.path.startswith("/"):
        return "/"
    return f"{page.path}?{page.query}" if page.query else page.path


def install(app: Flask) -> None:
    app.before_request(_guard)
