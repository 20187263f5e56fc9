"""Several controllers, each with its calls, while Redis comes, goes and forgets, and controllers die."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from redis import Redis

from tests.live.town import Town
from tests.support.redis_server import RedisServer

LIVES, STEPS = 12, 250


@pytest.mark.timeout(120)
def test_all_know_the_same_once_they_have_talked(redis: Redis, redis_server: RedisServer) -> None:
    @settings(
        max_examples=LIVES,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.binary(min_size=3 * STEPS, max_size=3 * STEPS))
    def live(things: bytes) -> None:
        redis.flushdb()
        town = Town(str(redis_server.socket))
        try:
            for at in range(0, len(things), 3):
                town.step(*things[at : at + 3])
            town.check_all()
        finally:
            town.close()

    live()
