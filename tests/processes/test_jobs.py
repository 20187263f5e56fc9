"""Only listed jobs run, whatever somebody writes to Redis; with a real Redis and real forks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import redis as redis_py
from rq import Callback, Queue
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.webhook import Webhook

from app.processes import jobs
from app.processes.jobs import ListedJob, ListedWorker
from tests.support.redis_server import RedisServer
from tests.support.waiting import until
from workers import JOBS, QUEUES

SAMPLE = "tests.processes.sample_jobs"


@pytest.fixture(autouse=True)
def listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "JOBS", frozenset({f"{SAMPLE}.write", f"{SAMPLE}.fail"}))


@pytest.fixture
def queue(redis: redis_py.Redis) -> Queue:
    """What somebody else's code sees: a plain queue, which takes any name."""
    return Queue("default", connection=redis, serializer=JSONSerializer)


def work(redis: redis_py.Redis) -> None:
    worker = ListedWorker(["default"], connection=redis, serializer=JSONSerializer)
    worker.work(burst=True, logging_level="CRITICAL")


def outcome(job: Job) -> str:
    job.refresh()
    result = job.latest_result()
    return f"{job.get_status().value}: {result.exc_string or '' if result else ''}"


def test_a_listed_job_runs(queue: Queue, redis: redis_py.Redis, tmp_path: Path) -> None:
    file = tmp_path / "done"
    job = queue.enqueue(f"{SAMPLE}.write", str(file), "来电")
    work(redis)
    assert outcome(job) == "finished: "
    assert file.read_text() == "来电"


@pytest.mark.parametrize("name", ["os.mkdir", f"{SAMPLE}.sleep_long", f"{SAMPLE}.Path.mkdir"])
def test_any_other_function_is_refused(
    name: str, queue: Queue, redis: redis_py.Redis, tmp_path: Path
) -> None:
    job = queue.enqueue(name, str(tmp_path / "made"))
    work(redis)
    assert "is not on the list of jobs" in outcome(job)
    assert outcome(job).startswith("failed")
    assert not (tmp_path / "made").exists()


def test_a_method_of_an_object_is_refused(queue: Queue, redis: redis_py.Redis) -> None:
    job = queue.enqueue(f"{SAMPLE}.fail")
    redis.hset(job.key, "data", JSONSerializer.dumps([f"{SAMPLE}.fail", "an object", [], {}]))
    work(redis)
    assert "is not on the list of jobs" in outcome(job)


def test_what_cannot_be_read_fails(queue: Queue, redis: redis_py.Redis) -> None:
    job = queue.enqueue(f"{SAMPLE}.fail")
    redis.hset(job.key, "data", b"\x80\x04not json")
    work(redis)
    assert job.get_status(refresh=True).value == "failed"


def test_callbacks_do_not_run(queue: Queue, redis: redis_py.Redis, tmp_path: Path) -> None:
    callback = Callback("os.mkdir")
    good = queue.enqueue(f"{SAMPLE}.write", str(tmp_path / "done"), "x", on_success=callback)
    bad = queue.enqueue(f"{SAMPLE}.fail", on_failure=callback)
    work(redis)
    assert outcome(good) == "finished: "
    assert "as it should" in outcome(bad)
    assert "mkdir" not in outcome(bad)


def test_webhooks_are_dropped(queue: Queue, redis: redis_py.Redis) -> None:
    hook = Webhook("http://127.0.0.1:9/", job_status="finished")
    job = queue.enqueue(f"{SAMPLE}.fail", webhooks=[hook])
    assert Job.fetch(job.id, redis, JSONSerializer).webhooks == [hook]
    assert ListedJob.fetch(job.id, redis, JSONSerializer).webhooks == []


def test_killing_the_worker_ends_the_job_it_runs(
    queue: Queue, redis_server: RedisServer, tmp_path: Path
) -> None:
    file = tmp_path / "pid"
    queue.enqueue(f"{SAMPLE}.sleep_long", str(file))
    worker = subprocess.Popen([sys.executable, "-c", _WORKER, redis_server.url], stderr=subprocess.DEVNULL)
    until(lambda: file.exists() and file.read_text(), "the job runs")
    job_process = Path("/proc") / file.read_text()
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait(5)
    until(lambda: not (job_process / "exe").exists(), "the job's process is gone")


_WORKER = f"""
import sys
from redis import Redis
from rq.serializers import JSONSerializer
from app.processes import jobs

jobs.JOBS = {{"{SAMPLE}.sleep_long"}}
jobs.ListedWorker(["default"], connection=Redis.from_url(sys.argv[1]), serializer=JSONSerializer).work()
"""


@pytest.mark.parametrize("name", sorted(JOBS))
def test_every_job_on_the_list_exists(name: str) -> None:
    module, _, function = name.rpartition(".")
    assert callable(getattr(import_module(module), function))


def test_records_of_calls_come_first() -> None:
    assert QUEUES[0] == "calls"
