"""Two controllers on the Redis of the test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from redis import Redis

from app.live.shared import Shared
from tests.live.controllers import Clock, patient


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def one(redis: Redis, clock: Clock) -> Iterator[Shared]:
    with patient(redis, "one", clock) as shared:
        yield shared


@pytest.fixture
def two(redis: Redis, clock: Clock) -> Iterator[Shared]:
    with patient(redis, "two", clock) as shared:
        yield shared
