from __future__ import annotations

import pytest

from tests.web.browser import Browser


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("zh-CN,zh;q=0.9", "登录"), ("en-GB,en;q=0.8", "Sign in"), ("fr", "登录"), ("", "登录")],
)
def test_visitors_get_the_language_of_their_browser(visitor: Browser, asked: str, shown: str) -> None:
    assert shown in visitor.get("/sign-in", headers={"Accept-Language": asked}).get_data(as_text=True)


def test_the_switch_is_remembered_for_visitors(visitor: Browser) -> None:
    visitor.post("/language", {"language": "en"})
    assert "Sign in" in visitor.page("/sign-in")


def test_the_switch_is_kept_with_the_user(bob: Browser) -> None:
    bob.post("/language", {"language": "en"})
    assert '<html lang="en" ' in bob.page("/")


def test_the_switch_comes_back_to_its_page(alice: Browser) -> None:
    token = alice.token()
    headers = {"Referer": "http://localhost/calls?range=today", "X-CSRFToken": token}
    answer = alice.client.post("/language", data={"language": "en"}, headers=headers)
    assert answer.location == "/calls?range=today"


def test_the_switch_leads_to_no_other_site(alice: Browser) -> None:
    headers = {"Referer": "http://evil.example/calls", "X-CSRFToken": alice.token()}
    assert alice.client.post("/language", data={"language": "en"}, headers=headers).location == "/"


def test_an_unknown_language_changes_nothing(visitor: Browser) -> None:
    visitor.post("/language", {"language": "tlh"})
    assert "登录" in visitor.page("/sign-in")
