"""What became of ringing phones while no controller was there, from what FreeSWITCH left on the caller's channel.

The variables are those of a FreeSWITCH 1.11.1 whose controller was killed.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.calls.ringing import Ringing
from app.flow.outcomes import Dialled, DialResult, Leg

A, B = "aaaaaaaa-1111-2222-3333-444444444444", "bbbbbbbb-1111-2222-3333-444444444444"
BEGAN_US = 1_795_423_075_389_287
RINGING = Ringing(((A, "desk"), (B, "sales")), 25)
TALKED = {
    "variable_originated_legs": [f"{A};Outbound Call;13900139001", f"{B};Outbound Call;13900139002"],
    "variable_originate_causes": [f"{A};NONE", f"{B};USER_BUSY"],
    "variable_originate_disposition": ["SUCCESS"],
    "variable_last_bridge_to": [A],
}
RANG_OUT = TALKED | {
    "variable_originate_causes": [f"{A};ALLOTTED_TIMEOUT", f"{B};USER_BUSY"],
    "variable_originate_disposition": ["ALLOTTED_TIMEOUT"],
}


class Variables(dict[str, list[str]]):
    """What is on the channel."""

    def header(self, name: str) -> str:
        return self.get(name, [""])[0]

    def texts(self, name: str) -> Sequence[str]:
        return self.get(name, [])


def left_behind(variables: dict[str, list[str]], ended_ms: int, bridged_ms: int = 0) -> Dialled | None:
    bridged_us = BEGAN_US + bridged_ms * 1000 if bridged_ms else 0
    ended_us = BEGAN_US + ended_ms * 1000
    return RINGING.left_behind(Variables(variables), bridged_us, BEGAN_US, ended_us, "callee")


def test_a_talk_that_went_on_without_us() -> None:
    dialled = left_behind(TALKED, 1552, bridged_ms=47)
    assert dialled == Dialled(
        result=DialResult.ANSWERED,
        phone="desk",
        talk_ms=1505,
        ended_by="callee",
        at_ms=1552,
        legs=(
            Leg(
                phone="desk",
                result=DialResult.ANSWERED,
                cause="SUCCESS",
                at_ms=25,
                ring_ms=22,
                talk_ms=1505,
            ),
            Leg(phone="sales", result=DialResult.BUSY, cause="USER_BUSY", at_ms=25, ring_ms=22),
        ),
    )


def test_phones_that_rang_out_without_us() -> None:
    dialled = left_behind(RANG_OUT, 6060)
    assert dialled
    assert (dialled.result, dialled.at_ms) == (DialResult.NO_ANSWER, 6060)
    assert [(leg.phone, leg.cause) for leg in dialled.legs] == [
        ("desk", "ALLOTTED_TIMEOUT"),
        ("sales", "USER_BUSY"),
    ]


def test_a_talk_before_does_not_count_for_phones_that_rang_out() -> None:
    dialled = left_behind(RANG_OUT, 6060, bridged_ms=10)
    assert dialled
    assert (dialled.result, dialled.talk_ms) == (DialResult.NO_ANSWER, 0)


@pytest.mark.parametrize("variables", [{}, TALKED | {"variable_originated_legs": ["cccc;Outbound Call;1"]}])
def test_phones_that_were_not_even_rung(variables: dict[str, list[str]]) -> None:
    assert left_behind(variables, 6060, bridged_ms=10) is None
