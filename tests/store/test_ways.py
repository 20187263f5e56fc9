"""Groups in groups, queues, agents, closures, the emergency switch: what they keep and what they refuse."""

from __future__ import annotations

from datetime import date

import pytest

from app.errors import StoreError
from app.flow.snapshot import Group, Queue
from app.store import (
    agents,
    assets,
    closures,
    db,
    emergencies,
    flows,
    groups,
    hours,
    migrate,
    numbers,
    phones,
    queues,
    users,
)
from app.store.db import Conflict, NotFound
from app.store.groups import GroupLoop
from app.store.members import Member
from app.store.models import Company, GroupMember, HuntGroup
from app.store.queues import Rules
from tests.support.shop import PASSWORD, Shop, open_shop

DAY = date(2026, 12, 31)


@pytest.fixture
def shop(database: str) -> Shop:
    return open_shop("甲公司")


@pytest.fixture
def company(shop: Shop) -> Company:
    return shop.company


def test_a_group_holds_phones_and_groups_with_weights_and_ring_times(company: Company) -> None:
    given = [Member("care1", 3, 10), Member("group:care", ring_s=30)]
    groups.create(company, "all", "所有人", given, "office")
    assert assets.of(company).groups["all"] == Group(
        "all",
        "所有人",
        ("care1", "group:care"),
        weights={"care1": 3},
        rings_s={"care1": 10, "group:care": 30},
        hours="office",
    )


@pytest.mark.parametrize("inside", ["group:care", "group:all"])
def test_a_group_never_contains_itself(company: Company, inside: str) -> None:
    groups.create(company, "all", "所有人", ["group:care"])
    with pytest.raises(Conflict):
        groups.change(company, "care", name="新名", members=["care1", inside])
    assert groups.find(company, "care").name == "售后组"


def test_a_loop_is_told_from_other_conflicts(company: Company) -> None:
    groups.create(company, "all", "所有人", ["group:care"])
    groups.create(company, "outer", "最外", ["group:all"])
    with pytest.raises(GroupLoop):
        groups.change(company, "care", name="售后组", members=["group:outer"])


@pytest.mark.parametrize("wrong", [Member("care1", 0), Member("care1", 101), Member("care1", ring_s=121)])
def test_weights_and_ring_times_have_limits(company: Company, wrong: Member) -> None:
    with pytest.raises(Conflict):
        groups.create(company, "new", "新", [wrong])


def test_what_a_group_needs_is_not_deleted(company: Company) -> None:
    groups.create(company, "all", "所有人", ["group:care"], "office")
    flows.save_draft(company, "main", {"spec": 1}, 0)
    with pytest.raises(Conflict):
        groups.delete(company, "care")
    with pytest.raises(Conflict):
        hours.delete(company, "office")
    care = groups.find(company, "care")
    assert [group.slug for group in groups.groups_with(company, care)] == ["all"]


def test_flows_see_queues(company: Company) -> None:
    rules = Rules("weighted", 15, 30, 8, "welcome", max_misses=0, rest_s=60)
    queues.create(company, "care", "售后排队", rules, [Member("care2", 3), "care1"])
    assert assets.of(company).queues["care"] == Queue(
        "care", "售后排队", ("care2", "care1"), "weighted", 15, 30, 8, "welcome", {"care2": 3}, 0, 60
    )
    queues.change(company, "care", name="排队", rules=Rules(), members=["care1"])
    assert assets.of(company).queues["care"] == Queue("care", "排队", ("care1",))


@pytest.mark.parametrize(
    "rules",
    [
        Rules(ring_timeout_s=4),
        Rules(wrap_up_s=-1),
        Rules(music="nothing"),
        Rules(max_misses=-1),
        Rules(max_misses=100),
        Rules(rest_s=-1),
        Rules(rest_s=601),
    ],
    ids=str,
)
def test_queues_that_make_no_sense_are_refused(company: Company, rules: Rules) -> None:
    with pytest.raises(StoreError):
        queues.create(company, "care", "售后排队", rules)


@pytest.mark.parametrize(
    "member", ["nobody", "group:care", Member("care1", 0), Member("care1", 101)], ids=str
)
def test_only_phones_with_a_share_answer_queues(company: Company, member: Member | str) -> None:
    with pytest.raises(StoreError):
        queues.create(company, "care", "售后排队", Rules(), [member])
    assert queues.every(company) == []


