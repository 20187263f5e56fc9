"""What FreeSWITCH's causes mean to routing."""

from __future__ import annotations

import pytest

from app.calls.causes import _BY_RESULT, CAUSES, dial_result
from app.flow.outcomes import DialResult

MEASURED = [
    ("SUCCESS", DialResult.ANSWERED),
    ("USER_BUSY", DialResult.BUSY),
    ("ALLOTTED_TIMEOUT", DialResult.NO_ANSWER),
    ("NO_ANSWER", DialResult.NO_ANSWER),
    ("PROGRESS_TIMEOUT", DialResult.NO_ANSWER),
    ("UNALLOCATED_NUMBER", DialResult.UNREACHABLE),
    ("NO_USER_RESPONSE", DialResult.UNREACHABLE),
    ("RECOVERY_ON_TIMER_EXPIRE", DialResult.UNREACHABLE),
    ("NORMAL_TEMPORARY_FAILURE", DialResult.UNREACHABLE),
    ("SUBSCRIBER_ABSENT", DialResult.UNREACHABLE),
    ("INVALID_GATEWAY", DialResult.UNREACHABLE),
    ("CALL_REJECTED", DialResult.REJECTED),
    ("LOSE_RACE", DialResult.CANCELLED),
    ("ORIGINATOR_CANCEL", DialResult.CANCELLED),
]


@pytest.mark.parametrize(("cause", "result"), MEASURED)
def test_causes_seen_on_a_real_switch(cause: str, result: DialResult) -> None:
    assert dial_result(cause) is result


@pytest.mark.parametrize("cause", ["", "NEW_IN_FREESWITCH_2", "user_busy", "SUCCESS "])
def test_an_unknown_cause_means_unreachable(cause: str) -> None:
    assert dial_result(cause) is DialResult.UNREACHABLE


def test_only_success_is_an_answer() -> None:
    """A leg that was cleared before anybody answered says NORMAL_CLEARING."""
    assert [cause for cause, result in CAUSES.items() if result is DialResult.ANSWERED] == ["SUCCESS"]


def test_the_table_has_every_result_and_no_cause_twice() -> None:
    assert set(CAUSES.values()) == set(DialResult)
    assert sum(len(names.split()) for names in _BY_RESULT.values()) == len(CAUSES)
