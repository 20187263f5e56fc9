from __future__ import annotations

import pytest
from flask import Flask
from redis import Redis

from app.errors import LiveError
from app.flow.snapshot import Snapshot
from app.live import published
from app.live.connection import connect
from app.live.keys import snapshot
from app.store import flows, groups, phones
from app.web import live
from tests.support.shop import Shop
from tests.web.browser import Browser, text


def in_force(redis: Redis) -> str:
    """The document that the next call runs on, as text."""
    return str(_snapshot(redis).document)


def _snapshot(redis: Redis) -> Snapshot:
    found = redis.get(snapshot("4008001234"))
    assert isinstance(found, bytes)
    number = published.decode("4008001234", found.decode())
    assert number.snapshot
    return number.snapshot


def test_the_sheet_says_what_changes(alice: Browser) -> None:
    alice.edit("/nodes/menu/exits/2", target="closed")
    alice.edit("/publish", live=False)
    alice.edit("/nodes/menu/exits/2", number="13800138000")
    page = alice.page("/flows/main/publish")
    assert "「按 2」改为 138 0013 8000（原来：下班提示）" in page
    assert "400 800 1234" in page


def test_the_next_call_follows_the_published_flow(alice: Browser, shop: Shop, redis: Redis) -> None:
    alice.edit("/nodes/menu/exits/2", number="13800138000")
    alice.edit("/publish", live=False, note="  国庆  ")
    assert "已发布第 1 版" in alice.page("/flows/main/")
    assert "13800138000" in in_force(redis)
    version = flows.published(shop.company, "main")
    assert version
    assert (version.note, version.published_by) == ("国庆", shop.owner)


def test_the_sheet_names_the_flows_and_numbers_that_a_shared_one_changes(
    alice: Browser, shop: Shop, redis: Redis
) -> None:
    closed = {"kind": "announce", "prompt": "closed"}
    shared = {"spec": 1, "name": "共用菜单", "start": "only", "nodes": {"only": closed}}
    flows.create(shop.company, "shared", "共用菜单", shared)
    alice.edit("/publish", flow="shared", live=False)
    entering = {"only": {"kind": "subflow", "flow": "shared", "exits": {"returned": "care"}}}
    main = {
        "spec": 1,
        "name": "总线",
        "start": "only",
        "nodes": entering | {"care": {"kind": "hunt", "group": "care"}},
    }
    flows.save_draft(shop.company, "main", main, 0)
    alice.edit("/publish", live=False)
    alice.edit("/nodes/only", flow="shared", title="下班了", prompt="welcome")
    page = alice.page("/flows/shared/publish")
    assert "没有号码直接使用这个流程" in page
    assert "400 800 1234" in page.partition("这些流程用到它")[2]
    groups.change(shop.company, "care", name="售后组", members=[])
    page = alice.page("/flows/shared/publish")
    assert "用到它的流程有错误" in page
    assert "接听组「售后组」里没有电话" in page
    assert "立即发布" not in page
    alice.edit("/publish", flow="shared", live=False)
    groups.change(shop.company, "care", name="售后组", members=["care1"])
    assert "prompt='closed'" in str(_snapshot(redis).assets.flows)
    alice.edit("/publish", flow="shared", live=False)
    assert "prompt='welcome'" in str(_snapshot(redis).assets.flows)


def test_errors_block_it(alice: Browser, shop: Shop) -> None:
    alice.edit("/nodes/menu/exits/2", target="new:announce")
    assert "立即发布" not in alice.page("/flows/main/publish")
    alice.edit("/publish", live=False)
    assert "还有错误没有解决" in alice.page("/flows/main/")
    assert flows.published(shop.company, "main") is None


def test_a_sheet_of_an_old_draft_publishes_nothing(alice: Browser, shop: Shop) -> None:
    alice.edit("/nodes/care", title="售后", group="care")
    alice.post("/flows/main/publish", {"revision": "0"})
    assert "修改了这份草稿" in alice.page("/flows/main/")
    assert flows.published(shop.company, "main") is None


def test_without_changes_there_is_nothing_to_press(alice: Browser) -> None:
    alice.edit("/publish", live=False)
    assert "没有要发布的更改" in alice.page("/flows/main/publish")


def test_while_redis_is_away_it_is_published_late(
    alice: Browser, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise LiveError("Redis: away")

    monkeypatch.setattr("app.calls.publish._publish_numbers", away)
    alice.edit("/publish", live=False)
    assert "恢复后一分钟内自动生效" in alice.page("/flows/main/")
    assert flows.published(shop.company, "main")


def test_changed_phones_and_groups_wait_to_be_published(alice: Browser, shop: Shop, redis: Redis) -> None:
    alice.edit("/publish", live=False)
    assert "有未发布的更改" not in alice.page("/phones")
    phones.change(shop.company, "care1", number="13900000009", name="售后一号", extension="803")
    groups.change(shop.company, "care", name="售后组", members=["care1"])
    page = alice.page("/phones")
    assert "售后一号：号码 139 0000 0003 → 139 0000 0009" in page
    assert "售后组：移出 售后二号 139 0000 0004" in page
    assert alice.post("/flows/publish-assets", {"back": "hours"}).location == "/hours"
    assert "有未发布的更改" not in alice.page("/phones")
    assert redis.get(snapshot("4008001234")) is not None


def test_what_would_break_a_published_flow_is_not_put_in_force(alice: Browser, shop: Shop) -> None:
    alice.edit("/publish", live=False)
    groups.change(shop.company, "care", name="售后组", members=[])
    alice.post("/flows/publish-assets")
    assert "不能生效：接听组「售后组」里没有电话" in alice.page("/phones")


def test_members_may_not_publish(bob: Browser, shop: Shop) -> None:
    answer = bob.post("/flows/main/publish", {"revision": "0"})
    assert answer.status_code == 403
    assert "只有管理员可以修改" in text(answer)
    assert flows.published(shop.company, "main") is None


def test_a_console_without_redis_opens(alice: Browser, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "hotline_redis", connect(live.NOWHERE))
    assert alice.get("/flows/main/").status_code == 200
    assert alice.edit("/nodes/care", title="售后", group="care").status_code == 200
