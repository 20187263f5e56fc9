"""What the store holds comes in force: for the next call, and whatever Redis went through."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from app.calls.publish import publish_assets, publish_flow, publish_missing, publish_number
from app.errors import DocumentError, LiveError, NotInService
from app.flow.snapshot import Snapshot
from app.live.connection import connect
from app.live.snapshots import SnapshotCache
from app.store import flows, groups, numbers, phones
from tests.support.redis_server import RedisServer
from tests.support.shop import DOCUMENT, Shop, open_shop


@pytest.fixture
def shop(database: str) -> Shop:
    return open_shop("甲公司")


def in_force(redis: Redis, did: str = "4008001234") -> Snapshot | None:
    """What a process that just started would give a caller."""
    try:
        return SnapshotCache(redis, Path("/nonexistent")).get(did)
    except NotInService:
        return None


def version_of(redis: Redis) -> int | None:
    found = in_force(redis)
    return found.version if found else None


def test_a_published_flow_is_in_force_for_its_numbers(shop: Shop, redis: Redis) -> None:
    numbers.create(shop.company, "4008005678")
    numbers.change(shop.company, "4008005678", label="二", flow="main", fallback="care2")
    assert publish_flow(redis, shop.company, "main", shop.owner, "第一版").version == 1
    first, second = in_force(redis), in_force(redis, "4008005678")
    assert first
    assert second
    assert (first.did, first.version, first.fallback) == ("4008001234", 1, "")
    assert (second.did, second.version, second.fallback) == ("4008005678", 1, "13900000004")
    assert second.fallback in second.assets.phones


def test_a_flow_with_errors_changes_nothing(shop: Shop, redis: Redis) -> None:
    publish_flow(redis, shop.company, "main")
    flows.save_draft(shop.company, "main", {"spec": 1}, 0)
    with pytest.raises(DocumentError):
        publish_flow(redis, shop.company, "main")
    assert version_of(redis) == 1


def test_a_number_moves_to_a_flow_with_fewer_versions(shop: Shop, redis: Redis) -> None:
    for _ in range(3):
        publish_flow(redis, shop.company, "main")
    flows.create(shop.company, "new", "新线", DOCUMENT | {"name": "新线"})
    publish_flow(redis, shop.company, "new")
    assert publish_number(redis, numbers.change(shop.company, shop.did, label="", flow="new"))
    found = in_force(redis)
    assert found
    assert (found.flow_id, found.version) == ("new", 1)


def test_a_suspended_number_is_not_in_service_until_it_is_resumed(shop: Shop, redis: Redis) -> None:
    publish_flow(redis, shop.company, "main")
    publish_number(redis, numbers.suspend(shop.company, shop.did))
    assert in_force(redis) is None
    publish_flow(redis, shop.company, "main")
    assert in_force(redis) is None
    publish_number(redis, numbers.resume(shop.company, shop.did))
    assert version_of(redis) == 2


def test_a_number_without_a_published_flow_is_not_in_service(shop: Shop, redis: Redis) -> None:
    publish_number(redis, numbers.find(shop.company, shop.did))
    assert in_force(redis) is None
    publish_flow(redis, shop.company, "main")
    publish_number(redis, numbers.change(shop.company, shop.did, label="", flow=""))
    assert in_force(redis) is None


def test_an_old_number_row_does_not_undo_a_newer_publishing(shop: Shop, redis: Redis) -> None:
    old = numbers.suspend(shop.company, shop.did)
    numbers.resume(shop.company, shop.did)
    publish_flow(redis, shop.company, "main")
    assert not publish_number(redis, old)
    assert version_of(redis) == 1


def test_a_changed_phone_is_rung_after_publishing_the_assets(shop: Shop, redis: Redis) -> None:
    publish_flow(redis, shop.company, "main")
    flows.save_draft(shop.company, "main", {"spec": 1}, 0)
    phones.change(shop.company, "care1", number="13911111111", name="售后一号")
    assert [version.version for version in publish_assets(redis, shop.company, shop.owner)] == [2]
    found = in_force(redis)
    assert found
    assert found.assets.phones["care1"].number == "13911111111"
    assert publish_assets(redis, shop.company) == []


def test_changed_groups_ring_in_their_new_order(shop: Shop, redis: Redis) -> None:
    publish_flow(redis, shop.company, "main")
    groups.change(shop.company, "care", name="售后组", members=("care2",))
    publish_assets(redis, shop.company)
    found = in_force(redis)
    assert found
    assert found.assets.groups["care"].phones == ("care2",)


def test_what_was_published_without_redis_comes_in_force_later(
    shop: Shop, own_redis_server: RedisServer
) -> None:
    own_redis_server.stop()
    with connect(own_redis_server.url) as redis:
        with pytest.raises(LiveError):
            publish_flow(redis, shop.company, "main")
        assert [version.version for version in flows.versions(shop.company, "main")] == [1]
        own_redis_server.start()
        assert publish_missing(redis) == 1
        assert version_of(redis) == 1
        assert publish_missing(redis) == 0


class TestSharedMenus:
    """A flow that others enter."""

    @pytest.fixture
    def shared(self, shop: Shop, redis: Redis) -> Shop:
        """main enters the flow outer, which enters the flow inner."""
        care = {"kind": "hunt", "group": "care"}
        enters = {"kind": "subflow", "flow": "inner"}
        flows.create(shop.company, "inner", "共用菜单", _flow(care))
        publish_flow(redis, shop.company, "inner")
        flows.create(shop.company, "outer", "中间", _flow(enters))
        publish_flow(redis, shop.company, "outer")
        flows.save_draft(shop.company, "main", _flow({"kind": "subflow", "flow": "outer"}), 0)
        publish_flow(redis, shop.company, "main")
        return shop

    def test_calls_of_all_that_enter_it_follow_a_new_version(self, shared: Shop, redis: Redis) -> None:
        flows.save_draft(shared.company, "inner", _flow({"kind": "announce", "prompt": "closed"}), 0)
        publish_flow(redis, shared.company, "inner", shared.owner, "下班")
        found = in_force(redis)
        assert found
        assert found.assets.flows["inner"].nodes["only"].kind == "announce"
        newest = flows.published(shared.company, "main")
        assert newest
        assert (newest.version, newest.note, newest.published_by) == (2, "下班", shared.owner)
        assert [flow.slug for flow in flows.entering(shared.company, "inner")] == ["main", "outer"]

    def test_without_a_difference_the_others_stay_as_they_are(self, shared: Shop, redis: Redis) -> None:
        publish_flow(redis, shared.company, "inner")
        assert version_of(redis) == 1

    def test_when_one_of_them_cannot_nothing_is_published(self, shared: Shop, redis: Redis) -> None:
        broken = _flow({"kind": "subflow", "flow": "inner"}) | {"fallback": "13900000003"}
        broken["nodes"]["only"]["exits"] = {"returned": "care"}
        broken["nodes"]["care"] = {"kind": "hunt", "group": "care"}
        flows.save_draft(shared.company, "outer", broken, 0)
        publish_flow(redis, shared.company, "outer")
        flows.save_draft(shared.company, "inner", _flow({"kind": "announce", "prompt": "closed"}), 0)
        groups.change(shared.company, "care", name="售后组", members=[])
        with pytest.raises(DocumentError):
            publish_flow(redis, shared.company, "inner")
        assert [version.version for version in flows.versions(shared.company, "inner")] == [1]
        assert version_of(redis) == 2


def _flow(node: dict[str, Any]) -> dict[str, Any]:
    return {"spec": 1, "name": "流程", "start": "only", "nodes": {"only": node}}


def test_an_emptied_redis_is_filled_again(shop: Shop, redis: Redis) -> None:
    other = open_shop("乙公司", "4008002222")
    publish_flow(redis, shop.company, "main")
    publish_flow(redis, other.company, "main")
    redis.flushall()
    assert publish_missing(redis) == 2
    assert in_force(redis)
    assert in_force(redis, "4008002222")
