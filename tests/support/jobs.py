"""A worker for tests."""

from __future__ import annotations

from redis import Redis
from rq import SimpleWorker
from rq.serializers import JSONSerializer


class Worker(SimpleWorker):
    """Runs jobs in this process; without the thread that listens for orders, whose end takes a second."""

    def subscribe(self) -> None:
        """No orders."""

    def unsubscribe(self) -> None:
        """No orders."""


def work(redis: Redis, queue: str = "calls") -> None:
    """Run the jobs that wait."""
    worker = Worker([queue], connection=redis, serializer=JSONSerializer, log_job_description=False)
    worker.work(burst=True, logging_level="CRITICAL")
