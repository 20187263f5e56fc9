"""Light or dark pages: what the visitor chose, else what his device asks for (static/theme.js)."""

from __future__ import annotations

from flask import Flask, request

from app.web.texts import later

COOKIE = "hotline400_theme"
THEMES = {
    "auto": (later("跟随系统"), "device-desktop"),
    "light": (later("浅色"), "sun"),
    "dark": (later("深色"), "moon"),
}


def theme() -> str:
    """ "auto", "light" or "dark"."""
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in THEMES else "auto"


def install(app: Flask) -> None:
    app.jinja_env.globals.update(theme=theme, THEMES=THEMES)
