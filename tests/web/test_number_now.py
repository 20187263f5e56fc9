"""What happens on a number's way right now, and how an open page is told of it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from app.live.shared import Shared
from app.store import flows, queues
from app.store.queues import Rules
from app.web import live
from app.web.numbers.live import seen
from tests.flow.company import ASSETS, MONDAY_14_03, MONDAY_NIGHT, flow_of
from tests.support.shop import DOCUMENT, Shop
from tests.web.browser import Browser

HOURS = flow_of(a={"kind": "schedule", "hours": "office", "exits": {}})
NOBODY: dict[str, Any] = {"queues": {}, "phones": {}, "callers": {}, "calls": 0}
SINCE = round(datetime(2026, 11, 23, 6, 3, tzinfo=UTC).timestamp() * 1000)


def now(page: str) -> Any:
    found = re.search(r'id="now-data"[^>]*>(.*?)</script>', page)
    assert found
    return json.loads(found[1])


def publish(shop: Shop) -> None:
    queues.create(shop.company, "care", "售后排队", Rules(), ["care1"])
    nodes = {**DOCUMENT["nodes"], "care": {"kind": "queue", "queue": "care"}}
    flows.save_draft(shop.company, "main", {**DOCUMENT, "nodes": nodes}, 0, shop.owner)
    flows.publish(shop.company, "main", shop.owner)


def test_hours_are_open_or_closed() -> None:
    assert seen(HOURS, ASSETS, NOBODY, "400", MONDAY_14_03).open == {"a": True}
    assert seen(HOURS, ASSETS, NOBODY, "400", MONDAY_NIGHT).open == {"a": False}


def test_without_redis_only_the_hours_are_known() -> None:
    assert seen(HOURS, ASSETS, None, "400", MONDAY_14_03).is_away


def test_those_who_will_be_called_back_do_not_wait() -> None:
    callers = [{"call_id": "x", "since": SINCE - 1000}, {"call_id": "y", "since": SINCE}]
    board = {
        **NOBODY,
        "queues": {"400:a": {"waiting": 2, "callers": callers}},
        "callers": {"x": {"promised": True}, "y": {"promised": False}},
    }
    draft = flow_of(a={"kind": "queue", "phones": ["desk"]})
    assert seen(draft, ASSETS, board, "400", MONDAY_14_03).waiting == {"a": (1, SINCE)}


def test_a_phone_on_a_call_and_a_caller_who_waits_are_on_the_page(
    app: Any, alice: Browser, shop: Shop
) -> None:
    publish(shop)
    with app.app_context():
        shared: Shared = live.shared()
        shared.set_agent(shop.company.id, "13900000003", "break", None)
    told = now(alice.page("/numbers/4008001234"))
    assert told["phones"] == {"13900000003": {"tone": "off", "text": "小休"}}
    assert told["away"] is False
    assert told["boxes"]["open"]["text"] in ("营业中", "休息中")
    assert now(alice.page("/numbers/4008001234/live")) == told


def test_an_open_page_is_told_once_of_a_change(app: Any, alice: Browser, shop: Shop) -> None:
    publish(shop)
    mark = re.search(r'data-mark="(\w+)"', alice.page("/numbers/4008001234"))
    assert mark
    with app.app_context():
        live.shared().set_agent(shop.company.id, "13900000003", "offline", None)
    with alice.client.get(f"/numbers/4008001234/events?since={mark[1]}") as answer:
        said = iter(answer.response)
        assert b"retry" in _bytes(next(said))
        assert b"event: changed" in _bytes(next(said))


def _bytes(part: Any) -> bytes:
    return part if isinstance(part, bytes) else str(part).encode()


def test_a_number_without_a_version_has_nothing_to_tell(alice: Browser, shop: Shop) -> None:
    assert alice.client.get("/numbers/4008001234/events").status_code == 204
    assert "picture-canvas" not in alice.page("/numbers/4008001234")


def test_another_companys_number_is_not_told_of(charlie: Browser, shop: Shop) -> None:
    assert charlie.client.get("/numbers/4008001234/events").status_code == 404
    assert charlie.client.get("/numbers/4008001234/live").status_code == 404
