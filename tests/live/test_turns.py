"""Turns are taken one after the other, whichever controller a caller comes through: four processes at once."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

from redis import Redis

from tests.support.processes import ROOT
from tests.support.redis_server import RedisServer

CONTROLLERS, CALLS, PHONES = 4, 250, 10

BEGIN = """
import sys, threading
from app.live.connection import JOB_TIMEOUT_S, connect
from app.live.counters import next_turn
from app.live.places import Offer, QueuePlan
from app.live.shared import Shared

url, name, calls, phones = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
redis = connect(url, JOB_TIMEOUT_S)
plan = QueuePlan("sales", tuple(f"{n:02}" for n in range(phones)), "round_robin")
shared = Shared(redis, name)
sys.stdin.readline()  # all begin at once
for n in range(calls):
"""

HUNT = """
    redis.rpush("turns", next_turn(redis, "group") % phones)
"""

QUEUE = """
    call_id = f"{name}-{n}"
    shared.join(1, plan, call_id)
    offer = shared.wait(1, plan, call_id, 0, threading.Event())
    assert isinstance(offer, Offer), offer
    redis.rpush("turns", offer.phone)
    shared.leave(1, "sales", call_id, "abandoned")
    shared.flush()
"""


def shares(redis: Redis, url: str, code: str) -> list[int]:
    """How many turns each phone got when four processes run the code at once."""
    command = [sys.executable, "-c", BEGIN + code, url]
    pipes = {"stdin": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "cwd": ROOT}
    processes: list[subprocess.Popen[str]] = [
        subprocess.Popen([*command, f"c{n}", str(CALLS), str(PHONES)], **pipes)  # type: ignore[call-overload]
        for n in range(CONTROLLERS)
    ]
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        _, complaints = process.communicate(timeout=60)
        assert process.returncode == 0, complaints
    return list(Counter(redis.lrange("turns", 0, -1)).values())


def test_in_a_group_each_phone_gets_exactly_as_many_calls(redis: Redis, redis_server: RedisServer) -> None:
    assert shares(redis, redis_server.url, HUNT) == [CONTROLLERS * CALLS // PHONES] * PHONES


def test_in_a_queue_only_a_phone_that_is_taken_loses_its_turn(
    redis: Redis, redis_server: RedisServer
) -> None:
    found = shares(redis, redis_server.url, QUEUE)
    assert len(found) == PHONES
    assert sum(found) == CONTROLLERS * CALLS
    assert max(found) - min(found) <= PHONES
