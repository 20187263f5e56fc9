"""What the store holds comes in force: for the next call, and whatever Redis went through."""

from __future__ import annotations

from pathlib import Path

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


def test_an_emptied_redis_is_filled_again(shop: Shop, redis: Redis) -> None:
    other = open_shop("乙公司", "4008002222")
    publish_flow(redis, shop.company, "main")
    publish_flow(redis, other.company, "main")
    redis.flushall()
    assert publish_missing(redis) == 2
    assert in_force(redis)
    assert in_force(redis, "4008002222")
