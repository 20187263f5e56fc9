"""Texts of pages, written in Chinese: `_` says one in the page's language now, `later` when it is shown."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, lazy_gettext


def _(text: str, **values: object) -> str:
    return str(gettext(text, **values))


def later(text: str, **values: object) -> Any:
    """For what is made before there is a page: names of fields, of filters, of menus."""
    return lazy_gettext(text, **values)
