"""The session cookie: signed, out of reach of scripts, for this site, and over TLS only where there is TLS."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface


class SessionCookie(SecureCookieSessionInterface):
    """`Secure` follows the request: a console on plain http in the shop's own network can be signed in to as well."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


def install(app: Flask) -> None:
    app.session_interface = SessionCookie()
    app.config.update(
        SESSION_COOKIE_NAME="hotline400",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=7),
    )
