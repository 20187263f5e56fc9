"""A call whose controller died has a record at once, and its store takes it."""

from __future__ import annotations

import pytest

from app.calls.lost import never_ended
from app.store import calls, companies, numbers

BEGUN = {"did": "4008001234", "ani": "13800138000", "began_at": "2026-11-23T16:38:06.681+08:00"}


@pytest.mark.usefixtures("database")
def test_of_a_call_that_never_ended_only_its_begin_is_known() -> None:
    company = companies.create("甲公司")
    numbers.create(company, "4008001234")
    record = never_ended("call-1", BEGUN, "host-0")
    assert calls.record(record)
    call = calls.detail(company, "call-1").call
    assert (call.standing, call.ended, call.result, call.controller) == (
        "provisional",
        "switch_lost",
        "missed",
        "host-0",
    )
    assert (call.ani, call.province, call.duration_ms) == ("13800138000", "北京", 0)
    assert call.began_at.isoformat() == "2026-11-23T08:38:06.681000+00:00"
