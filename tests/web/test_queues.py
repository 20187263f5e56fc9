from __future__ import annotations

import pytest
from flask import Flask

from app.live.places import QueuePlan
from app.live.shared import Shared
from app.store import flows, queues
from app.store.queues import Rules
from app.web import live
from tests.support.shop import Shop
from tests.web.browser import Browser, text

FORM = {
    "name": "售后排队",
    "strategy": "random",
    "ring_timeout_s": "15",
    "wrap_up_s": "30",
    "max_size": "8",
    "max_misses": "2",
    "rest_s": "30",
    "weight:care2": "3",
    "music": "welcome",
    "members": ["care2", "nobody", "care1", "care2"],
}


def test_a_queue_is_made_changed_and_removed(alice: Browser, shop: Shop) -> None:
    alice.post("/queues/new", FORM)
    queue = queues.find(shop.company, "queue")
    assert (queue.name, queue.strategy, queue.wrap_up_s) == ("售后排队", "random", 30)
    assert (queue.max_misses, queue.rest_s) == (2, 30)
    members = queues.members(shop.company, queue)
    assert [(member.id, member.weight) for member in members] == [("care2", 3), ("care1", 1)]
    alice.post("/queues/queue/edit", {**FORM, "name": "排队", "members": ["care1"], "music": ""})
    assert "排队" in alice.page("/queues")
    assert queues.find(shop.company, "queue").music is None
    alice.post("/queues/queue/delete")
    assert queues.every(shop.company) == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"name": ""}, "请填写名称"),
        ({"ring_timeout_s": "4"}, "应是 5 到 120 的整数"),
        ({"ring_timeout_s": "x"}, "不是有效的整数"),
        ({"wrap_up_s": "3601"}, "应是 0 到 3600 的整数"),
        ({"max_size": "-1"}, "应是 0 到 10000 的整数"),
        ({"max_misses": "100"}, "应是 0 到 99 的整数"),
        ({"rest_s": "601"}, "应是 0 到 600 的整数"),
        ({"strategy": "fastest"}, ""),
        ({"music": "nothing"}, ""),
    ],
)
def test_what_makes_no_sense_is_refused(
    alice: Browser, shop: Shop, changes: dict[str, str], why: str
) -> None:
    assert why in text(alice.post("/queues/new", FORM | changes))
    assert queues.every(shop.company) == []


@pytest.mark.parametrize("strategy", ["weighted", "simultaneous"])
def test_a_queue_may_ring_by_weight_or_all_at_once(alice: Browser, shop: Shop, strategy: str) -> None:
    alice.post("/queues/new", FORM | {"strategy": strategy})
    assert queues.find(shop.company, "queue").strategy == strategy
    page = alice.page("/queues/queue/edit")
    assert 'name="weight:care2" min="1" max="100" value="3"' in page


def test_the_arrows_order_the_phones_and_save_nothing(alice: Browser, shop: Shop) -> None:
    page = alice.post("/queues/new", FORM | {"move": "up:care1"}).get_data(as_text=True)
    assert page.index('value="care1"') < page.index('value="care2"')
    assert queues.every(shop.company) == []


def test_a_queue_in_use_is_not_removed(alice: Browser, shop: Shop) -> None:
    queues.create(shop.company, "queue", "售后排队", Rules(), ["care1"])
    nodes = {"wait": {"kind": "queue", "queue": "queue"}}
    flows.save_draft(shop.company, "main", {"spec": 1, "name": "总线", "start": "wait", "nodes": nodes}, 0)
    alice.post("/queues/queue/delete")
    assert "「售后排队」还在使用，不能删除：流程「总线」" in alice.page("/queues/queue/edit")
    assert "队列「售后排队」" in alice.page("/phones/care1/edit")


def test_a_phone_that_rests_after_a_miss_is_shown_on_the_board(
    alice: Browser, shop: Shop, app: Flask
) -> None:
    queues.create(shop.company, "queue", "售后排队", Rules(), ["care1"])
    calls, number = Shared(live.redis_of(app), "a-controller"), "13900000003"
    calls.join(shop.company.id, QueuePlan("queue", (number,)), "a")
    calls.unanswered(shop.company.id, number)
    calls.release(shop.company.id, "a", [number])
    calls.flush()
    assert "没接，稍后再响" in alice.page("/board/live")
