"""Where somebody is signed in, and what happens to a page whose session is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from app.store import sessions
from app.store.models import UserSession
from app.store.models.base import utc_now
from app.web.auth.devices import is_phone, named
from tests.support.shop import PASSWORD, Shop
from tests.web.browser import Browser, text
from tests.web.conftest import ALICE, BOB

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
WECHAT = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Mobile MicroMessenger/8.0"


@pytest.mark.parametrize(
    ("agent", "zh", "en", "phone"),
    [
        (CHROME, "Chrome · Windows", "Chrome · Windows", False),
        (CHROME + " Edg/140.0", "Edge · Windows", "Edge · Windows", False),
        (WECHAT, "微信 · iPhone", "WeChat · iPhone", True),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile", "Chrome · Android", "Chrome · Android", True),
        ("Android", "Android", "Android", True),
        ("curl/8", "未知设备", "Unknown device", False),
        ("", "未知设备", "Unknown device", False),
    ],
)
def test_a_device_is_named(agent: str, zh: str, en: str, phone: bool) -> None:
    assert (named(agent), is_phone(agent)) == ((zh, en), phone)


def others(shop: Shop) -> list[int]:
    """Alice's sessions but the newest."""
    return sorted(each.id for each in sessions.every(shop.company, shop.owner))[:-1]


def test_the_profile_lists_them_and_ends_one(app: Flask, shop: Shop) -> None:
    other = Browser(app)
    other.client.environ_base["HTTP_USER_AGENT"] = WECHAT
    other.signed_in_as(ALICE)
    alice = Browser(app).signed_in_as(ALICE)
    assert "微信 · iPhone" in alice.page("/profile")
    [session_id] = others(shop)
    alice.post(f"/sessions/{session_id}/end")
    assert "已退出那台设备" in alice.page("/profile")
    assert other.get("/").location == "/sign-in"
    assert alice.get("/").status_code == 200


def test_nobody_ends_another_persons(bob: Browser, alice: Browser, shop: Shop) -> None:
    [mine] = sessions.every(shop.company, shop.owner)
    assert bob.post(f"/sessions/{mine.id}/end").status_code == 404
    assert alice.get("/").status_code == 200


def test_all_are_ended_at_once(app: Flask, alice: Browser, bob: Browser) -> None:
    other = Browser(app).signed_in_as(ALICE)
    assert alice.post("/sign-out-everywhere").location == "/sign-in"
    assert {alice.get("/").location, other.get("/").location} == {"/sign-in"}
    assert bob.get("/").status_code == 200


def test_a_copied_cookie_is_worth_nothing_after_signing_out(app: Flask, alice: Browser) -> None:
    cookie = alice.client.get_cookie("hotline400")
    assert cookie
    alice.post("/sign-out")
    thief = Browser(app)
    thief.client.set_cookie("hotline400", cookie.value)
    assert thief.get("/").location == "/sign-in"


def test_the_secret_is_not_in_the_database(alice: Browser, shop: Shop) -> None:
    with alice.client.session_transaction() as cookie:
        secret = cookie["_user_id"]
    [row] = sessions.every(shop.company, shop.owner)
    assert secret not in str(row.__data__)


def test_one_that_is_not_used_for_a_week_is_over(alice: Browser, shop: Shop) -> None:
    UserSession.update(seen_at=utc_now() - timedelta(days=8)).execute()
    assert alice.get("/").location == "/sign-in"
    sessions.begin(shop.company, shop.owner, "new", "", "", utc_now())
    assert len(sessions.every(shop.company, shop.owner)) == 1


def test_its_last_use_is_written_now_and_then(alice: Browser, shop: Shop) -> None:
    before = utc_now() - timedelta(minutes=6)
    UserSession.update(seen_at=before).execute()
    alice.get("/", environ_base={"REMOTE_ADDR": "203.0.113.7"})
    [row] = sessions.every(shop.company, shop.owner)
    assert row.seen_at > before
    assert row.address == "203.0.113.7"


def test_a_user_has_only_so_many(shop: Shop) -> None:
    for n in range(sessions.LIMIT + 3):
        sessions.begin(shop.company, shop.owner, f"secret {n}", "", "", utc_now())
    assert len(sessions.every(shop.company, shop.owner)) == sessions.LIMIT
    assert sessions.with_secret("secret 0", utc_now()) is None


@pytest.mark.parametrize("live", [False, True])
def test_a_change_sent_too_late_leads_back_to_its_page_and_says_so(
    app: Flask, alice: Browser, live: bool
) -> None:
    token = alice.token()
    UserSession.delete().execute()
    headers = {"X-CSRFToken": token, "Referer": "http://localhost/phones/care1/edit?x=1"}
    if live:
        headers |= {"HX-Request": "true", "HX-Current-URL": headers.pop("Referer")}
    answer = alice.client.post("/phones/care1/edit", data={"name": "新名字"}, headers=headers)
    sign_in = answer.headers["HX-Redirect"] if live else answer.location
    assert sign_in
    assert "刚才的操作没有保存" in alice.page(sign_in)
    back = alice.post(sign_in, {"email": ALICE, "password": PASSWORD})
    assert back.location == "/phones/care1/edit?x=1"
    assert "您刚才的操作没有保存" in alice.page("/phones/care1/edit?x=1")


def test_a_page_of_another_site_is_not_gone_back_to(visitor: Browser) -> None:
    answer = visitor.post("/phones/care1/edit", {}, base_url="http://localhost")
    assert answer.location == "/sign-in?lost=1"
    evil = visitor.client.post("/phones/new", headers={"Referer": "http://evil.example/phones"})
    assert evil.location == "/sign-in?lost=1"


def test_the_theme_is_kept_in_the_browser(visitor: Browser, bob: Browser) -> None:
    assert 'data-chosen-theme="auto"' in visitor.page("/sign-in")
    visitor.post("/theme", {"theme": "dark"})
    assert 'data-bs-theme="dark" data-chosen-theme="dark"' in visitor.page("/sign-in")
    bob.post("/theme", {"theme": "pink"})
    assert 'data-chosen-theme="auto"' in text(bob.get("/"))


def test_an_ended_session_of_bob_leaves_alices(alice: Browser, bob: Browser, shop: Shop) -> None:
    user = next(each.user for each in UserSession.select() if each.user.email == BOB)
    sessions.end_all(shop.company, user)
    assert bob.get("/").location == "/sign-in"
    assert alice.get("/").status_code == 200
