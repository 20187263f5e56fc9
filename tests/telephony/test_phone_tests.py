"""Test calls to phones: what they tell, and whom they may ring."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import gevent
import pytest
from redis import Redis

from app.live import phone_tests
from app.live.connection import connect
from app.live.phone_tests import ASKED, LOST, RINGING, PhoneTest
from app.routing.dialling_rules import DiallingRules
from app.setting_kinds import Address
from app.simulator.inbound import EventSocket
from app.simulator.phones import PhoneBehaviour
from app.telephony.control import Switch
from app.telephony.phone_tests import PhoneTests
from tests.support.redis_server import RedisServer
from tests.telephony.bench import DEADLINE_S, Bench

DID, PHONE = "4008001234", "13800138755"


@pytest.fixture
def redis(redis_server: RedisServer) -> Redis:
    client = connect(redis_server.url, 5.0)
    client.flushall()
    return client


@pytest.fixture
def tests(bench: Bench, redis: Redis) -> Iterator[PhoneTests]:
    """What rings phones, through the simulated switch's event socket."""
    assert bench.switch
    assert bench.around
    server = EventSocket(("127.0.0.1", 0), bench.switch, "secret")
    server.start()
    switch = Switch(Address("127.0.0.1", server.server_port or 0), "secret")
    yield PhoneTests(redis, switch, bench.around, bench.get)
    switch.close()
    server.stop()


def outcome(tests: PhoneTests, redis: Redis, number: str = PHONE, did: str = DID, company: int = 1) -> str:
    asked = phone_tests.ask(redis, company, number, did)
    assert tests.step()
    return over(redis, asked).state


def over(redis: Redis, asked: PhoneTest) -> PhoneTest:
    with gevent.Timeout(DEADLINE_S):
        while True:
            found = phone_tests.find(redis, asked.company, asked.id)
            assert found
            if found.is_over:
                return found
            gevent.sleep(0.005)


@pytest.mark.parametrize(
    ("behaves", "expected"),
    [
        ("answers after 3", "answered"),
        ("busy", "busy"),
        ("no answer", "no_answer"),
        ("rejects", "rejected"),
        ("off", "unreachable"),
        ("unallocated", "unreachable"),
    ],
)
def test_it_tells_what_the_phone_did(
    bench: Bench, tests: PhoneTests, redis: Redis, behaves: str, expected: str
) -> None:
    bench.phones.set(PHONE, PhoneBehaviour.read(behaves))
    assert outcome(tests, redis) == expected


def test_who_answers_hears_a_sentence_and_it_is_no_call_of_the_company(
    bench: Bench, tests: PhoneTests, redis: Redis
) -> None:
    assert bench.switch
    heard: list[Callable[[], object]] = []
    ring = bench.switch.ring

    def listening(*arguments: object) -> object:
        story, cause = ring(*arguments)  # type: ignore[arg-type]
        heard.append(lambda: story.wait(DEADLINE_S) if story else None)
        return story, cause

    bench.switch.ring = listening  # type: ignore[method-assign,assignment]
    assert outcome(tests, redis) == "answered"
    story = heard[0]()
    played = [line for line in story if "phone_test" in str(line)]  # type: ignore[attr-defined]
    assert played
    assert bench.records == []


@pytest.mark.parametrize(("number", "company"), [("110", 1), ("4008009999", 1), ("95588", 1), (PHONE, 2)])
def test_nobody_is_rung_whom_the_company_may_not_dial(
    tests: PhoneTests, redis: Redis, number: str, company: int
) -> None:
    assert outcome(tests, redis, number, company=company) == "barred"


def test_a_400_number_that_nobody_published_rings_nobody(tests: PhoneTests, redis: Redis) -> None:
    assert outcome(tests, redis, did="4008005555") == "failed"


def test_a_phone_that_is_in_a_call_is_left_alone(bench: Bench, tests: PhoneTests, redis: Redis) -> None:
    assert bench.live.acquire(1, "a call", [PHONE])
    assert outcome(tests, redis) == "in_call"
    bench.live.ended(1, "a call")
    assert outcome(tests, redis) == "answered"


def test_the_company_s_limit_a_minute_holds_here_too(bench: Bench, tests: PhoneTests, redis: Redis) -> None:
    rules = replace(bench.snapshot.assets, dialling=DiallingRules(per_minute=1))
    bench.snapshot = replace(bench.snapshot, assets=rules)
    assert [outcome(tests, redis), outcome(tests, redis)] == ["answered", "over_limit"]


def test_what_nobody_takes_or_ends_in_time_is_lost(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = phone_tests.ask(redis, 1, PHONE, DID)
    assert phone_tests.find(redis, 2, asked.id) is None
    waiting = phone_tests.find(redis, 1, asked.id)
    assert waiting
    assert waiting.state == ASKED
    late = asked.at + phone_tests.TAKEN_WITHIN_S + 1
    assert phone_tests.take(redis, lambda: late) is None
    again = phone_tests.ask(redis, 1, PHONE, DID)
    taken = phone_tests.take(redis, lambda: again.at + 1)
    assert taken
    assert taken.state == RINGING
    phone_tests.tell(redis, taken)
    monkeypatch.setattr("app.live.phone_tests.time.time", lambda: taken.at + phone_tests.ENDS_WITHIN_S + 1)
    lost = phone_tests.find(redis, 1, again.id)
    assert lost
    assert lost.state == LOST
