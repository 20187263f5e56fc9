"""Test calls to phones: the console asks, one controller rings, both tell of it through Redis."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from redis import Redis

from app.live import keys
from app.live.connection import live_errors

KEPT_S = 600  # what came of it
TAKEN_WITHIN_S = 8  # then nobody is there to ring it
ENDS_WITHIN_S = 60  # then the controller that took it has died
MOST_WAITING = 50

ASKED, RINGING = "asked", "ringing"
LOST = "lost"
"""No controller took it, or the one that did is gone."""
BARRED, IN_CALL, OVER_LIMIT, FAILED = "barred", "in_call", "over_limit", "failed"
"""It did not even ring: the company may not dial it, a call has it, too many rang in this minute, the switch is away."""


@dataclass(frozen=True, slots=True)
class PhoneTest:
    """One test call: `number` as it is dialled, `did` the company's 400 number that the phone shows.

    state  ASKED, RINGING, LOST, or what came of it: one of the below, or a flow.outcomes.DialResult
    at     when it was asked for or taken, seconds since 1970 by the clock of whoever wrote it
    """

    id: str
    company: int
    number: str
    did: str
    state: str
    at: float

    @property
    def is_over(self) -> bool:
        return self.state not in (ASKED, RINGING)


def ask(redis: Redis, company: int, number: str, did: str) -> PhoneTest:
    """Have a phone rung. LiveError when Redis is away."""
    test = PhoneTest(uuid.uuid4().hex, company, number, did, ASKED, time.time())
    with live_errors():
        tell(redis, test)
        pipeline = redis.pipeline()
        pipeline.rpush(keys.PHONE_TESTS, test.id)
        pipeline.ltrim(keys.PHONE_TESTS, -MOST_WAITING, -1)
        pipeline.expire(keys.PHONE_TESTS, KEPT_S)
        pipeline.execute()
    return test


def tell(redis: Redis, test: PhoneTest) -> None:
    """Let everybody know how it stands. RedisError."""
    redis.set(keys.phone_test(test.id), json.dumps(asdict(test)), ex=KEPT_S)


def finish(redis: Redis, test: PhoneTest, state: str) -> None:
    """Tell what came of it. RedisError."""
    tell(redis, replace(test, state=state))


def find(redis: Redis, company: int, test_id: str) -> PhoneTest | None:
    """How the company's test stands; None when there is none such any more. LiveError."""
    with live_errors():
        test = _read(redis, test_id)
    if test is None or test.company != company:
        return None
    patience_s = TAKEN_WITHIN_S if test.state == ASKED else ENDS_WITHIN_S
    is_late = not test.is_over and time.time() > test.at + patience_s
    return replace(test, state=LOST) if is_late else test


def take(redis: Redis, clock: Callable[[], float] = time.time) -> PhoneTest | None:
    """The next one to be rung, None when nobody asks; those that nobody took in time are passed over. RedisError."""
    while (test_id := redis.lpop(keys.PHONE_TESTS)) is not None:
        assert isinstance(test_id, bytes)
        test = _read(redis, test_id.decode())
        if test and test.state == ASKED and clock() <= test.at + TAKEN_WITHIN_S:
            return replace(test, state=RINGING, at=clock())
    return None


def _read(redis: Redis, test_id: str) -> PhoneTest | None:
    text: Any = redis.get(keys.phone_test(test_id))
    return PhoneTest(**json.loads(text)) if text else None
