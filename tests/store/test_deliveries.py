"""Notices on their way: planned once, taken by one worker, tried again, given up."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.store import channels, companies, deliveries, phones, tasks
from app.store.channels import Channel
from app.store.db import Conflict, NotFound, database
from app.store.models import Company, Delivery, Task
from app.store.models.base import utc_now

pytestmark = pytest.mark.usefixtures("database")

OWNER = Channel("email", "owner@example.com")
ROBOT = Channel("feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/abc", "secret")


@pytest.fixture
def company() -> Company:
    company = companies.create("甲公司")
    channels.put(company, None, [OWNER])
    return company


def notice(company: Company, to: str = "") -> Task:
    return tasks.notice(company, "call-1", to, "有人留言")


def planned(company: Company) -> Delivery:
    (delivery,) = deliveries.plan(company, notice(company))
    return delivery


def state(delivery: Delivery) -> tuple[str, int, str]:
    found = Delivery.get_by_id(delivery.id)
    return found.state, found.attempts, found.reason


def ways(company: Company, to: str) -> list[tuple[str, str, str]]:
    return [(way.kind, way.address, way.secret) for way in channels.reaching(company, to)]


def test_who_has_no_way_of_his_own_is_told_through_the_owner(company: Company) -> None:
    desk = phones.create(company, "desk", "13900000001", "前台")
    for to in ("", "desk", "gone"):
        assert ways(company, to) == [OWNER]
    channels.put(company, desk, [ROBOT])
    assert ways(company, "desk") == [ROBOT]
    channels.put(company, desk, [])
    assert ways(company, "desk") == [OWNER]


def test_the_ways_go_with_the_phone(company: Company) -> None:
    channels.put(company, phones.create(company, "desk", "13900000001", "前台"), [ROBOT])
    phones.delete(company, "desk")
    with pytest.raises(NotFound):
        channels.find(company, ROBOT.kind, ROBOT.address)


@pytest.mark.parametrize("twice", [[OWNER, OWNER], [OWNER, Channel("email", "b@example.com")]])
def test_one_way_of_each_kind(company: Company, twice: list[Channel]) -> None:
    with pytest.raises(Conflict):
        channels.put(company, None, twice)
    assert ways(company, "") == [OWNER]


def test_a_notice_is_planned_once_however_many_workers_try(company: Company) -> None:
    def work(_: int) -> None:
        with database.connection_context():
            deliveries.plan(company, notice(company))

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(work, range(8)))
    assert Delivery.select().count() == 1


def test_one_worker_has_it_however_many_try(company: Company) -> None:
    delivery = planned(company)

    def work(_: int) -> bool:
        with database.connection_context():
            return deliveries.claim(company, delivery.id) is not None

    with ThreadPoolExecutor(4) as workers:
        assert sum(workers.map(work, range(8))) == 1
    deliveries.sent(company, delivery.id)
    assert deliveries.claim(company, delivery.id) is None
    assert deliveries.plan(company, notice(company)) == []
    assert state(delivery) == ("sent", 1, "")


def test_what_a_dead_worker_left_is_taken_up_later(company: Company) -> None:
    delivery = planned(company)
    assert deliveries.claim(company, delivery.id)
    assert deliveries.forgotten() == []
    Delivery.update(changed_at=utc_now() - deliveries.LEASE - timedelta(seconds=1)).execute()
    assert deliveries.forgotten() == [delivery]
    assert deliveries.claim(company, delivery.id)
    assert state(delivery) == ("sending", 2, "")


def test_it_is_tried_a_few_times_and_then_given_up(company: Company) -> None:
    delivery = planned(company)
    tries = []
    while deliveries.claim(company, delivery.id):
        tries.append(deliveries.missed(company, delivery.id, "busy", "429", again=True))
    assert tries == [True] * len(deliveries.PAUSES_S) + [False]
    assert state(delivery) == ("failed", len(tries), "busy")


def test_a_refusal_is_not_tried_again_until_somebody_wants_it(company: Company) -> None:
    delivery = planned(company)
    deliveries.claim(company, delivery.id)
    assert not deliveries.missed(company, delivery.id, "refused", "no such user", again=False)
    assert deliveries.try_again(company, delivery.id).state == "waiting"
    with pytest.raises(Conflict):
        deliveries.try_again(company, delivery.id)
    assert deliveries.claim(company, delivery.id)


@pytest.mark.parametrize(
    ("attempts", "late", "found"),
    [
        (0, deliveries.UNTOUCHED, True),
        (0, timedelta(0), False),
        (1, deliveries.UNTOUCHED, False),
        (1, deliveries.OVERDUE, True),
    ],
)
def test_what_redis_lost_is_found(company: Company, attempts: int, late: timedelta, found: bool) -> None:
    delivery = planned(company)
    since = utc_now() - late - timedelta(seconds=1) if late else utc_now()
    Delivery.update(attempts=attempts, changed_at=since).execute()
    assert deliveries.forgotten() == ([delivery] if found else [])
