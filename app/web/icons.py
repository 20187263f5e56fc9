"""Tabler's icons as inline SVG, so that a page loads only those it shows.

`static/vendor/tabler-icons.json` (the outline set, name -> list of [tag, attributes]) is read once and searched as
text: parsing all five thousand icons would cost every process 30 MB.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from flask import Flask
from markupsafe import Markup

SOURCE = Path(__file__).parent / "static" / "vendor" / "tabler-icons.json"
UNKNOWN = "circle"
SVG = Markup(
    '<svg class="{classes}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" '
    'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{drawn}</svg>'
)
_decoder = json.JSONDecoder()


@cache
def _all() -> str:
    return SOURCE.read_text(encoding="utf-8")


@cache
def icon(name: str, extra: str = "") -> Markup:
    """The icon as SVG that takes the colour and size of the text around it; hidden from screen readers."""
    shapes = _shapes(name) or _shapes(UNKNOWN)
    drawn = Markup("").join(_shape(tag, attributes) for tag, attributes in shapes)
    return SVG.format(classes=f"icon {extra}".strip(), drawn=drawn)


def _shape(tag: str, attributes: dict[str, str]) -> Markup:
    pairs = Markup(" ").join(Markup('{}="{}"').format(name, value) for name, value in attributes.items())
    return Markup("<{} {}/>").format(tag, pairs)


def _shapes(name: str) -> list[tuple[str, dict[str, str]]]:
    text = _all()
    start = text.find(f'"{name}":')
    if start < 0:
        return []
    shapes, _ = _decoder.raw_decode(text, text.index("[", start))
    return [(tag, attributes) for tag, attributes in shapes]


def install(app: Flask) -> None:
    app.jinja_env.globals["icon"] = icon
