"""The editor's inputs for flags, rows and secrets, and the palette."""

from __future__ import annotations

from typing import Any

import pytest

from app.flow.kinds import KINDS
from app.store import flows
from app.web.flows.palette import GROUPS, palette
from tests.support.shop import Shop
from tests.web.browser import Browser, text

NODES: dict[str, Any] = {
    "menu": {"kind": "menu", "prompt": "welcome", "exits": {"1": "where"}},
    "where": {"kind": "region", "areas": ["华东: 浙江 上海"], "exits": {"area_1": "gate"}},
    "gate": {"kind": "password", "prompt": "welcome", "password": "246810", "exits": {"right": "care"}},
    "care": {"kind": "hunt", "group": "care"},
}


@pytest.fixture(autouse=True)
def draft(shop: Shop) -> None:
    document = {"spec": 1, "name": "总线", "start": "menu", "nodes": NODES}
    flows.save_draft(shop.company, "main", document, 0)


def node(shop: Shop, name: str) -> dict[str, Any]:
    found: dict[str, Any] = flows.find(shop.company, "main").draft["nodes"][name]
    return found


def test_a_flag_is_set_and_taken_back(alice: Browser, shop: Shop) -> None:
    alice.edit("/nodes/care", group="care", confirm="true")
    assert node(shop, "care")["confirm"] is True
    alice.edit("/nodes/care", group="care")
    assert "confirm" not in node(shop, "care")


def test_rows_are_written_one_a_line_and_change_the_exits(alice: Browser, shop: Shop) -> None:
    shown = text(alice.edit("/nodes/where", areas="华东: 浙江省\r\n华南：广东，广西\r\n"))
    assert node(shop, "where")["areas"] == ["华东: 浙江", "华南: 广东 广西"]
    assert 'data-exit="area_2"' in shown
    assert "还没有去向" in shown


def test_a_bad_row_is_refused_with_its_field(alice: Browser, shop: Shop) -> None:
    answer = alice.edit("/nodes/where", areas="华东 浙江")
    assert answer.status_code == 422
    assert "地区：“华东 浙江” 应写成" in text(answer)
    assert node(shop, "where")["areas"] == ["华东: 浙江 上海"]


def test_an_exit_without_target_says_what_is_taken_instead(alice: Browser) -> None:
    page = alice.page("/flows/main/?open=where")
    assert "与「其他地区」相同" in page
    assert "与「其他地区」相同" in alice.page("/flows/main/nodes/where/exits/unknown")


def test_a_secret_is_for_owners_only(alice: Browser, bob: Browser) -> None:
    assert 'value="246810"' in alice.page("/flows/main/?open=gate")
    for page in ("/flows/main/", "/flows/main/?open=gate"):
        assert "246810" not in bob.page(page)


def test_a_row_that_is_not_there_has_no_picker(alice: Browser) -> None:
    assert alice.get("/flows/main/nodes/where/exits/area_2").status_code == 404


def test_every_kind_stands_in_the_palette_once() -> None:
    shown = [kind.kind for _, kinds in palette() for kind in kinds]
    assert sorted(shown) == sorted(KINDS)
    assert {name for _, names in GROUPS for name in names} >= set(KINDS) - {"callback"}
