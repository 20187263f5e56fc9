from __future__ import annotations

import pytest
from flask import Flask

from tests.web.browser import Browser, text


def test_what_is_not_there_has_a_page_in_the_frame(alice: Browser) -> None:
    answer = alice.get("/calls/nobody")
    assert answer.status_code == 404
    assert "没有找到" in text(answer)
    assert "side-nav" in text(answer)


def test_visitors_get_it_without_the_frame(visitor: Browser) -> None:
    answer = visitor.get("/nothing")
    assert "没有找到" in text(answer)
    assert "side-nav" not in text(answer)


def test_an_accident_of_ours_says_so_and_nothing_else(
    alice: Browser, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> str:
        raise RuntimeError("secret detail")

    monkeypatch.setitem(app.view_functions, "prompts.index", broken)
    answer = alice.get("/prompts")
    assert answer.status_code == 500
    assert "您的电话不受影响" in text(answer)
    assert "secret detail" not in text(answer)


def test_a_wrong_method_is_no_accident_of_ours(alice: Browser) -> None:
    assert alice.get("/phones/care1/delete").status_code == 405


def test_a_number_that_no_database_holds_is_not_there(alice: Browser) -> None:
    big = "9" * 25
    assert alice.get(f"/flows/main/versions/{big}").status_code == 404
    assert alice.post(f"/messages/tasks/{big}/done").status_code == 404
    assert alice.get(f"/flows/main/versions?below={big}").status_code == 200
