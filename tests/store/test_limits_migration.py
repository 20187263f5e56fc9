"""What was there before the fifth migration is there after it, and after taking it back."""

from __future__ import annotations

from app.store import calls, companies, db, migrate, numbers
from app.store.db import database
from tests.support.cdrs import cdr
from tests.support.shop import open_shop

FIFTH = "0005_limits_and_channels"


def test_companies_and_calls_stay_with_all_that_belongs_to_them(database_url: str) -> None:
    db.connect(database_url)
    with database.connection_context():
        shop = open_shop("甲公司")
        companies.limit_calls(shop.company, 20)
        calls.record(cdr("answered", shop.company.id))
        calls.record(cdr("away", shop.company.id, result="missed", ended="over_limit", legs=[]))
        before = numbers.find(shop.company, shop.did).revision
    assert migrate.downgrade(database_url, FIFTH)
    assert FIFTH in migrate.upgrade(database_url)
    with database.connection_context():
        found = companies.find(shop.company.id)
        assert (found.name, found.max_calls, len(found.webhook_secret)) == ("甲公司", 0, 64)
        assert found.webhook_secret != shop.company.webhook_secret
        assert numbers.find(found, shop.did).revision > before
        assert [leg.phone for leg in calls.detail(found, "answered").legs] == ["care1"]
        assert calls.detail(found, "away").call.ended == "flow"
        assert calls.record(cdr("next", found.id, ended="over_limit"))
