from __future__ import annotations

import pytest

from app.store import phones
from app.web.phones.extensions import next_free
from tests.support.shop import Shop
from tests.web.browser import Browser, text


def plan(shop: Shop) -> dict[str, str]:
    return {phone.slug: phone.extension for phone in phones.every(shop.company)}


def test_extensions_are_changed_together_and_may_be_exchanged(alice: Browser, shop: Shop) -> None:
    alice.post("/extensions", {"extension:care1": "804", "extension:care2": "803"})
    assert plan(shop) == {"care1": "804", "care2": "803"}
    alice.post("/extensions", {"extension:care1": "", "extension:care2": "1"})
    assert plan(shop) == {"care1": "", "care2": "1"}


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("804", "「售后二号」已经在用这个分机号"),
        ("0", "分机号是 1 到 6 位数字，不以 0 开头"),
        ("1234567", "分机号是 1 到 6 位数字，不以 0 开头"),
        ("八", "分机号是 1 到 6 位数字，不以 0 开头"),
    ],
)
def test_conflicts_are_told_while_typing_and_refused(
    alice: Browser, shop: Shop, typed: str, why: str
) -> None:
    looked = text(alice.get("/extensions/look", query_string={"extension:care1": typed}))
    assert f"{why} · 可用" in looked
    assert why in text(alice.post("/extensions", {"extension:care1": typed}))
    assert plan(shop)["care1"] == "803"


def test_nothing_is_said_of_a_good_one(alice: Browser) -> None:
    assert "is-bad" not in text(alice.get("/extensions/look", query_string={"extension:care1": "805"}))


@pytest.mark.parametrize(
    ("taken", "free"),
    [
        ((), "801"),
        (("801", "803"), "804"),
        (("", "8001"), "8002"),
        (("1", "9"), "10"),
        (("101", "1002"), "102"),
    ],
)
def test_the_next_free_one(taken: tuple[str, ...], free: str) -> None:
    assert next_free(taken) == free


def test_members_only_look(bob: Browser, shop: Shop) -> None:
    assert "disabled" in bob.page("/extensions")
    assert bob.post("/extensions", {"extension:care1": "805"}).status_code == 403
    assert plan(shop)["care1"] == "803"
