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


def test_it_is_taken_up_again(bob: Browser, shop: Shop) -> None:
    bob.post("/messages/said/done")
    assert "标为未处理" in bob.page("/messages?all=1")
    bob.post("/messages/said/again")
    assert "138 0013 8000" in bob.page("/messages")
    assert voicemails.find(shop.company, "said").heard_by is None


def test_a_deleted_one_can_be_brought_back(alice: Browser, shop: Shop) -> None:
    alice.post("/messages/said/delete")
    shown = alice.page("/messages")
    assert "没有留言" in shown
    assert "已删除的留言" in shown
    assert "7 天内可在「已删除」里恢复" in shown
    assert "店主" in alice.page("/messages/deleted")
    alice.post("/messages/said/restore")
    assert "没有删除过的留言" in alice.page("/messages/deleted")
    assert "138 0013 8000" in alice.page("/messages")


def test_nobody_but_the_owner_deletes_or_sees_what_was_deleted(
    bob: Browser, charlie: Browser, shop: Shop
) -> None:
    for browser, refusal in ((bob, 403), (charlie, 404)):
        for what in ("delete", "restore"):
            assert browser.post(f"/messages/said/{what}").status_code == refusal
    assert bob.get("/messages/deleted").status_code == 403
    assert charlie.post("/messages/said/again").status_code == 404
    assert voicemails.find(shop.company, "said")
    assert "/messages/said/delete" not in bob.page("/messages")
    voicemails.delete(shop.company, "said")
    assert "已删除的留言" not in bob.page("/messages")
    assert "138 0013 8000" not in charlie.page("/messages/deleted")


def test_it_is_played(alice: Browser, bob: Browser, charlie: Browser, app: Flask) -> None:
    file = Path(app.config["SETTINGS"].recordings_dir) / "voicemail/1/a.wav"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"RIFF")
    with alice.get("/messages/said/sound") as sound:
        assert (sound.status_code, sound.data) == (200, b"RIFF")
    assert charlie.get("/messages/said/sound").status_code == 404
    alice.post("/messages/said/delete")
    with alice.get("/messages/said/sound") as sound:
        assert sound.status_code == 200
    assert bob.get("/messages/said/sound").status_code == 404
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
