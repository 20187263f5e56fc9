from __future__ import annotations

import pytest

from app.store import flows
from tests.support.shop import Shop
from tests.web.browser import Browser, text


def exits_of(shop: Shop, node: str = "menu") -> dict[str, str]:
    exits: dict[str, str] = flows.find(shop.company, "main").draft["nodes"][node].get("exits", {})
    return exits


def test_the_picker_offers_steps_phones_new_steps_and_the_end(alice: Browser) -> None:
    page = alice.page("/flows/main/nodes/menu/exits/1")
    for value in ('value="care"', 'value="13900000003"', 'value="new:announce"', 'value=""'):
        assert f'name="target" {value}' in page
    assert 'is-chosen" name="target" value="care"' in page


def test_as_a_sheet_it_comes_without_the_frame(alice: Browser) -> None:
    sheet = text(alice.get("/flows/main/nodes/menu/exits/1", headers={"HX-Request": "true"}))
    assert "sheet-head" in sheet
    assert "<html" not in sheet


@pytest.mark.parametrize("key", ["1", "*", "#", "0", "no_key"])
def test_every_exit_has_its_picker(alice: Browser, shop: Shop, key: str) -> None:
    path = f"/nodes/menu/exits/{key.replace('#', '%23')}"
    assert alice.get(f"/flows/main{path}").status_code == 200
    alice.edit(path, target="closed")
    assert exits_of(shop)[key] == "closed"


def test_a_typed_number_is_taken_as_it_is_dialled(alice: Browser, shop: Shop) -> None:
    page = text(alice.edit("/nodes/menu/exits/2", number="+86 138-0013-8000"))
    assert exits_of(shop)["2"] == "13800138000"
    assert "138 0013 8000" in page


def test_half_a_number_is_refused(alice: Browser, shop: Shop) -> None:
    answer = alice.edit("/nodes/menu/exits/2", number="1380013")
    assert answer.status_code == 422
    assert "请填手机号" in text(answer)
    assert "2" not in exits_of(shop)


def test_a_new_step_is_made_connected_and_unfolded(alice: Browser, shop: Shop) -> None:
    page = text(alice.edit("/nodes/menu/exits/2", target="new:hunt"))
    assert exits_of(shop)["2"] == "hunt"
    assert 'id="step-hunt-group"' in page


def test_an_exit_is_disconnected(alice: Browser, shop: Shop) -> None:
    alice.edit("/nodes/menu/exits/1", target="")
    assert exits_of(shop) == {}


@pytest.mark.parametrize("path", ["/nodes/menu/exits/x", "/nodes/nobody/exits/1"])
def test_there_is_no_picker_for_what_is_not_there(alice: Browser, path: str) -> None:
    assert alice.get(f"/flows/main{path}").status_code == 404
    assert alice.edit(path, target="care").status_code == 422
