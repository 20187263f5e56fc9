"""RQ with a lock on it: a name in Redis becomes code only when it is on our list of jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rq import Queue, Worker
from rq.job import Job

from app.errors import HotlineError
from app.processes.child import die_with_parent
from workers import JOBS


class JobRefused(HotlineError):
    """A job in Redis asks for something that is not a job of ours."""


class ListedJob(Job):
    """Runs a function on the list, and nothing else: no method of an object, no callback, no webhook.

    One that asks for more fails like any job that raises, and is kept with the failed ones.
    """

    @property
    def func(self) -> Callable[..., Any]:
        if self.func_name not in JOBS or self.instance is not None:
            raise JobRefused(f"{self.func_name!r} is not on the list of jobs")
        function: Callable[..., Any] = super().func
        return function

    @property
    def success_callback(self) -> None:
        return None

    @property
    def failure_callback(self) -> None:
        return None

    @property
    def stopped_callback(self) -> None:
        return None

    def restore(self, raw_data: Any) -> None:
        super().restore(raw_data)
        self.webhooks = []


class ListedWorker(Worker):
    """A forking worker for listed jobs; the process that runs a job does not outlive it."""

    job_class = ListedJob
    max_connection_wait_time = 2.0  # seconds; RQ's own minute would hold up records long after Redis is back

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        die_with_parent()
        super().main_work_horse(job, queue)
