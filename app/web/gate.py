"""Who may do what, decided in one place: signed in unless a view is public, owners unless a view is for members."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

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
    """Send a page to sign in and back; a piece of a page sends the whole page there."""
    if "HX-Request" in request.headers:
        return Response(status=204, headers={"HX-Redirect": url_for("auth.sign_in")})
    back = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(url_for("auth.sign_in", next=None if back == "/" else back))


def install(app: Flask) -> None:
    app.before_request(_guard)
