"""What happens when a number is called, known in every process, whatever Redis does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis

from app.errors import LiveError, NotInService
from app.live import keys, snapshots
from app.live.connection import connect
from app.live.copies import Copies
from app.live.snapshots import SnapshotCache, publish, withdraw
from tests.live.snapshots_of import DID, snapshot
from tests.support.redis_server import RedisServer
from tests.support.waiting import until


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "LOOK_AGAIN_S", 0.05)
    monkeypatch.setattr(snapshots, "FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(snapshots, "LONGEST_PAUSE_S", 0.05)


@contextmanager
def listening(cache: SnapshotCache) -> Iterator[None]:
    listener = threading.Thread(target=cache.listen)
    listener.start()
    try:
        yield
    finally:
        cache.stop()
        listener.join(10)
        assert not listener.is_alive()


def name(cache: SnapshotCache, did: str = DID) -> str:
    """Which snapshot the cache gives; "" when the number is not in service."""
    try:
        return cache.get(did).document.name
    except NotInService:
        return ""


def test_what_is_published_is_found(redis: Redis, tmp_path: Path) -> None:
    assert publish(redis, snapshot("一"), 1)
    assert SnapshotCache(redis, tmp_path).get(DID) == snapshot("一")


def test_a_number_that_nobody_published_is_not_in_service(redis: Redis, tmp_path: Path) -> None:
    with pytest.raises(NotInService, match="4008009999"):
        SnapshotCache(redis, tmp_path).get("4008009999")


@pytest.mark.parametrize("did", ["", "../x", "anonymous", "4" * 40, "400\r\nGET x"])
def test_what_is_no_number_is_not_in_service(redis: Redis, tmp_path: Path, did: str) -> None:
    with pytest.raises(NotInService):
        SnapshotCache(redis, tmp_path).get(did)


def test_what_is_no_number_is_not_published(redis: Redis) -> None:
    with pytest.raises(ValueError, match="no telephone number"):
        publish(redis, snapshot(did="x"), 1)


def test_a_second_call_asks_nobody(own_redis_server: RedisServer, tmp_path: Path) -> None:
    with connect(own_redis_server.url) as redis:
        publish(redis, snapshot("一"), 1)
        cache = SnapshotCache(redis, tmp_path)
        first = cache.get(DID)
        own_redis_server.stop()
        assert cache.get(DID) is first


def test_a_running_process_takes_the_next_version(redis: Redis, tmp_path: Path) -> None:
    publish(redis, snapshot("一"), 1)
    cache = SnapshotCache(redis, tmp_path)
    assert name(cache) == "一"
    with listening(cache):
        publish(redis, snapshot("二"), 2)
        until(lambda: name(cache) == "二")
        withdraw(redis, DID, 3)
        until(lambda: name(cache) == "")
        publish(redis, snapshot("四"), 4)
        until(lambda: name(cache) == "四")


def test_an_older_version_never_replaces_a_newer_one(redis: Redis, tmp_path: Path) -> None:
    assert publish(redis, snapshot("五"), 5)
    assert not publish(redis, snapshot("四"), 4)
    assert not withdraw(redis, DID, 4)
    cache = SnapshotCache(redis, tmp_path)
    assert name(cache) == "五"
    with listening(cache):
        until(lambda: Copies(tmp_path).revisions() == {DID: 5})
        redis.flushall()
        publish(redis, snapshot("三"), 3)
        publish(redis, snapshot("别的号码", "4008005678"), 1)
        until(lambda: "4008005678" in Copies(tmp_path).revisions())
        assert name(cache) == "五"
        assert Copies(tmp_path).revisions()[DID] == 5


def test_the_same_version_may_be_published_again(redis: Redis) -> None:
    assert publish(redis, snapshot("一"), 1)
    assert publish(redis, snapshot("一"), 1)


def test_copies_on_disk_serve_a_process_that_starts_without_redis(
    own_redis_server: RedisServer, tmp_path: Path
) -> None:
    with connect(own_redis_server.url) as redis:
        publish(redis, snapshot("一"), 1)
        withdraw(redis, "4008005678", 2)
        first = SnapshotCache(redis, tmp_path / "copies")
        with listening(first):  # no call needed: every number is copied
            until(lambda: Copies(tmp_path / "copies").revisions() == {DID: 1, "4008005678": 2})
        own_redis_server.stop()
        second = SnapshotCache(redis, tmp_path / "copies")
        assert name(second) == "一"
        assert name(second, "4008005678") == ""


def test_an_emptied_redis_does_not_take_numbers_out_of_service(redis: Redis, tmp_path: Path) -> None:
    publish(redis, snapshot("一"), 1)
    with listening(SnapshotCache(redis, tmp_path)):
        until(lambda: Copies(tmp_path).revisions() == {DID: 1})
    redis.flushall()
    assert name(SnapshotCache(redis, tmp_path)) == "一"


def test_after_an_outage_a_process_follows_again(own_redis_server: RedisServer, tmp_path: Path) -> None:
    with connect(own_redis_server.url) as redis:
        publish(redis, snapshot("一"), 1)
        cache = SnapshotCache(redis, tmp_path)
        assert name(cache) == "一"
        with listening(cache):
            until(lambda: Copies(tmp_path).revisions() == {DID: 1})
            own_redis_server.stop()
            assert name(cache) == "一"
            own_redis_server.start()
            publish(redis, snapshot("二"), 2)
            until(lambda: name(cache) == "二")
            publish(redis, snapshot("三"), 3)
            until(lambda: name(cache) == "三")


def test_a_message_that_was_lost_is_made_up_for(
    redis: Redis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "RESYNC_S", 0.01)
    publish(redis, snapshot("一"), 1)
    cache = SnapshotCache(redis, tmp_path)
    assert name(cache) == "一"
    with listening(cache):
        until(lambda: Copies(tmp_path).revisions() == {DID: 1})
        monkeypatch.setattr(keys, "PUBLISHED", "nobody listens here")
        publish(redis, snapshot("二"), 2)
        until(lambda: name(cache) == "二")


def test_what_this_release_does_not_understand_leaves_what_it_has(redis: Redis, tmp_path: Path) -> None:
    publish(redis, snapshot("一"), 1)
    cache = SnapshotCache(redis, tmp_path)
    assert name(cache) == "一"
    with listening(cache):
        until(lambda: Copies(tmp_path).revisions() == {DID: 1})
        redis.set(keys.snapshot(DID), '2\n{"format": 99}')
        redis.publish(keys.PUBLISHED, DID)
        redis.publish(keys.PUBLISHED, "../x")
        publish(redis, snapshot("别的号码", "4008005678"), 1)
        until(lambda: "4008005678" in Copies(tmp_path).revisions())
        assert name(cache) == "一"
        assert name(SnapshotCache(redis, tmp_path)) == "一"


def test_a_call_can_go_on_with_what_it_began_with(redis: Redis, tmp_path: Path) -> None:
    for revision, words in enumerate(("一", "二", "三"), 1):
        publish(redis, snapshot(words), revision)
    cache = SnapshotCache(redis, tmp_path)
    assert (name(cache), cache.revision(DID)) == ("三", 3)
    assert [found and found.document.name for found in (cache.at(DID, n) for n in (0, 1, 2, 3, 4))] == [
        *(None, "一", "二"),
        *("三", None),
    ]


def test_it_can_even_while_redis_is_away(own_redis_server: RedisServer, tmp_path: Path) -> None:
    with connect(own_redis_server.url) as redis:
        publish(redis, snapshot("一"), 1)
        with listening(SnapshotCache(redis, tmp_path)):
            until(lambda: Copies(tmp_path).revisions() == {DID: 1})
            publish(redis, snapshot("二"), 2)
            until(lambda: Copies(tmp_path).revisions() == {DID: 2})
        own_redis_server.stop()
        cache = SnapshotCache(redis, tmp_path)
        assert cache.at(DID, 1) == snapshot("一")
        assert cache.at(DID, 2) == snapshot("二")
        assert cache.at("anonymous", 1) is None


def test_a_former_snapshot_is_not_kept_for_ever(redis: Redis) -> None:
    publish(redis, snapshot("一"), 1)
    publish(redis, snapshot("二"), 2)
    assert 0 < redis.ttl(keys.former_snapshot(DID, 1)) <= snapshots.FORMER_S


def test_publishing_without_redis_is_a_live_error(own_redis_server: RedisServer) -> None:
    own_redis_server.stop()
    with connect(own_redis_server.url) as redis:
        with pytest.raises(LiveError):
            publish(redis, snapshot(), 1)
        with pytest.raises(LiveError):
            snapshots.revisions(redis)
