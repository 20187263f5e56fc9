from __future__ import annotations

from flask import Flask

from app.store import users
from tests.support.shop import PASSWORD, Shop
from tests.web.browser import Browser, text
from tests.web.conftest import ALICE, BOB

NEW = "another horse battery"


def test_it_saves_name_and_language(bob: Browser) -> None:
    assert bob.post("/profile", {"name": " 收银 ", "locale": "en"}).status_code == 302
    page = bob.page("/profile")
    assert "收银" in page
    assert "My profile" in page


def test_a_name_is_needed(bob: Browser) -> None:
    assert "请填写姓名或岗位" in text(bob.post("/profile", {"name": "", "locale": "zh"}))


def test_an_unknown_language_is_refused(bob: Browser, shop: Shop) -> None:
    bob.post("/profile", {"name": "店员", "locale": "tlh"})
    assert [user.locale for user in users.every(shop.company)] == ["zh", "zh"]


def test_a_new_password_signs_other_devices_out(app: Flask, alice: Browser) -> None:
    other_device = Browser(app).signed_in_as(ALICE)
    answer = alice.post("/profile/password", {"current": PASSWORD, "new": NEW, "again": NEW})
    assert answer.status_code == 302
    assert "密码已修改" in alice.page("/profile")
    assert other_device.get("/").location == "/sign-in"


def test_the_current_password_is_asked_for(bob: Browser) -> None:
    answer = bob.post("/profile/password", {"current": "wrong", "new": NEW, "again": NEW})
    assert "现在的密码不对" in text(answer)
    assert users.verify(_hash(), PASSWORD)


def test_a_short_or_misspelt_password_is_refused(bob: Browser) -> None:
    assert "8 到 200" in text(
        bob.post("/profile/password", {"current": PASSWORD, "new": "short", "again": "short"})
    )
    assert "不一样" in text(
        bob.post("/profile/password", {"current": PASSWORD, "new": NEW, "again": PASSWORD})
    )
    assert users.verify(_hash(), PASSWORD)


def _hash() -> str:
    bob = users.with_email(BOB)
    assert bob
    return bob.password_hash
