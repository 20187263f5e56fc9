from __future__ import annotations

from app.store import flows
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
