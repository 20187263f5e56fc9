"""Every text of the console is there in English."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from app.web.language import CATALOG

ROOT = Path(__file__).parents[2]
KEYWORDS = {"_": None, "later": None}
PLACES = ((ROOT / "app" / "web", "**.py", "python"), (ROOT / "templates", "**.html", "jinja2"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _texts() -> dict[str, str]:
    """The texts that code and templates show, with a place of each."""
    found = {}
    for folder, pattern, method in PLACES:
        for file, line, text, _comments, _context in extract_from_dir(
            str(folder), [(pattern, method)], keywords=KEYWORDS
        ):
            found[str(text)] = f"{file}:{line}"
    return found


TEXTS = _texts()
CATALOGUE = read_po(CATALOG.read_text(encoding="utf-8").splitlines(), locale="en")
ENGLISH = {str(message.id): str(message.string) for message in CATALOGUE if message.id}


def test_texts_are_found() -> None:
    assert len(TEXTS) > 250


def test_every_text_is_translated() -> None:
    missing = {text: place for text, place in TEXTS.items() if not ENGLISH.get(text)}
    assert not missing


def test_translations_are_english_and_keep_their_placeholders() -> None:
    wrong = [text for text, english in ENGLISH.items() if CHINESE.search(english)]
    wrong += [text for text, english in ENGLISH.items() if placeholders(english) != placeholders(text)]
    assert not wrong


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[0-9]*[sd]", text))


def test_the_catalog_holds_nothing_that_nobody_says() -> None:
    assert set(ENGLISH) <= set(TEXTS)


def test_templates_say_nothing_untranslated() -> None:
    """Chinese stands only inside of _()."""
    for file in (ROOT / "templates").rglob("*.html"):
        rest = re.sub(
            r"_\('(?:[^'\\]|\\.)*'|\{#.*?#\}", "", file.read_text(encoding="utf-8"), flags=re.DOTALL
        )
        assert not CHINESE.search(rest), file
