from __future__ import annotations

from tests.web.browser import Browser


def test_afterwards_pages_ask_to_sign_in(alice: Browser) -> None:
    alice.post("/sign-out")
    assert alice.get("/").location == "/sign-in"


def test_members_may(bob: Browser) -> None:
    assert bob.post("/sign-out").location == "/sign-in"


def test_a_link_does_not_sign_out(alice: Browser) -> None:
    assert alice.get("/sign-out").status_code == 405
