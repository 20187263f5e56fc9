from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.calls.publish import publish_flow
from app.live.connection import connect
from app.live.places import QueuePlan
from app.live.shared import Shared
from app.store import agents, flows, phones, queues, users
from app.store.queues import Rules
from app.web import live
from app.web.board.now import Caller, Known, Who, board, tone
from app.web.live import NOWHERE
from tests.support.shop import Shop
from tests.web.browser import LIVE, Browser, text
from tests.web.conftest import BOB

NUMBERS = ("13900000003", "13900000004")
PLAN = QueuePlan("care", NUMBERS)


@pytest.fixture
def calls(app: Flask, shop: Shop) -> Iterator[Shared]:
    """A controller with calls of the shop."""
    queues.create(shop.company, "care", "售后排队", Rules(), ["care1", "care2"])
    shared = Shared(live.redis_of(app), "a-controller")
    yield shared
    shared.flush()


def states(calls: Shared, shop: Shop) -> dict[str, str]:
    return {number: agent.state for number, agent in calls.agents(shop.company.id).items()}


def test_who_waits_and_who_is_free(alice: Browser, calls: Shared, shop: Shop) -> None:
    assert "没有人在等" in alice.page("/board")
    calls.acquire(shop.company.id, "busy", NUMBERS)
    for call in ("first", "second"):
        calls.join(shop.company.id, PLAN, call)
    shown = alice.page("/board/live")
    assert "0 / 2 个电话空闲" in shown
    assert shown.count("waiting-place") == 2
    assert "没有人在等" not in shown
    assert "<html" not in shown


def test_who_they_are_and_where_from(bob: Browser, calls: Shared, shop: Shop) -> None:
    calls.acquire(shop.company.id, "talking", NUMBERS, "13800138000/4008001234")
    for call, number in (("a", "02160001234"), ("b", ""), ("c", "13800138001")):
        calls.join(shop.company.id, PLAN, call, caller=f"{number}/4008001234")
    calls.join(shop.company.id, PLAN, "unknown")
    calls.promise(shop.company.id, "care", "c", "13800138001/4008001234", 2)
    shown = bob.page("/board/live")
    for part in ("021-6000 1234", "上海 · ", "未显示号码", "138 0013 8001", "—"):
        assert part in shown
    assert shown.count("等回电") == 2
    assert "另有 1 人等回电" in shown
    seats = shown.partition("电话和坐席")[2]
    assert "占用" in seats
    assert seats.count("138 0013 8000") == 2


def test_a_phone_rings_then_talks_or_calls_back(alice: Browser, calls: Shared, shop: Shop) -> None:
    company = shop.company.id
    calls.join(company, PLAN, "a")
    calls.acquire(company, "other", NUMBERS[1:])
    assert "响铃" in alice.page("/board/live")
    calls.leave(company, "care", "a", "answered")
    calls.flush()
    assert "通话 " in alice.page("/board/live")
    calls.join(company, PLAN, "b")
    calls.promise(company, "care", "b", "13800138001/4008001234", 2)
    calls.release(company, "other", NUMBERS[1:])
    calls.flush()
    assert "正在回电" in alice.page("/board/live")


def test_a_promise_is_no_long_wait(shop: Shop) -> None:
    waiter = {"call_id": "a", "place": 1, "priority": 0, "since": 1000}
    known = {"ani": "13800138000", "did": "4008001234", "promised": True, "offered": ""}
    state = {
        "queues": {"a": {"waiting": 1, "callers": [waiter]}},
        "phones": {},
        "callers": {"a": known},
        "calls": 0,
    }
    shown = board(state, {}, {}, [], {}, 900_000)
    assert (shown.waiting, shown.promised, shown.longest_s) == (0, 1, 0)
    assert (shown.lines[0].callers[0].tone, shown.lines[0].unseen) == ("calm", 0)


def test_a_queue_of_a_step_is_called_by_the_step_and_the_number(
    alice: Browser, app: Flask, calls: Shared, shop: Shop
) -> None:
    node = {"kind": "queue", "title": "请稍候", "group": "care"}
    draft = {"spec": 1, "name": "总线", "start": "wait", "nodes": {"wait": node}}
    flows.save_draft(shop.company, "main", draft, 0)
    publish_flow(live.redis_of(app), shop.company, "main")
    calls.acquire(shop.company.id, "busy", NUMBERS)
    calls.join(shop.company.id, QueuePlan("4008001234:wait", NUMBERS), "first")
    assert "请稍候 · 400 800 1234" in alice.page("/board")


def test_owners_set_everybodys_state(alice: Browser, calls: Shared, shop: Shop) -> None:
    answer = alice.post("/board/phones/care1/state", {"state": "break"}, live=True)
    assert "小休" in text(answer)
    assert states(calls, shop) == {NUMBERS[0]: "break"}
    assert alice.post("/board/phones/care1/state", {"state": "available"}).location == "/board"
    assert states(calls, shop) == {}


