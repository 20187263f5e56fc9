"""The last week's calls under a draft: asked for on a page, worked out by a worker."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis import Redis

from app.calls import last_week
from app.errors import LiveError
from app.store import calls, flows
from tests.support.cdrs import cdr, leg
from tests.support.shop import Shop
from tests.web.browser import Browser, text

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
STEPS = [
    {"node": "open", "kind": "schedule", "label": "办公时间", "exit": "open", "at_ms": 0, "end_ms": 0},
    {"node": "menu", "kind": "menu", "label": "欢迎语", "exit": "1", "at_ms": 0, "end_ms": 4000, "keys": "1"},
    {"node": "care", "kind": "hunt", "label": "售后组", "exit": "answered", "at_ms": 4000, "end_ms": 67000},
]


@pytest.fixture
def recorded(shop: Shop) -> None:
    """A call that was answered, one that was not, one of another week, and one of nobody's."""
    began = {"began_at": (NOW - timedelta(days=1)).isoformat()}
    trail = [step | {"problem": "", "keys": step.get("keys", "")} for step in STEPS]
    missed = {"result": "no_answer", "cause": "NO_ANSWER", "talk_ms": 0}
    legs = [
        leg(**missed, ring_ms=20000),
        leg(**missed, ring_ms=20000, at_ms=24000, phone="care2", number="13900000004"),
    ]
    unanswered: dict[str, Any] = {
        "result": "missed",
        "ended": "flow",
        "talk_ms": 0,
        "wait_ms": 44000,
        "legs": legs,
    }
    gone_on = [*trail[:2], trail[2] | {"exit": "no_answer", "end_ms": 44000}]
    calls.record(cdr("answered", shop.company.id, trail=trail, **began))
    calls.record(cdr("missed", shop.company.id, trail=gone_on, duration_ms=44000, **unanswered, **began))
    calls.record(
        cdr("closed", shop.company.id, ended="no_flow", result="no_flow", trail=[], legs=[], **began)
    )
    calls.record(cdr("old", shop.company.id, began_at=(NOW - timedelta(days=9)).isoformat()))


@pytest.fixture(autouse=True)
def flow(alice: Browser) -> None:
    """Published as it was, and a draft in which somebody else is rung afterwards."""
    alice.edit("/publish", live=False)
    alice.edit("/nodes/care/exits/no_answer", number="13800138000")


def worked_out(redis: Redis, shop: Shop) -> dict[str, Any]:
    flow = flows.find(shop.company, "main")
    assert last_week.work_out(redis, shop.company, "main", flow.draft_revision, NOW)
    told = last_week.found(redis, flow)
    assert told
    return told


def test_it_is_worked_out_for_the_weeks_calls(recorded: None, shop: Shop, redis: Redis) -> None:
    told = worked_out(redis, shop)
    assert (told["state"], told["calls"], told["left_out"]) == ("done", 2, 1)
    assert (told["before"]["answered"], told["before"]["missed"], told["after"]["answered"]) == (1, 1, 2)
    (row,) = told["differences"]
    assert (row["call_id"], row["differs"], row["guesses"]) == ("missed", "result", ["phone"])


def test_the_page_asks_and_tells(alice: Browser, recorded: None, shop: Shop, redis: Redis) -> None:
    assert "还没有算过" in alice.page("/flows/main/last-week")
    assert alice.post("/flows/main/last-week").status_code == 302
    assert "马上开始" in alice.page("/flows/main/last-week")
    worked_out(redis, shop)
    page = alice.page("/flows/main/last-week")
    assert "2 个来电，其中 1 个会不一样" in page
    assert 'href="/calls/missed"' in page
    assert "按它平时的接听情况估计" in page
    assert "/flows/main/last-week" in alice.page("/flows/main/publish")


def test_it_belongs_to_one_draft(alice: Browser, recorded: None, shop: Shop, redis: Redis) -> None:
    worked_out(redis, shop)
    alice.edit("/nodes/care", title="售后", group="care")
    assert "还没有算过" in alice.page("/flows/main/last-week")
    assert not last_week.work_out(redis, shop.company, "main", 0, NOW)


def test_without_calls_it_says_so(alice: Browser, shop: Shop, redis: Redis) -> None:
    worked_out(redis, shop)
    assert "没有可以重走的来电" in alice.page("/flows/main/last-week")


def test_a_draft_with_errors_is_told(alice: Browser, shop: Shop, redis: Redis) -> None:
    alice.edit("/nodes/menu/exits/2", target="new:announce")
    assert "草稿还有错误" in alice.page("/flows/main/last-week")
    assert worked_out(redis, shop)["state"] == "failed"


def test_another_company_sees_and_counts_nothing(
    charlie: Browser, recorded: None, other_shop: Shop, redis: Redis
) -> None:
    assert worked_out(redis, other_shop)["calls"] == 0


def test_members_may_not_ask(bob: Browser, shop: Shop) -> None:
    assert bob.post("/flows/main/last-week").status_code == 403


def test_without_redis_the_page_is_there(alice: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise LiveError("away")

    monkeypatch.setattr("app.calls.last_week.found", away)
    assert "还没有算过" in alice.page("/flows/main/last-week")
    alice.post("/flows/main/last-week")
    assert "实时服务暂时连不上" in alice.page("/flows/main/last-week")


PART = {"HX-Request": "true", "HX-Target": "last-week-brief"}


def test_the_sheet_asks_by_itself_and_shows_how_far_it_is(
    alice: Browser, recorded: None, shop: Shop, redis: Redis
) -> None:
    assert 'hx-post="/flows/main/last-week"' in alice.page("/flows/main/publish")
    token = {"X-CSRFToken": alice.token()}
    asked = text(alice.client.post("/flows/main/last-week", headers=PART | token))
    assert "马上开始" in asked
    worked_out(redis, shop)
    page = alice.page("/flows/main/publish")
    assert "2 个来电，其中 1 个会不一样" in page
    assert "接听 1 → <b>2</b>" in page
    assert '没接到 1 → <b class="">0</b>' in page
    assert "<html" not in text(alice.get("/flows/main/last-week", headers=PART))
