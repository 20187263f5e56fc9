"""A company's limit of calls at once on a real FreeSWITCH: who comes when all lines are in use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.calls.publish import publish_company
from app.live.connection import JOB_TIMEOUT_S, connect
from app.store import companies
from tests.e2e.caller import Caller
from tests.e2e.freeswitch import FreeSwitch
from tests.e2e.hotline import DESK, DID, Hotline, document
from tests.e2e.phonebank import Behaviour, PhoneBank
from tests.support.waiting import until

FIRST, SECOND, THIRD = "13800167001", "13800167002", "13800167003"


def limit(hotline: Hotline, max_calls: int) -> None:
    with hotline.store(), connect(hotline.redis_url, JOB_TIMEOUT_S) as redis:
        (company,) = companies.every()
        publish_company(redis, companies.limit_calls(company, max_calls))


@pytest.fixture
def one_line(hotline: Hotline) -> Iterator[Hotline]:
    """A company that may have one call at once."""
    hotline.publish(document())
    limit(hotline, 1)
    yield hotline
    limit(hotline, 0)


def test_a_second_caller_hears_that_the_lines_are_busy_and_pays_nothing(
    one_line: Hotline, switch: FreeSwitch, phones: PhoneBank
) -> None:
    phones.reset(**{f"n{DESK}": Behaviour(talk_s=0.2)})
    with Caller(switch.carrier, FIRST) as first, Caller(switch.carrier, SECOND) as second:
        first.dial(DID).wait("answered")
        second.dial(DID).wait("ended")
        assert (second.ended, second.answered) == ("486", False)
        until(lambda: second.audio.hears("tone"), "the announcement")
        until(lambda: first.audio.hears("tone"), "the menu's prompt")
        first.press("1")
        first.wait("ended")
    record = one_line.record(SECOND)
    assert (record["result"], record["ended"], record["hangup_cause"]) == (
        "missed",
        "over_limit",
        "USER_BUSY",
    )
    assert (record["answered_ms"], record["company_id"]) == (None, one_line.record(FIRST)["company_id"])
    with Caller(switch.carrier, THIRD) as third:
        third.dial(DID).wait("answered")
        third.hang_up()
    assert one_line.record(THIRD)["ended"] == "caller"
