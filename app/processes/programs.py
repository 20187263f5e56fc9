"""The programs of an installation, in the order in which they are started."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator

import redis

from app.processes.child import Process
from app.processes.ports import answers_http, listens
from app.processes.program import Phase, Program
from app.processes.redis import PROBE_WAIT_S, STOP_WAIT_S, EmbeddedRedis
from app.settings import Address, Settings

DRAIN_MARGIN_S = 10.0  # what call control needs on top of the time that its calls get


def redis_program(server: EmbeddedRedis) -> Program:
    return Program(
        "redis",
        server.command,
        is_ready=lambda process: server.answers(),
        phase=Phase.REDIS,
        stop_s=STOP_WAIT_S,
        hurried_s=STOP_WAIT_S,  # it has something to lose
        unsaid="Memory overcommit",  # advice for large servers, as a warning at every start
    )


def preparations() -> Iterator[Program]:
    """What must be done, one after the other, before anything serves."""
    for command in ("init", "demo"):
        yield Program(command, _hotline400(command), once=True)


def services(settings: Settings, redis_url: str) -> Iterator[Program]:
    """Everything that serves."""
    for number in range(1, settings.esl_processes + 1):
        yield Program(
            f"esl-{number}",
            _hotline400("esl"),
            is_ready=_listens(settings.esl_listen),
            phase=Phase.CALLS,
            stop_s=settings.drain_s + DRAIN_MARGIN_S,
        )
    yield Program("web", _hotline400("web"), is_ready=_serves(settings.web_listen))
    yield Program("worker", _hotline400("worker"), is_ready=_registers(redis_url, "rq:worker:"))
    yield Program("scheduler", _hotline400("scheduler"), is_ready=_registers(redis_url, "rq:scheduler:"))
    if settings.simulator:
        yield Program("simulator", _hotline400("simulator"), is_ready=_listens(settings.simulator_listen))


def name_of(pid: int) -> str:
    """How a worker or scheduler process calls itself in Redis, on whatever machine it runs."""
    return f"{socket.gethostname()}-{pid}"


def _hotline400(command: str) -> list[str]:
    # -P: a folder "app" in the current directory must not be taken for ours.
    return [sys.executable, "-P", "-m", "app.cli", command]


def _listens(address: Address) -> Callable[[Process], bool]:
    return lambda process: listens(process.pid, address.port)


def _serves(address: Address) -> Callable[[Process], bool]:
    return lambda process: answers_http(address)


def _registers(redis_url: str, prefix: str) -> Callable[[Process], bool]:
    def is_ready(process: Process) -> bool:
        try:
            with redis.Redis.from_url(redis_url, socket_timeout=PROBE_WAIT_S, retry=None) as client:
                return bool(client.exists(prefix + name_of(process.pid)))
        except redis.RedisError:
            return False

    return is_ready
