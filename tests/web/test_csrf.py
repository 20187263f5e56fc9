"""Forms of other sites change nothing here."""

from __future__ import annotations

from app.store import phones
from tests.support.shop import Shop
from tests.web.browser import Browser, text
from tests.web.test_gate import CHANGING, address


def test_no_form_is_taken_without_its_token(alice: Browser) -> None:
    forms = [rule for rule in CHANGING if rule.endpoint != "switch.take"]  # that one shows a password
    codes = {str(rule): alice.client.post(address(rule)).status_code for rule in forms}
    assert set(codes.values()) == {400}, codes


def test_another_sessions_token_is_worth_nothing(alice: Browser, bob: Browser, shop: Shop) -> None:
    form = {"name": "前台", "number": "13800138000", "csrf_token": bob.token()}
    answer = alice.client.post("/phones/new", data=form)
    assert answer.status_code == 400
    assert "请刷新后再试一次" in text(answer)
    assert len(phones.every(shop.company)) == 2
