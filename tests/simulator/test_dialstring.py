"""Dial strings, as FreeSWITCH reads them."""

from __future__ import annotations

import pytest

from app.simulator.dialstring import parse


def numbers(text: str) -> list[list[str]]:
    return [[leg.number or leg.failure for leg in legs] for legs in parse(text)]


@pytest.mark.parametrize(
    ("text", "rounds"),
    [
        ("sofia/gateway/carrier/13900000001", [["13900000001"]]),
        ("sofia/trunk/13900000001@192.0.2.1:5060", [["13900000001"]]),
        ("sofia/gateway/a/1,sofia/gateway/a/2", [["1", "2"]]),
        ("sofia/gateway/a/1|sofia/gateway/a/2,sofia/gateway/a/3", [["1"], ["2", "3"]]),
        ("{a=b,c=d}[leg_timeout=5,x=y]sofia/gateway/a/1,[x=|]sofia/gateway/a/2", [["1", "2"]]),
        ("[^^;a=1;b=2,3]sofia/gateway/a/1", [["1"]]),
        ("user/1000@x", [["SUBSCRIBER_ABSENT"]]),
        ("error/user_busy", [["USER_BUSY"]]),
        ("verto.rtc/1", [["CHAN_NOT_IMPLEMENTED"]]),
        ("loopback/1001/default", [["1001"]]),
    ],
)
def test_rounds_and_legs(text: str, rounds: list[list[str]]) -> None:
    assert numbers(text) == rounds


def test_a_leg_has_the_common_variables_and_its_own() -> None:
    ((one, two),) = parse(
        "{leg_timeout=9,a=1}[leg_timeout=5,origination_uuid=u-1]sofia/gateway/a/1,sofia/gateway/a/2"
    )
    assert (one.uuid, one.leg_timeout_s, one.variables["a"]) == ("u-1", 5, "1")
    assert (two.leg_timeout_s, two.uuid == one.uuid) == (9, False)


def test_without_a_timeout_a_leg_rings_a_minute() -> None:
    ((leg,),) = parse("sofia/gateway/a/1")
    assert leg.leg_timeout_s == 60