def test_a_phone_that_answers_a_queue_is_not_deleted(company: Company) -> None:
    phones.create(company, "spare", "13800138000", "备用")
    queues.create(company, "care", "售后排队", Rules(), ["spare"])
    spare = phones.find(company, "spare")
    assert [queue.slug for queue in queues.queues_with(company, spare)] == ["care"]
    with pytest.raises(Conflict):
        phones.delete(company, "spare")


def test_one_person_sits_at_a_phone(shop: Shop) -> None:
    bob = users.create(shop.company, "bob@shop.example", "店员", PASSWORD)
    care1 = phones.find(shop.company, "care1")
    agents.seat(shop.company, "care1", shop.owner)
    agents.seat(shop.company, "care1", bob)
    assert agents.every(shop.company) == {care1.id: bob}
    assert agents.sits_at(shop.company, "care1", bob)
    assert not agents.sits_at(shop.company, "care1", shop.owner)
    agents.seat(shop.company, "care1", None)
    assert agents.every(shop.company) == {}


def test_nobody_of_another_company_sits_at_a_phone(shop: Shop) -> None:
    other = open_shop("乙公司", "4008002222")
    with pytest.raises(NotFound):
        agents.seat(shop.company, "care1", other.owner)


def test_closures_are_days_that_flows_see(company: Company) -> None:
    assert closures.add(company, [DAY, date(2027, 1, 1), DAY], "盘点") == 2
    assert closures.add(company, [DAY]) == 0
    assert assets.of(company).closures == {DAY, date(2027, 1, 1)}
    assert closures.remove(company, [DAY]) == 1
    assert [(each.day, each.note) for each in closures.every(company)] == [(date(2027, 1, 1), "盘点")]


def test_there_are_so_many_closures_and_no_more(monkeypatch: pytest.MonkeyPatch, company: Company) -> None:
    monkeypatch.setattr(closures, "LIMIT", 1)
    with pytest.raises(StoreError):
        closures.add(company, [DAY, date(2027, 1, 1)])
    assert closures.every(company) == []


def test_the_switch_remembers_who_and_when(shop: Shop) -> None:
    before = numbers.find(shop.company, shop.did).revision
    emergencies.begin(shop.company, "13900000003", shop.owner)
    emergencies.begin(shop.company, "13900000004")
    assert emergencies.end(shop.company, shop.owner)
    assert not emergencies.end(shop.company)
    assert emergencies.current(shop.company) is None
    second, first = emergencies.latest(shop.company)
    assert (first.target, first.began_by, first.ended_by) == ("13900000003", shop.owner, None)
    assert (second.target, second.began_by, second.ended_by) == ("13900000004", None, shop.owner)
    assert first.ended_at
    assert first.began_at <= first.ended_at <= second.began_at
    assert numbers.find(shop.company, shop.did).revision == before + 3


def test_groups_survive_the_migration_down_and_up(database_url: str) -> None:
    db.connect(database_url)
    with db.database.connection_context():
        company = open_shop("甲公司").company
        groups.create(company, "all", "所有人", ["group:care", Member("care2", 5)])
    migrate.downgrade(database_url, "0004_ways")
    migrate.upgrade(database_url)
    with db.database.connection_context():
        assert [group.slug for group in groups.every(company)] == ["all", "care"]
        found = assets.of(company).groups
        assert (found["care"].phones, found["all"].phones) == (("care1", "care2"), ("care2",))
        assert GroupMember.select().where(GroupMember.weight != 1).count() == 0
        assert HuntGroup.create(company=company, slug="new", name="新").id > 0
    db.disconnect()


def test_queues_are_kept_when_misses_and_weights_come_and_go(database_url: str) -> None:
    db.connect(database_url)
    with db.database.connection_context():
        company = open_shop("甲公司").company
        queues.create(
            company, "care", "售后排队", Rules("simultaneous", rest_s=60), [Member("care2", 5), "care1"]
        )
        queues.create(company, "shares", "按权重", Rules("weighted", 15, 30, 8, "welcome"), ["care1"])
    migrate.downgrade(database_url, "0006_offers")
    migrate.upgrade(database_url)
    with db.database.connection_context():
        found = assets.of(company).queues
        assert found == {
            "care": Queue("care", "售后排队", ("care2", "care1"), "sequential"),
            "shares": Queue("shares", "按权重", ("care1",), "random", 15, 30, 8, "welcome"),
        }
    db.disconnect()
