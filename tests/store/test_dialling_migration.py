"""What was there before the ninth migration is there after it, and after taking it back."""

from __future__ import annotations

from app.routing.dialling_rules import DiallingRules
from app.store import companies, db, dialling, emergencies, groups, migrate, numbers, phones
from app.store.db import database
from tests.support.shop import open_shop

NINTH = "0009_dialling"
HONG_KONG = "0085291234567"


def test_companies_and_phones_stay_with_all_that_belongs_to_them(database_url: str) -> None:
    db.connect(database_url)
    with database.connection_context():
        shop = open_shop("甲公司")
        companies.limit_calls(shop.company, 20)
        companies.open_dialling(shop.company, DiallingRules(abroad=("852",)))
        emergencies.begin(shop.company, HONG_KONG, shop.owner)
        phones.create(shop.company, "far", HONG_KONG, "香港办")
        before = numbers.find(shop.company, shop.did).revision
    assert migrate.downgrade(database_url, NINTH)
    assert NINTH in migrate.upgrade(database_url)
    with database.connection_context():
        found = companies.find(shop.company.id)
        assert (found.name, found.max_calls, found.webhook_secret) == (
            "甲公司",
            20,
            shop.company.webhook_secret,
        )
        rules = dialling.rules_of(found)
        assert (rules.abroad, rules.per_minute) == ((), 600)
        assert numbers.find(found, shop.did).revision == before + 1
        assert phones.find(found, "far").number == HONG_KONG
        emergency = emergencies.current(found)
        assert emergency is not None
        assert emergency.target == HONG_KONG
        care = groups.find(found, "care")
        assert [member.id for member in groups.members(found, care)] == ["care1", "care2"]
        assert phones.create(found, "new", "13900000009", "新").id > phones.find(found, "far").id
