from __future__ import annotations

import pytest

from app.store import flows, groups
from tests.support.shop import Shop
from tests.web.browser import Browser


def test_the_list_says_what_each_version_changed(alice: Browser) -> None:
    alice.edit("/publish", live=False, note="第一次")
    alice.edit("/nodes/menu/exits/2", target="closed")
    alice.edit("/publish", live=False)
    page = alice.page("/flows/main/versions")
    assert (
        page.find("第 2 版") < page.find("「按 2」接到 下班提示") < page.find("第 1 版") < page.find("第一次")
    )


def test_before_the_first_there_is_none(alice: Browser) -> None:
    assert "还没有发布过" in alice.page("/flows/main/versions")


def test_an_old_version_goes_into_the_draft_only(alice: Browser, shop: Shop) -> None:
    alice.edit("/publish", live=False)
    alice.edit("/nodes/menu/exits/2", target="closed")
    alice.edit("/publish", live=False)
    alice.edit("/versions/1/restore", live=False)
    assert "第 1 版已放入草稿" in alice.page("/flows/main/")
    assert flows.find(shop.company, "main").draft["nodes"]["menu"]["exits"] == {"1": "care"}
    version = flows.published(shop.company, "main")
    assert version
    assert version.version == 2


def test_a_version_that_never_was(alice: Browser) -> None:
    assert alice.edit("/versions/7/restore", live=False).status_code == 404


def published_twice(alice: Browser) -> None:
    """Version 2 has one key more."""
    alice.edit("/publish", live=False)
    alice.edit("/nodes/menu/exits/2", target="closed")
    alice.edit("/publish", live=False)


def test_going_back_says_what_will_happen_first(alice: Browser, shop: Shop) -> None:
    published_twice(alice)
    page = alice.page("/flows/main/versions/1/rollback")
    assert "「按 2」取消（原来：下班提示）" in page
    assert "第 1 版的内容会作为第 3 版重新发布" in page
    assert "400 800 1234" in page
    assert len(flows.versions(shop.company, "main")) == 2


def test_going_back_publishes_the_old_document_as_a_new_version(alice: Browser, shop: Shop) -> None:
    published_twice(alice)
    alice.edit("/nodes/menu/exits/3", target="closed")
    draft = flows.find(shop.company, "main").draft
    alice.post("/flows/main/versions/1/rollback", {"newest": "2", "note": "漏接变多"})
    page = alice.page("/flows/main/versions")
    assert "已恢复第 1 版，作为第 3 版发布" in page
    assert "恢复第 1 版：漏接变多" in page
    first, third = (flows.version(shop.company, "main", n) for n in (1, 3))
    assert (third.document, third.published_by) == (first.document, shop.owner)
    assert flows.find(shop.company, "main").draft == draft


def test_going_back_is_asked_again_when_something_newer_was_published(alice: Browser, shop: Shop) -> None:
    published_twice(alice)
    alice.post("/flows/main/versions/1/rollback", {"newest": "1"})
    assert "请重新确认" in alice.page("/flows/main/versions")
    assert len(flows.versions(shop.company, "main")) == 2


def test_going_back_has_the_same_checks(alice: Browser, shop: Shop) -> None:
    published_twice(alice)
    groups.change(shop.company, "care", name="售后组", members=[])
    page = alice.page("/flows/main/versions/1/rollback")
    assert "接听组「售后组」里没有电话" in page
    assert "恢复并立即生效" not in page
    alice.post("/flows/main/versions/1/rollback", {"newest": "2"})
    assert "不能发布" in alice.page("/flows/main/versions")
    assert len(flows.versions(shop.company, "main")) == 2


def test_members_look_but_do_not_go_back(alice: Browser, bob: Browser) -> None:
    published_twice(alice)
    assert "恢复这一版" not in bob.page("/flows/main/versions")
    assert bob.post("/flows/main/versions/1/rollback", {"newest": "2"}).status_code == 403


def test_a_version_is_shown_as_a_tree_and_as_text(alice: Browser) -> None:
    published_twice(alice)
    page = alice.page("/flows/main/versions/1")
    assert "售后组" in page
    assert "kind: hunt" in page
    assert alice.get("/flows/main/versions/9").status_code == 404


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?old=1&new=2", "「按 2」接到 下班提示"),
        ("?old=2&new=1", "「按 2」取消（原来：下班提示）"),
        ("?old=1&new=draft", "「按 3」接到 下班提示"),
        ("?old=2&new=2", "没有不同"),
        ("", "「按 3」接到 下班提示"),
    ],
)
def test_any_two_are_compared(alice: Browser, query: str, said: str) -> None:
    published_twice(alice)
    alice.edit("/nodes/menu/exits/3", target="closed")
    assert said in alice.page(f"/flows/main/versions/compare{query}")


@pytest.mark.parametrize("query", ["?old=9", "?new=-1", "?old=x"])
def test_what_never_was_is_not_compared(alice: Browser, query: str) -> None:
    published_twice(alice)
    assert alice.get(f"/flows/main/versions/compare{query}").status_code == 404


def test_a_long_history_is_told_in_parts(alice: Browser, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.flows.versions.ON_A_PAGE", 2)
    for note in "甲乙丙":
        flows.publish(shop.company, "main", note=f"第{note}次")
    page = alice.page("/flows/main/versions")
    assert ("第丙次" in page, "第乙次" in page, "第甲次" in page) == (True, True, False)
    assert "第甲次" in alice.page("/flows/main/versions?below=2")
