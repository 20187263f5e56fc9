"""Test calls to phones on a real FreeSWITCH: they ring, whoever answers hears the sentence, and it is told what came of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from redis import Redis

from app.live import phone_tests
from app.live.connection import JOB_TIMEOUT_S, connect
from app.store.models import Call
from tests.e2e.hotline import Hotline, document
from tests.e2e.phonebank import Behaviour, PhoneBank
from tests.support.waiting import until

DID = "4008038700"
COMPANY = 1


@pytest.fixture(scope="module")
def published(installation: Hotline) -> str:
    """A 400 number of its own, which phones show."""
    installation.open(DID, document())
    return DID


@pytest.fixture
def redis(hotline: Hotline) -> Iterator[Redis]:
    with connect(hotline.redis_url, JOB_TIMEOUT_S) as client:
        yield client


def outcome(redis: Redis, number: str, did: str) -> str:
    asked = phone_tests.ask(redis, COMPANY, number, did)

    def is_over() -> bool:
        found = phone_tests.find(redis, COMPANY, asked.id)
        return found is not None and found.is_over

    until(is_over, f"{number} is rung", 40)
    found = phone_tests.find(redis, COMPANY, asked.id)
    assert found
    return found.state


@pytest.mark.parametrize(
    ("number", "behaves", "expected"),
    [
        ("13800138701", Behaviour(after_s=0.2), "answered"),
        ("13800138702", Behaviour(status=486), "busy"),
        ("13800138703", Behaviour(status=603), "rejected"),
        ("13800138704", Behaviour(status=480), "unreachable"),
    ],
)
def test_it_tells_what_the_phone_did(
    published: str, redis: Redis, phones: PhoneBank, number: str, behaves: Behaviour, expected: str
) -> None:
    phones.reset(**{f"n{number}": behaves})
    assert outcome(redis, number, published) == expected
    (call,) = phones.calls(number)
    assert call.shown == published


def test_a_number_that_does_not_exist_is_unreachable(published: str, redis: Redis, phones: PhoneBank) -> None:
    phones.reset()
    assert outcome(redis, "13800138705", published) == "unreachable"


def test_who_answered_hears_it_to_its_end_and_the_company_has_no_call(
    published: str, hotline: Hotline, redis: Redis, phones: PhoneBank
) -> None:
    number = "13800138706"
    phones.reset(n13800138706=Behaviour(after_s=0.2))
    assert outcome(redis, number, published) == "answered"
    call = phones.call(number, "ended")
    assert call.happened("answered")
    with hotline.store():
        assert Call.select().where(Call.ani == number).count() == 0


def test_what_the_company_may_not_dial_is_never_rung(published: str, redis: Redis, phones: PhoneBank) -> None:
    phones.reset()
    assert outcome(redis, "110", published) == "barred"
    assert phones.calls("110") == []
