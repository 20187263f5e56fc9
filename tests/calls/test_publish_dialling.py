"""What a company may dial is looked at when it publishes, and comes in force with its numbers' snapshots."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from app.calls.publish import publish_assets, publish_company, publish_flow
from app.errors import DocumentError
from app.flow import compile as compiler
from app.flow.snapshot import Snapshot
from app.live.snapshots import SnapshotCache
from app.routing.dialling_rules import MAINLAND, DiallingRules, may_dial
from app.store import companies, dialling, flows, phones
from app.store.db import Conflict
from app.store.models.company import USUAL_DIALS
from tests.support.shop import Shop, open_shop

OURS, NEIGHBOURS, OTHERS, HONG_KONG = "4008001234", "4008005678", "4009990000", "0085291234567"


@pytest.fixture
def shop(database: str) -> Shop:
    return open_shop("甲公司")


def in_force(redis: Redis) -> Snapshot:
    return SnapshotCache(redis, Path("/nonexistent")).get(OURS)


def rings(*numbers: str) -> dict[str, Any]:
    return {
        "spec": 1,
        "name": "总线",
        "start": "a",
        "nodes": {"a": {"kind": "hunt", "phones": list(numbers)}},
    }


def publish(redis: Redis, shop: Shop, document: dict[str, Any]) -> None:
    flow = flows.find(shop.company, "main")
    flows.save_draft(shop.company, "main", document, flow.draft_revision)
    publish_flow(redis, shop.company, "main")


def test_a_company_begins_with_the_mainland_and_a_limit_that_no_shop_meets(shop: Shop, redis: Redis) -> None:
    rules = dialling.rules_of(shop.company)
    assert rules == DiallingRules(per_minute=USUAL_DIALS, own=frozenset({OURS}))
    publish_flow(redis, shop.company, "main")
    assert in_force(redis).assets.dialling == DiallingRules(per_minute=USUAL_DIALS)


def test_what_is_not_open_is_not_published(shop: Shop, redis: Redis) -> None:
    with pytest.raises(DocumentError) as bad:
        publish(redis, shop, rings(HONG_KONG))
    assert bad.value.problems[0].place == "nodes.a.phones"
    companies.open_dialling(shop.company, DiallingRules(abroad=("852",)))
    changed = companies.find(shop.company.id)
    publish(redis, replace(shop, company=changed), rings(HONG_KONG))
    assert may_dial(HONG_KONG, in_force(redis).assets.dialling) is None


def test_what_is_closed_again_is_in_force_without_publishing(shop: Shop, redis: Redis) -> None:
    opened = companies.open_dialling(shop.company, DiallingRules(abroad=("852",)))
    publish(redis, replace(shop, company=opened), rings(HONG_KONG))
    publish_company(redis, companies.open_dialling(opened, MAINLAND))
    assert in_force(redis).assets.phones[HONG_KONG].number == HONG_KONG
    assert may_dial(HONG_KONG, in_force(redis).assets.dialling) is not None


def test_a_phone_that_was_changed_to_such_a_number_does_not_come_in_force(shop: Shop, redis: Redis) -> None:
    publish_flow(redis, shop.company, "main")
    phones.change(shop.company, "care1", number=HONG_KONG, name="售后一号", extension="803")
    with pytest.raises(DocumentError):
        publish_assets(redis, shop.company)
    assert in_force(redis).assets.phones["care1"].number == "13900000003"


@pytest.mark.parametrize("number", [OURS, NEIGHBOURS])
def test_no_400_number_of_this_installation_is_dialled_also_not_a_neighbours(
    shop: Shop, redis: Redis, number: str
) -> None:
    open_shop("乙公司", NEIGHBOURS)
    opened = companies.open_dialling(shop.company, DiallingRules(freephone=True))
    there = replace(shop, company=opened)
    publish(redis, there, rings(OTHERS))
    calls = in_force(redis).assets.dialling
    assert (may_dial(OTHERS, calls), may_dial("4009990001", calls) is None) == (None, False)
    with pytest.raises(DocumentError, match="绕回来"):
        publish(redis, there, rings(number))


def test_the_numbers_of_others_travel_in_no_snapshot(shop: Shop, redis: Redis) -> None:
    open_shop("乙公司", NEIGHBOURS)
    opened = companies.open_dialling(shop.company, DiallingRules(freephone=True))
    publish(redis, replace(shop, company=opened), rings(OTHERS))
    assert in_force(redis).assets.dialling.own == frozenset()
    assert NEIGHBOURS not in compiler.dump(in_force(redis))


def test_a_limit_comes_in_force(shop: Shop, redis: Redis) -> None:
    publish_flow(redis, shop.company, "main")
    publish_company(redis, companies.limit_dials(shop.company, 5))
    assert in_force(redis).assets.dialling.per_minute == 5
    publish_company(redis, companies.limit_dials(shop.company, 0))
    assert in_force(redis).assets.dialling.per_minute == 0


@pytest.mark.parametrize("wrong", [-1, 100_001])
def test_no_limit_at_all(shop: Shop, wrong: int) -> None:
    with pytest.raises(Conflict):
        companies.limit_dials(shop.company, wrong)
    assert companies.find(shop.company.id).max_dials == USUAL_DIALS


def test_one_companys_rules_are_its_own(shop: Shop) -> None:
    other = open_shop("乙公司", NEIGHBOURS)
    companies.open_dialling(other.company, DiallingRules(abroad=("852",)))
    assert dialling.rules_of(companies.find(shop.company.id)).abroad == ()
