from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app.store import prompts
from tests.support.shop import Shop
from tests.web.browser import Browser


@pytest.fixture
def folder(app: Flask) -> Path:
    """The folder of prompts, with the sound of one of them."""
    folder = Path(app.config["SETTINGS"].prompts_dir)
    (folder / "1").mkdir(parents=True, exist_ok=True)
    (folder / "1" / "welcome.wav").write_bytes(b"RIFF of the welcome")
    (folder / "system").mkdir(exist_ok=True)
    (folder / "system" / "sorry.wav").write_bytes(b"RIFF of the apology")
    return folder


def test_the_list_shows_what_is_said(alice: Browser) -> None:
    page = alice.page("/prompts")
    assert "售后请按1。" in page
    assert "感谢您的来电，再见。" in page  # a system prompt


def test_a_sound_is_played(alice: Browser, folder: Path) -> None:
    with alice.get("/prompts/welcome/sound") as answer:
        assert answer.data == b"RIFF of the welcome"
        assert answer.mimetype in ("audio/x-wav", "audio/wav")


def test_the_systems_own_too(alice: Browser, folder: Path) -> None:
    with alice.get("/prompts/system/1/sound") as answer:
        assert answer.data == b"RIFF of the apology"
    assert alice.get("/prompts/system/99/sound").status_code == 404


def test_a_sound_that_is_missing_is_not_found(alice: Browser, folder: Path) -> None:
    assert alice.get("/prompts/closed/sound").status_code == 404


@pytest.mark.parametrize("file", ["../secret_key", "/etc/passwd", ""])
def test_nothing_outside_of_the_folder_is_played(alice: Browser, shop: Shop, folder: Path, file: str) -> None:
    (folder.parent / "secret_key").write_text("secret")
    prompts.create(shop.company, "evil", "恶意", file=file)
    assert alice.get("/prompts/evil/sound").status_code == 404
