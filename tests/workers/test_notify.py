"""A message of a flow reaches the console and people, once however often it is delivered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from redis import Redis
from rq import Queue
from rq.job import JobStatus

from app.store import channels, companies, deliveries, tasks
from app.store.channels import Channel
from app.store.models import Company, Delivery
from tests.support.jobs import work
from tests.support.web_service import WebService, web_service

MESSAGE: dict[str, Any] = {
    "call_id": "call-1",
    "did": "4008001234",
    "ani": "13800138000",
    "to": "care1",
    "text": "138 0013 8000 留言 12 秒",
    "attachment": "voicemail/1/a.wav",
}
BUSY, FINE = (503, b""), (200, b"")


@pytest.fixture
def company(sqlite_database: str) -> Company:
    company = companies.create("甲公司")
    channels.put(company, None, [Channel("sms", "13900000003")])
    return company


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[WebService]:
    """The operator's gateway for text messages, which takes everything unless told otherwise."""
    with web_service(FINE) as service:
        monkeypatch.setenv("HOTLINE_SMS_URL", service.url)
        yield service


def tell(redis: Redis, company: Company, times: int = 1) -> None:
    """Deliver the message of the flow, and all that follows from it."""
    queue = Queue("default", connection=redis, serializer="json")
    for _ in range(times):
        queue.enqueue_call("workers.notify.send", kwargs=MESSAGE | {"company_id": company.id})
    work(redis, "default")
    work(redis, "notices")


def states() -> list[tuple[str, int, str]]:
    return [(delivery.state, delivery.attempts, delivery.reason) for delivery in Delivery.select()]


def test_a_message_that_is_delivered_twice_is_there_once_and_sent_once(
    company: Company, redis: Redis, gateway: WebService
) -> None:
    tell(redis, company, times=2)
    (task,) = tasks.search(company).items
    assert (task.kind, task.phone, task.text, task.ani) == ("notice", "care1", MESSAGE["text"], "13800138000")
    ((_path, _headers, body),) = gateway.asked
    assert json.loads(body)["text"] == "甲公司 来电通知 138 0013 8000 留言 12 秒"
    assert states() == [("sent", 1, "")]


def test_who_has_no_way_at_all_finds_it_in_the_console(
    company: Company, redis: Redis, gateway: WebService
) -> None:
    channels.put(company, None, [])
    tell(redis, company)
    assert (len(tasks.search(company).items), gateway.asked, states()) == (1, [], [])


def test_a_service_that_is_away_is_tried_again_later(
    company: Company, redis: Redis, gateway: WebService
) -> None:
    gateway.answers = [BUSY, FINE]
    tell(redis, company)
    assert states() == [("waiting", 1, "busy")]
    queue = Queue("notices", connection=redis, serializer="json")
    (job_id,) = queue.scheduled_job_registry.get_job_ids()
    assert queue.scheduled_job_registry.get_scheduled_time(job_id)
    queue.scheduled_job_registry.remove(job_id)
    job = queue.fetch_job(job_id)
    assert job
    queue.enqueue_job(job)  # as the scheduler does when it is time
    work(redis, "notices")
    assert states() == [("sent", 2, "")]


def test_a_refusal_is_told_and_not_repeated(company: Company, redis: Redis, gateway: WebService) -> None:
    gateway.answers = [(403, b"")]
    tell(redis, company)
    assert states() == [("failed", 1, "refused")]
    assert Queue("notices", connection=redis, serializer="json").scheduled_job_registry.count == 0


@pytest.mark.parametrize("kind", ["sms", "email"])
def test_a_way_that_the_operator_has_not_set_up(company: Company, redis: Redis, kind: str) -> None:
    channels.put(company, None, [Channel(kind, "owner@example.com")])
    tell(redis, company)
    assert states() == [("failed", 1, "not_set_up")]


def test_an_address_that_was_removed_meanwhile_gets_nothing(
    company: Company, redis: Redis, gateway: WebService
) -> None:
    deliveries.plan(company, tasks.notice(company, "call-1", "care1", MESSAGE["text"]))
    channels.put(company, None, [])
    tell(redis, company)
    assert (states(), gateway.asked) == ([("failed", 1, "removed")], [])


def test_what_redis_lost_is_sent_by_the_sweep(company: Company, redis: Redis, gateway: WebService) -> None:
    deliveries.plan(company, tasks.notice(company, "call-1", "care1", MESSAGE["text"]))
    Delivery.update(changed_at=Delivery.get().changed_at - deliveries.OVERDUE).execute()
    Queue("default", connection=redis, serializer="json").enqueue("workers.notify.resume")
    work(redis, "default")
    work(redis, "notices")
    assert states() == [("sent", 1, "")]


def test_a_message_for_a_company_that_is_gone_fails(sqlite_database: str, redis: Redis) -> None:
    queue = Queue("default", connection=redis, serializer="json")
    job = queue.enqueue_call("workers.notify.send", kwargs=MESSAGE | {"company_id": 999}, result_ttl=60)
    work(redis, "default")
    assert job.get_status() is JobStatus.FAILED
