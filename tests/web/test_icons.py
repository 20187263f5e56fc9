from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from app.flow.kinds import KINDS
from app.web.icons import SOURCE, icon

TEMPLATES = Path(__file__).parents[2] / "templates"
NAMED = {
    name
    for file in TEMPLATES.rglob("*.html")
    for name in re.findall(r"(?:icon|empty)\('([\w-]+)'", file.read_text(encoding="utf-8"))
}


@pytest.mark.parametrize("name", sorted(NAMED | {kind.icon for kind in KINDS.values()}))
def test_it_is_one_of_tablers(name: str) -> None:
    assert f'"{name}":' in SOURCE.read_text(encoding="utf-8")


def test_it_is_drawn(console: Flask) -> None:
    drawn = icon("phone", "is-play")
    assert drawn.startswith('<svg class="icon is-play" viewBox="0 0 24 24"')
    assert '<path d="' in drawn


def test_an_unknown_one_is_a_circle() -> None:
    assert icon("no-such-icon") == icon("circle")
