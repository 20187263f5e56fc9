"""The language and the time zone of pages. Texts are written in Chinese; `translations/en` says them in English."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, request
from flask_babel import Babel

from app.web.session import signed_in
from app.words import Words

LANGUAGES = {"zh": "中文", "en": "English"}
COOKIE = "hotline400_language"
CATALOG = Path(__file__).parent / "translations" / "en" / "LC_MESSAGES" / "messages.po"


def current() -> str:
    """ "zh" or "en": what the user chose, else what the browser asks for."""
    account = signed_in()
    chosen = account.user.locale if account else request.cookies.get(COOKIE, "")
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or "zh"


def timezone() -> str:
    account = signed_in()
    return account.company.timezone if account else "Asia/Shanghai"


def say(words: Words) -> str:
    """The text of the flow's words in the language of the page."""
    return words.in_(current())


def english() -> Translations:
    """The English catalog, read from its source: there is no compiled file that could be out of date."""
    with CATALOG.open("rb") as source:
        catalog = read_po(source, locale="en")
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)


def install(app: Flask) -> None:
    babel = Babel(app, default_locale="zh", locale_selector=current, timezone_selector=timezone)
    with app.app_context():
        babel.domain_instance.cache["en", "messages"] = english()
    app.jinja_env.globals.update(language=current, LANGUAGES=LANGUAGES)
    app.jinja_env.filters["say"] = say
