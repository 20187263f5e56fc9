"""Addresses of static files that change with their content, so that browsers may keep them for ever."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, url_for

FOLDER = Path(__file__).parent / "static"


def static_file(name: str) -> str:
    return url_for("static", filename=name, v=_mark(name))


@cache
def _mark(name: str) -> str:
    file = FOLDER / name
    return sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else ""


def install(app: Flask) -> None:
    app.jinja_env.globals["static_file"] = static_file
