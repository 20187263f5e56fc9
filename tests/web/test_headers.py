from __future__ import annotations

import re

import pytest

from tests.web.browser import Browser

PAGES = [
    "/sign-in",
    "/",
    "/calls",
    "/flows/main/?open=care",
    "/groups/care/edit",
    "/hours/office/edit",
    "/nothing",
]


@pytest.mark.parametrize("path", PAGES)
def test_only_scripts_with_todays_word_run(alice: Browser, path: str) -> None:
    answer = alice.get(path, follow_redirects=True)
    policy = answer.headers["Content-Security-Policy"]
    nonce = re.search(r"script-src 'nonce-([\w-]+)'", policy)
    assert nonce
    assert "unsafe" not in policy
    scripts = re.findall(r"<script([^>]*)>", answer.get_data(as_text=True))
    assert all(f'nonce="{nonce[1]}"' in script for script in scripts)


@pytest.mark.parametrize("path", PAGES)
def test_pages_hold_nothing_that_the_policy_forbids(alice: Browser, path: str) -> None:
    page = alice.get(path, follow_redirects=True).get_data(as_text=True)
    assert not re.search(r"\son\w+=|\sstyle=|<style|javascript:", page)


def test_the_word_is_new_each_time(alice: Browser) -> None:
    words = {alice.get("/profile").headers["Content-Security-Policy"] for _ in range(2)}
    assert len(words) == 2


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ],
)
def test_every_page_carries(alice: Browser, header: str, value: str) -> None:
    assert alice.get("/calls").headers[header] == value


def test_static_files_are_kept_by_browsers(visitor: Browser) -> None:
    page = visitor.get("/sign-in").get_data(as_text=True)
    found = re.search(r'href="(/static/frame\.css\?v=\w+)"', page)
    assert found
    with visitor.get(found[1]) as answer:
        assert "max-age=31536000" in answer.headers["Cache-Control"]


def test_a_proxy_on_this_machine_is_believed_and_nobody_else(visitor: Browser) -> None:
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
    local = visitor.client.get("/sign-in", headers=forwarded, environ_base={"REMOTE_ADDR": "127.0.0.1"})
    remote = visitor.client.get("/sign-in", headers=forwarded, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert "Strict-Transport-Security" in local.headers
    assert "Strict-Transport-Security" not in remote.headers
