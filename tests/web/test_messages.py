from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app.store import calls, tasks, users, voicemails
from tests.support.cdrs import MARK, MESSAGE, cdr
from tests.support.shop import Shop
from tests.web.browser import Browser
from tests.web.conftest import BOB


@pytest.fixture(autouse=True)
def left(shop: Shop) -> None:
    """A caller who left a message, and a low mark of another."""
    calls.record(cdr("said", shop.company.id, voicemail=MESSAGE, result="missed", legs=[]))
    calls.record(cdr("rated", shop.company.id, survey=[MARK], ani="13900001111"))


def test_a_message_is_there_until_somebody_took_care_of_it(bob: Browser, shop: Shop) -> None:
    shown = bob.page("/messages")
    for part in ("138 0013 8000", "浙江杭州", "售后留言", 'href="tel:13800138000"', "/calls/said"):
        assert part in shown
    bob.post("/messages/said/done")
    assert "没有留言" in bob.page("/messages")
    assert "店员" in bob.page("/messages?all=1")
    assert voicemails.find(shop.company, "said").heard_by == users.with_email(BOB)


def test_it_is_played(alice: Browser, charlie: Browser, app: Flask) -> None:
    file = Path(app.config["SETTINGS"].recordings_dir) / "voicemail/1/a.wav"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"RIFF")
    with alice.get("/messages/said/sound") as sound:
        assert (sound.status_code, sound.data) == (200, b"RIFF")
    assert charlie.get("/messages/said/sound").status_code == 404
    file.unlink()
    assert alice.get("/messages/said/sound").status_code == 404


def test_a_file_outside_of_the_folder_is_never_played(alice: Browser, app: Flask, shop: Shop) -> None:
    outside = MESSAGE | {"file": "../secret_key"}
    calls.record(cdr("evil", shop.company.id, voicemail=outside))
    (Path(app.config["SETTINGS"].recordings_dir).parent / "secret_key").touch()
    assert alice.get("/messages/evil/sound").status_code == 404


def test_tasks_are_done_once(bob: Browser, shop: Shop) -> None:
    shown = bob.page("/messages/tasks")
    assert "低分" in shown
    for task in tasks.search(shop.company).items:
        bob.post(f"/messages/tasks/{task.id}/done")
    assert "没有待办" in bob.page("/messages/tasks")
    assert "店员" in bob.page("/messages/tasks?all=1")


@pytest.mark.parametrize(
    "path", ["/messages?page=x", "/messages?page=99999999999", "/messages/tasks?page=-1"]
)
def test_odd_pages_show_something(alice: Browser, path: str) -> None:
    assert alice.get(path).status_code == 200


def test_marks_are_shown_for_each_phone(bob: Browser, charlie: Browser) -> None:
    for path in ("/surveys?days=90", "/surveys", "/surveys?days=8", "/surveys?page=x"):
        shown = bob.page(path)
        assert "售后一号" in shown
        assert "服务评价" in shown
    assert "售后一号" not in charlie.page("/surveys")


def test_the_bar_of_marks_adds_up() -> None:
    from app.web.surveys.views import _parts

    parts = _parts({1: 1, 3: 1, 5: 2})
    assert [(part.mark, part.x, part.width, part.tone) for part in parts] == [
        (1, 0, 250, 1),
        (3, 250, 250, 3),
        (5, 500, 500, 5),
    ]
    assert _parts({}) == ()
