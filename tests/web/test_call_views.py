"""Filters of the call list with a name: one's own, and everybody's."""

from __future__ import annotations

import pytest

from app.store import call_views, calls
from app.store.models import CallView
from tests.support.cdrs import cdr
from tests.support.shop import Shop
from tests.web.browser import Browser

MISSED = {"query": "range=today&result=missed", "name": " 今天  没接到的 "}


def saved(shop: Shop) -> list[tuple[str, str, bool]]:
    rows = CallView.select().where(CallView.company == shop.company).order_by(CallView.id)
    return [(row.name, row.query, row.user_id is None) for row in rows]


def test_ones_own_are_seen_by_oneself(alice: Browser, bob: Browser, shop: Shop) -> None:
    assert bob.post("/calls/views", MISSED).location == "/calls?result=missed&range=today"
    assert saved(shop) == [("今天 没接到的", "result=missed&range=today", False)]
    assert 'href="/calls?result=missed&range=today"' in bob.page("/calls")
    assert "今天 没接到的" not in alice.page("/calls")


def test_shared_ones_are_seen_by_the_whole_company_only(
    alice: Browser, bob: Browser, charlie: Browser
) -> None:
    alice.post("/calls/views", MISSED | {"shared": "1"})
    assert "今天 没接到的" in bob.page("/calls")
    assert "今天 没接到的" not in charlie.page("/calls")


def test_members_share_nothing(bob: Browser, shop: Shop) -> None:
    assert bob.post("/calls/views", MISSED | {"shared": "1"}).status_code == 403
    assert saved(shop) == []


def test_the_same_name_again_changes_it(alice: Browser, shop: Shop) -> None:
    for query in ("result=missed", "ani=138"):
        alice.post("/calls/views", {"query": query, "name": "常看"})
        alice.post("/calls/views", {"query": query, "name": "常看", "shared": "1"})
    assert saved(shop) == [("常看", "ani=138", False), ("常看", "ani=138", True)]


@pytest.mark.parametrize(
    "form",
    [
        {"query": "", "name": "x"},
        {"query": "result=missed", "name": " "},
        {"query": "colour=red", "name": "x"},
    ],
)
def test_nothing_is_kept_without_filters_or_a_name(alice: Browser, shop: Shop, form: dict[str, str]) -> None:
    alice.post("/calls/views", form)
    assert saved(shop) == []
    assert "请先选好条件" in alice.page("/calls")


def test_there_is_an_end_to_them(alice: Browser, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call_views, "MOST", 1)
    alice.post("/calls/views", {"query": "ani=1", "name": "一"})
    alice.post("/calls/views", {"query": "ani=2", "name": "二"})
    assert "请先删掉不用的" in alice.page("/calls")
    assert len(saved(shop)) == 1


def test_each_removes_his_own_and_owners_the_shared_ones(
    alice: Browser, bob: Browser, charlie: Browser, shop: Shop
) -> None:
    bob.post("/calls/views", MISSED)
    alice.post("/calls/views", MISSED | {"shared": "1"})
    own, shared = CallView.select().order_by(CallView.id)
    assert charlie.post(f"/calls/views/{own.id}/remove").status_code == 404
    assert alice.post(f"/calls/views/{own.id}/remove").status_code == 403
    assert bob.post(f"/calls/views/{shared.id}/remove").status_code == 403
    assert len(saved(shop)) == 2
    assert bob.post(f"/calls/views/{own.id}/remove", {"query": "ani=1"}).location == "/calls?ani=1"
    alice.post(f"/calls/views/{shared.id}/remove")
    assert saved(shop) == []


def test_names_and_queries_cannot_become_markup(alice: Browser, shop: Shop) -> None:
    calls.record(cdr("c", shop.company.id))
    alice.post("/calls/views", {"query": 'ani="><script>1', "name": "<script>alert(1)</script>"})
    page = alice.get("/calls").get_data(as_text=True)
    assert "<script>alert" not in page
    assert "<script>1" not in page
