from __future__ import annotations

from app.store import groups, phones
from app.store.models import Company
from tests.support.shop import Shop
from tests.web.browser import Browser, text


def members(company: Company, slug: str = "care") -> list[str]:
    return [member.id for member in groups.members(company, groups.find(company, slug))]


def test_a_group_keeps_the_order_in_which_its_phones_are_sent(alice: Browser, shop: Shop) -> None:
    alice.post("/groups/new", {"name": "值班组", "members": ["care2", "care1"]})
    assert members(shop.company, "group") == ["care2", "care1"]


def test_it_is_changed(alice: Browser, shop: Shop) -> None:
    assert alice.post("/groups/care/edit", {"name": "售后", "members": ["care2"]}).status_code == 302
    assert (groups.find(shop.company, "care").name, members(shop.company)) == ("售后", ["care2"])


def test_a_phone_stands_in_it_once_and_strangers_never(alice: Browser, shop: Shop) -> None:
    alice.post("/groups/care/edit", {"name": "售后组", "members": ["care2", "care2", "nobodys"]})
    assert members(shop.company) == ["care2"]


def test_without_scripts_the_arrows_sort_and_save_nothing(alice: Browser, shop: Shop) -> None:
    form = {"name": "新名字", "members": ["care1", "care2"], "move": "down:care1"}
    page = text(alice.post("/groups/care/edit", form))
    assert page.find('value="care2" checked') < page.find('value="care1" checked')
    assert "新名字" in page
    assert groups.find(shop.company, "care").name == "售后组"


def test_a_name_is_needed(alice: Browser, shop: Shop) -> None:
    assert "请填写名称" in text(alice.post("/groups/care/edit", {"name": " ", "members": []}))
    assert members(shop.company) == ["care1", "care2"]


def test_a_group_in_a_flow_is_not_removed(alice: Browser, shop: Shop) -> None:
    alice.post("/groups/care/delete")
    assert "还在使用，不能删除：流程「总线」" in alice.page("/groups/care/edit")
    assert groups.find(shop.company, "care")


def test_a_group_that_no_flow_rings_is_removed(alice: Browser, shop: Shop) -> None:
    groups.create(shop.company, "spare", "备用组", ["care1"])
    alice.post("/groups/spare/delete")
    assert [group.slug for group in groups.every(shop.company)] == ["care"]
    assert len(phones.every(shop.company)) == 2


def test_members_of_staff_only_look(bob: Browser, shop: Shop) -> None:
    assert bob.post("/groups/care/edit", {"name": "x", "members": []}).status_code == 403
    assert bob.post("/groups/care/delete").status_code == 403
    assert members(shop.company) == ["care1", "care2"]
