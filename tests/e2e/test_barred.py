"""A phone that may not be dialled any more is not dialled by a real FreeSWITCH, though the flow still names it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.calls.publish import publish_company
from app.live.connection import JOB_TIMEOUT_S, connect
from app.routing.dialling_rules import MAINLAND, DiallingRules
from app.store import companies
from app.store.models.company import USUAL_DIALS
from tests.e2e.caller import Caller
from tests.e2e.freeswitch import FreeSwitch
from tests.e2e.hotline import DESK, DID, Hotline, document
from tests.e2e.phonebank import Behaviour, PhoneBank

HONG_KONG = "0085291234567"
FLOW = {
    "spec": 1,
    "name": "香港办",
    "start": "far",
    "nodes": {"far": {"kind": "hunt", "phones": [HONG_KONG, "desk"], "ring_timeout_s": 5}},
}
OPEN = DiallingRules(abroad=("852",))


def rules(hotline: Hotline, dialling: DiallingRules, per_minute: int = USUAL_DIALS) -> None:
    """What the company may dial from the next call on; nothing is published anew."""
    with hotline.store(), connect(hotline.redis_url, JOB_TIMEOUT_S) as redis:
        (company,) = companies.every()
        companies.limit_dials(company, per_minute)
        publish_company(redis, companies.open_dialling(company, dialling))


@pytest.fixture
def far(hotline: Hotline, phones: PhoneBank) -> Iterator[Hotline]:
    """A flow that was published while its phone abroad was open to the company."""
    phones.reset(**{f"n{HONG_KONG}": Behaviour(talk_s=0.2), f"n{DESK}": Behaviour(talk_s=0.2)})
    rules(hotline, OPEN)
    hotline.publish(FLOW)
    yield hotline
    rules(hotline, MAINLAND)
    hotline.publish(document())


def legs(hotline: Hotline, ani: str) -> list[tuple[str, str]]:
    return [(leg["phone"], leg["cause"]) for leg in hotline.record(ani)["legs"]]


def call(switch: FreeSwitch, ani: str) -> None:
    with Caller(switch.carrier, ani) as caller:
        caller.dial(DID).wait("ended")


def test_a_phone_that_was_barred_after_publishing_is_not_rung(
    far: Hotline, switch: FreeSwitch, phones: PhoneBank
) -> None:
    call(switch, "13800171001")
    assert legs(far, "13800171001") == [(HONG_KONG, "SUCCESS")]
    rules(far, MAINLAND)
    call(switch, "13800171002")
    assert legs(far, "13800171002") == [(HONG_KONG, "BARRED"), ("desk", "SUCCESS")]
    assert [call.number for call in phones.calls()] == [HONG_KONG, DESK]


def test_over_the_limit_no_phone_is_rung(far: Hotline, switch: FreeSwitch, phones: PhoneBank) -> None:
    rules(far, OPEN, per_minute=1)
    for ani in ("13800171003", "13800171004", "13800171005"):
        call(switch, ani)
    causes = [cause for n in (3, 4, 5) for _, cause in legs(far, f"1380017100{n}")]
    assert "RATE_LIMITED" in causes
    rung = [cause for cause in causes if cause != "RATE_LIMITED"]
    assert len(phones.calls()) == len(rung)
    assert len(rung) <= 2, "one a minute; a minute may turn meanwhile"
