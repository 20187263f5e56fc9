from __future__ import annotations

import pytest

from app.store import flows, queues
from app.store.queues import Rules
from tests.support.shop import Shop
from tests.web.browser import Browser, text

FORM = {
    "name": "售后排队",
    "strategy": "random",
    "ring_timeout_s": "15",
    "wrap_up_s": "30",
    "max_size": "8",
    "music": "welcome",
    "members": ["care2", "nobody", "care1", "care2"],
}


def test_a_queue_is_made_changed_and_removed(alice: Browser, shop: Shop) -> None:
    alice.post("/queues/new", FORM)
    queue = queues.find(shop.company, "queue")
    assert (queue.name, queue.strategy, queue.wrap_up_s) == ("售后排队", "random", 30)
    assert [phone.slug for phone in queues.members(shop.company, queue)] == ["care2", "care1"]
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
        ({"strategy": "fastest"}, ""),
        ({"music": "nothing"}, ""),
    ],
)
def test_what_makes_no_sense_is_refused(
    alice: Browser, shop: Shop, changes: dict[str, str], why: str
) -> None:
    assert why in text(alice.post("/queues/new", FORM | changes))
    assert queues.every(shop.company) == []


def test_a_queue_in_use_is_not_removed(alice: Browser, shop: Shop) -> None:
    queues.create(shop.company, "queue", "售后排队", Rules(), ["care1"])
    nodes = {"wait": {"kind": "queue", "queue": "queue"}}
    flows.save_draft(shop.company, "main", {"spec": 1, "name": "总线", "start": "wait", "nodes": nodes}, 0)
    alice.post("/queues/queue/delete")
    assert "「售后排队」还在使用，不能删除：流程「总线」" in alice.page("/queues/queue/edit")
    assert "队列「售后排队」" in alice.page("/phones/care1/edit")