def test_wrap_up_ends_by_itself(alice: Browser, calls: Shared, shop: Shop) -> None:
    alice.post("/board/phones/care1/state", {"state": "wrap_up"})
    until = calls.agents(shop.company.id)[NUMBERS[0]].until
    assert until
    assert timedelta(minutes=4) < until - datetime.now(UTC) <= timedelta(minutes=5)


def test_members_set_the_state_of_their_own_phone(bob: Browser, calls: Shared, shop: Shop) -> None:
    assert bob.post("/board/phones/care1/state", {"state": "break"}).status_code == 403
    agents.seat(shop.company, "care1", users.with_email(BOB))
    assert bob.post("/board/phones/care1/state", {"state": "break"}, live=True).status_code == 200
    assert bob.post("/board/phones/care2/state", {"state": "break"}).status_code == 403
    assert states(calls, shop) == {NUMBERS[0]: "break"}
    shown = bob.page("/board")
    assert (shown.count("phones/care1/state"), shown.count("phones/care2/state")) == (2, 0)


@pytest.mark.parametrize("state", ["", "asleep"])
def test_unknown_states_are_refused(alice: Browser, calls: Shared, shop: Shop, state: str) -> None:
    assert alice.post("/board/phones/care1/state", {"state": state}).status_code == 400
    assert states(calls, shop) == {}


def test_without_redis_it_says_so_and_comes_back(
    monkeypatch: pytest.MonkeyPatch, alice: Browser, app: Flask
) -> None:
    there = live.redis_of(app)
    monkeypatch.setitem(app.extensions, "hotline_redis", connect(NOWHERE, 1))
    assert "实时服务暂时连不上" in text(alice.get("/board/live", headers=LIVE))
    alice.post("/board/phones/care1/state", {"state": "break"})
    assert "状态没有改变" in alice.page("/board")
    monkeypatch.setitem(app.extensions, "hotline_redis", there)
    assert "实时服务暂时连不上" not in alice.page("/board/live")


def test_the_other_company_sees_nothing_of_it(charlie: Browser, calls: Shared, shop: Shop) -> None:
    calls.acquire(shop.company.id, "busy", NUMBERS)
    calls.join(shop.company.id, PLAN, "first")
    shown = charlie.page("/board")
    assert "waiting-place" not in shown
    assert "占用" not in shown


@pytest.mark.parametrize(
    ("waited_s", "how"), [(0, "calm"), (59, "calm"), (60, "long"), (119, "long"), (120, "too-long")]
)
def test_long_waits_alarm(waited_s: int, how: str) -> None:
    assert tone(waited_s) == how


def test_the_queue_with_the_longest_wait_comes_first(shop: Shop) -> None:
    def caller(since: int, priority: int = 0) -> dict[str, Any]:
        return {"call_id": str(since), "place": 1, "priority": priority, "since": since}

    state = {
        "queues": {
            "a": {"waiting": 1, "callers": [caller(9_000)]},
            "b": {"waiting": 300, "callers": [caller(4_000, 5), *[caller(8_000)] * 40]},
        },
        "phones": {NUMBERS[0]: {"state": "wrap_up", "call_id": "", "queue": "", "since": 0}},
        "callers": {"4000": {"ani": "13800138000", "did": "4008001234", "promised": False, "offered": ""}},
        "calls": 301,
    }
    known = {"a": Known("甲", "a", frozenset(NUMBERS)), "b": Known("乙", "b", frozenset())}
    shown = board(state, {NUMBERS[0]: 30}, known, phones.every(shop.company), {}, 10_000)
    first, second = shown.lines
    assert (first.name, first.waiting, len(first.callers), first.callers[0]) == (
        "乙",
        300,
        20,
        Caller(1, datetime.fromtimestamp(4, UTC), 6, True, Who("13800138000", "4008001234")),
    )
    assert (second.free, second.phones) == (1, 2)
    assert (shown.waiting, shown.longest_s, shown.free, shown.busy) == (301, 6, 1, 0)
    assert shown.seats[0].left_s == 30


def test_the_console_talks_to_redis_again_after_an_outage(
    monkeypatch: pytest.MonkeyPatch, alice: Browser, app: Flask, calls: Shared, shop: Shop
) -> None:
    cut_off = Shared(connect(NOWHERE, 1), "console-cut-off")
    cut_off.set_agent(shop.company.id, NUMBERS[0], "break")
    assert cut_off.alone
    monkeypatch.setitem(app.extensions, "hotline_shared", cut_off)
    alice.post("/board/phones/care1/state", {"state": "offline"})
    assert states(calls, shop) == {NUMBERS[0]: "offline"}
