"""The same in a process that gevent has patched: nothing stops the event loop."""

from __future__ import annotations

from pathlib import Path

from tests.support.patched import run_patched
from tests.support.redis_server import RedisServer

FOLLOW = """
    import sys
    from pathlib import Path

    import gevent

    from app.live.connection import connect
    from app.live.snapshots import SnapshotCache, publish
    from tests.live.snapshots_of import DID, snapshot

    url, folder = sys.argv[1:]
    redis = connect(url)
    publish(redis, snapshot("一"), 1)
    cache = SnapshotCache(redis, Path(folder))
    listener = gevent.spawn(cache.listen)
    calls = [gevent.spawn(cache.get, DID) for _ in range(200)]
    gevent.joinall(calls, raise_error=True, timeout=10)
    publish(redis, snapshot("二"), 2)
    with gevent.Timeout(10):
        while cache.get(DID).document.name != "二" or not (Path(folder) / f"{DID}.snapshot").exists():
            gevent.sleep(0.005)
    cache.stop()
    listener.join(10)
    print(listener.successful())
"""

SILENT = """
    import time

    import gevent
    from gevent.server import StreamServer

    from app.live.connection import connect
    from app.live.counters import next_turn

    server = StreamServer(("127.0.0.1", 0), lambda connection, address: gevent.sleep(60))
    server.start()
    redis = connect(f"redis://127.0.0.1:{server.server_port}")
    beats = []

    def heart():
        while True:
            beats.append(time.monotonic())
            gevent.sleep(0.01)

    gevent.spawn(heart)
    callers = [gevent.spawn(next_turn, redis, "a") for _ in range(20)]
    gevent.joinall(callers, timeout=10, raise_error=True)
    print(sorted(caller.value for caller in callers) == list(range(20)), len(beats) > 10)
"""


def test_a_patched_process_follows_what_is_published(redis_server: RedisServer, tmp_path: Path) -> None:
    assert run_patched(FOLLOW, redis_server.url, str(tmp_path)) == "True"


def test_calls_go_on_while_redis_is_silent() -> None:
    assert run_patched(SILENT) == "True True"


QUEUE = """
    import sys

    import gevent
    from gevent.event import Event

    from app.live.connection import connect
    from app.live.places import Offer, QueuePlan
    from app.live.shared import Shared

    plan = QueuePlan("sales", tuple(f"{n:02}" for n in range(10)))
    shared = Shared(connect(sys.argv[1]), "one")
    listener = gevent.spawn(shared.run)

    def caller(n):
        shared.join(1, plan, f"c{n}")
        offer = shared.wait(1, plan, f"c{n}", 30, Event())
        assert isinstance(offer, Offer), offer
        assert shared.acquire(1, f"c{n}", [offer.phone])
        shared.leave(1, "sales", f"c{n}", "answered")
        gevent.sleep(0.001)
        shared.release(1, f"c{n}", [offer.phone])
        shared.ended(1, f"c{n}")

    callers = [gevent.spawn(caller, n) for n in range(200)]
    gevent.joinall(callers, timeout=20, raise_error=True)
    print(all(caller.successful() for caller in callers), shared.due_callbacks(0.01))
    shared.stop()
    listener.join(5)
"""


def test_two_hundred_greenlets_share_ten_phones(redis_server: RedisServer) -> None:
    assert run_patched(QUEUE, redis_server.url) == "True ()"
