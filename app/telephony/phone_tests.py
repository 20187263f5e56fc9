"""Rings a phone for the console, plays it a sentence, and tells what came of it."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable

import gevent
from gevent.pool import Pool
from redis import Redis, RedisError

from app.calls.causes import dial_result
from app.errors import CommandRefused, HotlineError
from app.flow.outcomes import DialResult
from app.flow.snapshot import Snapshot
from app.flow.system_prompts import system_file
from app.live import phone_tests
from app.live.phone_tests import BARRED, FAILED, IN_CALL, OVER_LIMIT, PhoneTest
from app.live.shared import Shared
from app.routing.dialling_rules import may_dial
from app.telephony import arguments
from app.telephony.control import Switch
from app.telephony.dialstring import DialLeg, dial_string
from app.telephony.surroundings import Surroundings

log = logging.getLogger(__name__)

RING_S = 25
LOOK_S = 0.5
AWAY_S = 5.0  # until Redis is asked again after it was away
MOST_AT_ONCE = 5
PROMPT = "sys.phone_test"


class PhoneTests:
    """Runs beside the calls of a process that can tell FreeSWITCH to ring somebody."""

    def __init__(
        self,
        redis: Redis,
        switch: Switch,
        around: Surroundings,
        snapshot_of: Callable[[str], Snapshot],
    ) -> None:
        self._redis, self._switch, self._around, self._snapshot_of = redis, switch, around, snapshot_of
        self._pool = Pool(MOST_AT_ONCE)
        self._stopped = False

    def run(self) -> None:
        """Ring what is asked for until `stop`."""
        while not self._stopped:
            gevent.sleep(LOOK_S if self.step() else AWAY_S)

    def stop(self) -> None:
        self._stopped = True

    def step(self) -> bool:
        """Begin to ring those that are asked for; false while Redis is away."""
        try:
            while self._pool.free_count() and (test := phone_tests.take(self._redis)):
                phone_tests.tell(self._redis, test)
                self._pool.spawn(self._carry_out, test)
        except RedisError as away:
            log.warning("test calls wait: %s", away)
            return False
        return True

    def _carry_out(self, test: PhoneTest) -> None:
        try:
            state = self._ring(test)
        except (HotlineError, ValueError) as bad:
            log.warning("test call to %s: %s", test.number[:40], bad)
            state = FAILED
        try:
            phone_tests.finish(self._redis, test, state)
        except RedisError as away:
            log.warning("nobody is told that the test call was %s: %s", state, away)

    def _ring(self, test: PhoneTest) -> str:
        """What came of it. What is asked in Redis is not to be trusted: the company's published rules decide."""
        snapshot = self._snapshot_of(test.did)
        rules, live = snapshot.assets.dialling, self._around.live
        if snapshot.company_id != test.company or may_dial(test.number, rules):
            return BARRED
        call_id = f"test-{test.id}"
        held = live.ring(test.company, call_id, (test.number,), f"/{test.did}", rules.per_minute)
        if not held:
            return OVER_LIMIT if held is None else IN_CALL
        try:
            return self._originate(test)
        finally:
            _give_back(live, test.company, call_id, test.number)

    def _originate(self, test: PhoneTest) -> str:
        leg = DialLeg(str(uuid.uuid4()), test.number, RING_S)
        sound = arguments.files([f"{self._around.prompts_dir}/{system_file(PROMPT)}"])
        try:
            self._switch.ring(dial_string([leg], self._around.trunk, test.did), sound, RING_S)
        except CommandRefused as refused:
            return dial_result(str(refused)).value
        return DialResult.ANSWERED.value


def _give_back(live: Shared, company: int, call_id: str, number: str) -> None:
    live.release(company, call_id, (number,))
    live.ended(company, call_id)
