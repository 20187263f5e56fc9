"""Whom to believe about the visitor's address: a proxy on this machine, and nobody else."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class LocalProxyFix:
    """Reads X-Forwarded-For and X-Forwarded-Proto when the request comes from this machine."""

    def __init__(self, direct: WSGIApplication) -> None:
        self.direct = direct
        self.proxied = ProxyFix(direct, x_for=1, x_proto=1)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        chosen = self.proxied if _is_local(environ.get("REMOTE_ADDR", "")) else self.direct
        return chosen(environ, start_response)


def _is_local(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def install(app: Flask) -> None:
    app.wsgi_app = LocalProxyFix(app.wsgi_app)  # type: ignore[method-assign]
