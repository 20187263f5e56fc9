from __future__ import annotations

import re

import pytest

from app.store import calls
from tests.support.cdrs import cdr, leg
from tests.support.shop import Shop
from tests.web.browser import Browser, text


@pytest.fixture(autouse=True)
def recorded(shop: Shop) -> None:
    company = shop.company.id
    missed = {"result": "missed", "ended": "flow", "talk_ms": 0, "answered_by": ""}
    calls.record(cdr("answered", company))
    calls.record(
        cdr(
            "missed", company, ani="057188888888", city="宁波", **missed, legs=[leg(phone="care2", talk_ms=0)]
        )
    )
    calls.record(
        cdr("old", company, ani="18600000000", province="四川", began_at="2025-01-02T03:04:05.000+00:00")
    )


def numbers_on(page: str) -> set[str]:
    listed = {"138 0013 8000", "0571-8888 8888", "186 0000 0000"}
    return {number for number in listed if f"<b>{number}</b>" in page}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"138 0013 8000", "0571-8888 8888", "186 0000 0000"}),
        ("?result=missed", {"0571-8888 8888"}),
        ("?ani=0013", {"138 0013 8000"}),
        ("?ani=0571-8888 8888", {"0571-8888 8888"}),
        ("?phone=care2", {"0571-8888 8888"}),
        ("?province=四川", {"186 0000 0000"}),
        ("?since=2025-01-01&until=2025-01-02", {"186 0000 0000"}),
        ("?did=4009999999", set()),
        ("?since=yesterday&older=x&result=lovely", {"138 0013 8000", "0571-8888 8888", "186 0000 0000"}),
    ],
)
def test_filters(alice: Browser, query: str, found: set[str]) -> None:
    assert numbers_on(alice.page(f"/calls{query}")) == found


def test_records_that_did_not_come_about_as_usual_are_found_and_marked(alice: Browser, shop: Shop) -> None:
    company = shop.company.id
    calls.record(cdr("lost", company, ani="13000000001", standing="provisional", ended="switch_lost"))
    calls.record(cdr("closed", company, ani="13000000002", standing="reconciled", controller="freeswitch"))
    calls.record(cdr("moved", company, ani="13000000003", resumed=2))
    found = {
        record: {n for n in "123" if f"<b>130 0000 000{n}</b>" in alice.page(f"/calls?record={record}")}
        for record in ("unsure", "provisional", "reconciled", "resumed", "nonsense")
    }
    assert found == {
        "unsure": {"1", "2"},
        "provisional": {"1"},
        "reconciled": {"2"},
        "resumed": {"3"},
        "nonsense": {"1", "2", "3"},
    }
    rows = alice.page("/calls")
    said = ("未完整记录（暂定）", "由 FreeSWITCH 记录补全", "已由其他控制器接续")
    assert [f'title="{text}"' in rows for text in said] == [True] * 3
    assert 'class="mark-standing' not in alice.page("/calls?ani=13800138000")


def test_scripts_get_the_rows_alone(alice: Browser) -> None:
    rows = text(alice.get("/calls?result=missed", headers={"HX-Request": "true", "HX-Target": "results"}))
    assert numbers_on(rows) == {"0571-8888 8888"}
    assert "<html" not in rows


def test_nothing_found_offers_to_clear_the_filters(alice: Browser) -> None:
    assert "清除条件" in alice.page("/calls?ani=99999999")


def test_paging_keeps_the_filters(alice: Browser, shop: Shop) -> None:
    for n in range(51):
        calls.record(cdr(f"n{n}", shop.company.id, began_at=f"2026-11-23T06:{n:02}:00Z"))
    page = alice.page("/calls?result=answered")
    assert "共 53 个" in page
    older = re.search(r'href="(/calls\?older=[^"]*&result=answered)"', page)
    assert older
    page = alice.page(older[1])
    assert 'href="/calls/old"' in page
    newer = re.search(r'href="(/calls\?newer=[^"]*&result=answered)"', page)
    assert newer
    assert 'href="/calls/n50"' in alice.page(newer[1])
    assert 'href="/calls/n50"' in alice.page("/calls?older=99999999999")


def test_members_read_calls(bob: Browser) -> None:
    assert numbers_on(bob.page("/calls")) != set()
