"""A message of a flow reaches the console, once however often it is delivered."""

from __future__ import annotations

from typing import Any

from redis import Redis
from rq import Queue
from rq.job import JobStatus

from app.store import companies, tasks
from tests.support.jobs import work

MESSAGE: dict[str, Any] = {
    "call_id": "call-1",
    "did": "4008001234",
    "ani": "13800138000",
    "to": "care1",
    "text": "138 0013 8000 留言 12 秒",
    "attachment": "voicemail/1/a.wav",
}


def test_a_message_that_is_delivered_twice_is_there_once(sqlite_database: str, redis: Redis) -> None:
    company = companies.create("甲公司")
    queue = Queue("default", connection=redis, serializer="json")
    jobs = [
        queue.enqueue_call("workers.notify.send", kwargs=MESSAGE | {"company_id": company.id}, result_ttl=60)
        for _ in range(2)
    ]
    work(redis, "default")
    assert [job.return_value() for job in jobs] == [True, False]
    (task,) = tasks.search(company).items
    assert (task.kind, task.phone, task.text, task.ani) == ("notice", "care1", MESSAGE["text"], "13800138000")


def test_a_message_for_a_company_that_is_gone_fails(sqlite_database: str, redis: Redis) -> None:
    queue = Queue("default", connection=redis, serializer="json")
    job = queue.enqueue_call("workers.notify.send", kwargs=MESSAGE | {"company_id": 999}, result_ttl=60)
    work(redis, "default")
    assert job.get_status() is JobStatus.FAILED
