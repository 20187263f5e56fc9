from __future__ import annotations

import pytest

from app.flow.check import check
from app.store import assets, flows, numbers, phones
from app.web.flows.starters import STARTERS
from tests.flow.company import ASSETS
from tests.support.shop import Shop
from tests.web.browser import Browser


def test_the_list_says_what_is_published(alice: Browser) -> None:
    assert "未发布" in alice.page("/flows")
    alice.edit("/publish", live=False)
    assert "使用中" in alice.page("/flows")
    alice.edit("/nodes/care", title="售后")
    assert "有未发布的更改" in alice.page("/flows")


def test_a_company_without_flows_is_invited_to_make_one(alice: Browser, shop: Shop) -> None:
    numbers.change(shop.company, shop.did, label="", flow="")
    alice.post("/flows/main/delete")
    assert "还没有流程" in alice.page("/flows")


@pytest.mark.parametrize("starter", STARTERS)
def test_a_new_flow_begins_with_something_that_can_be_published(
    alice: Browser, shop: Shop, starter: str
) -> None:
    answer = alice.post("/flows/new", {"name": " 新 流程 ", "starter": starter})
    assert answer.status_code == 302
    flow = flows.find(shop.company, "flow")
    assert flow.name == "新 流程"
    document, problems = check(flow.draft, assets.of(shop.company))
    assert document, problems


@pytest.mark.parametrize("starter", STARTERS)
def test_a_company_without_anything_gets_a_flow_to_fill(starter: str) -> None:
    draft = STARTERS[starter].build("新流程", type(ASSETS)())
    assert draft["start"] in draft["nodes"]


def test_a_second_new_flow_has_another_id(alice: Browser, shop: Shop) -> None:
    alice.post("/flows/new", {"name": "一", "starter": "menu"})
    alice.post("/flows/new", {"name": "二", "starter": "menu"})
    assert {flow.slug for flow in flows.every(shop.company)} == {"main", "flow", "flow2"}


def test_a_flow_that_a_number_uses_is_not_removed(alice: Browser, shop: Shop) -> None:
    alice.post("/flows/main/delete")
    assert "还有号码在用" in alice.page("/flows/main/")
    assert flows.find(shop.company, "main")


def test_the_editor_of_an_empty_company_opens(alice: Browser, shop: Shop) -> None:
    for phone in phones.every(shop.company)[:1]:
        assert phone.name in alice.page("/flows/main/?open=care")
