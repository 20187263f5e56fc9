"""The web console: `create_app` and one package for each family of pages."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from app.settings import Settings
from app.store import db
from app.web import (
    cookies,
    failures,
    formats,
    gate,
    headers,
    icons,
    language,
    limits,
    live,
    navigation,
    proxies,
    session,
    statics,
    theme,
)
from app.web.health import watch
from app.web.pages import BLUEPRINTS
from app.web.switch.views import switch

ROOT = Path(__file__).resolve().parents[2]
MAX_REQUEST_BYTES = 1024 * 1024
STATIC_AGE_S = 365 * 24 * 3600  # addresses of static files change with their content

PARTS = (
    proxies,
    cookies,
    live,
    watch,
    session,
    language,
    formats,
    icons,
    statics,
    theme,
    navigation,
    headers,
    limits,
    failures,
    gate,
)  # in the order in which they look at a request


def create_app(settings: Settings) -> Flask:
    """The console as a WSGI application, connected to the database that the settings name."""
    app = Flask(__name__, template_folder=str(ROOT / "templates"))
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SETTINGS=settings,
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        SEND_FILE_MAX_AGE_DEFAULT=STATIC_AGE_S,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: an editor stays open for hours
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    db.connect(settings.database_url)
    for part in PARTS:
        part.install(app)
    CSRFProtect(app).exempt(switch)  # FreeSWITCH shows a password instead
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app
