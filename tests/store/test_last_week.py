"""The calls that a draft is tried on: a company's own, of its numbers, of these days, oldest first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.store import last_week
from app.store.calls import record
from tests.support.cdrs import cdr, leg
from tests.support.shop import Shop, open_shop

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
SINCE = NOW - timedelta(days=7)
DID = "4008001111"


@pytest.fixture
def shop(database: str) -> Shop:
    """With three calls, one of them old, one to another number, one that is not sure, and another company's."""
    shop, other = open_shop("甲公司", DID), open_shop("乙公司", "4008002222")

    def at(days: float) -> str:
        return (NOW - timedelta(days=days)).isoformat()

    record(cdr("newer", shop.company.id, did=DID, began_at=at(1), variables={"customer_tag": "gold"}))
    record(
        cdr("older", shop.company.id, did=DID, began_at=at(2), legs=[leg(), leg(phone="care2", at_ms=9000)])
    )
    record(cdr("too-old", shop.company.id, did=DID, began_at=at(8)))
    record(cdr("elsewhere", shop.company.id, did="4008009999", began_at=at(1)))
    record(cdr("unsure", shop.company.id, did=DID, began_at=at(1), standing="provisional"))
    record(cdr("theirs", other.company.id, did=DID, began_at=at(1)))
    return shop


def test_the_records_come_in_the_order_in_which_they_began(shop: Shop) -> None:
    found = list(last_week.records(shop.company, [DID], SINCE))
    assert [cdr["call_id"] for cdr, _ in found] == ["older", "newer"]
    assert [began for _, began in found] == [NOW - timedelta(days=2), NOW - timedelta(days=1)]
    assert [leg["phone"] for leg in found[0][0]["legs"]] == ["care1", "care2"]
    assert found[1][0]["variables"] == {"customer_tag": "gold"}
    assert found[1][0]["trail"][0]["keys"] == "1"
    assert last_week.count(shop.company, [DID], SINCE) == 2


def test_legs_are_those_of_the_same_calls(shop: Shop) -> None:
    assert len(list(last_week.legs(shop.company, [DID], SINCE))) == 3


def test_the_newest_are_taken_when_there_are_too_many(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_week, "MOST", 1)
    assert [cdr["call_id"] for cdr, _ in last_week.records(shop.company, [DID], SINCE)] == ["newer"]
    assert last_week.count(shop.company, [DID], SINCE) == 1
