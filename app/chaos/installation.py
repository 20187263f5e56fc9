"""A whole installation in a folder: two controllers, worker, scheduler, Redis and database, each a real process."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from redis import Redis

from app.chaos.hotline import Lines
from app.chaos.parts import Part
from app.live.connection import JOB_TIMEOUT_S, connect
from app.processes.program import Program
from app.processes.programs import redis_program, services
from app.processes.redis import EmbeddedRedis
from app.settings import Settings, load
from app.store import db, migrate

CONTROLLERS = ("controller-a", "controller-b")
LOCK_TABLE = 'LOCK TABLE "call" IN ACCESS EXCLUSIVE MODE'


class Installation:
    """Use it in a `with`: entering starts everything, leaving stops it.

    controllers  by their address, in the order of the dialplan
    """

    def __init__(self, home: Path, lines: Lines, database_url: str = "") -> None:
        self.home, self._lines = home, lines
        self._logs = home / "logs"
        self._logs.mkdir(parents=True)
        server = EmbeddedRedis(home)
        self._environ = {
            "HOTLINE_HOME": str(home),
            "HOTLINE_REDIS_URL": server.url,
            "HOTLINE_SIMULATOR": "false",
            "HOTLINE_LOG_LEVEL": "warning",
            "HOTLINE_DRAIN_S": "5",
            "PYTHONUNBUFFERED": "1",
        }
        if database_url:
            self._environ["HOTLINE_DATABASE_URL"] = database_url
        self.settings = self._settings()
        self.redis = self._part(redis_program(server))
        self.worker, self.scheduler = (self._part(self._service(name)) for name in ("worker", "scheduler"))
        self.controllers = dict(self._controller(name) for name in CONTROLLERS)

    @property
    def addresses(self) -> tuple[str, ...]:
        return tuple(self.controllers)

    @property
    def json_cdr_dir(self) -> Path:
        """Where the switch leaves its own records."""
        return Path(self.settings.switch_records_dir)

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as undo:
            undo.callback(self._stop)
            self.redis.start()
            self.redis.wait_ready()
            self._fill()
            parts = (*self.controllers.values(), self.worker, self.scheduler)
            for part in parts:
                part.start()
            for part in parts:
                part.wait_ready()
            undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._stop()

    @contextlib.contextmanager
    def redis_client(self) -> Iterator[Redis]:
        with connect(self._environ["HOTLINE_REDIS_URL"], JOB_TIMEOUT_S) as client:
            yield client

    def lock_database(self) -> None:
        """Keep everybody else from writing until `unlock_database`, in the same greenlet."""
        db.database.connect(reuse_if_open=True)
        self._lock = db.database.transaction(*(["EXCLUSIVE"] if db.is_sqlite() else []))
        self._lock.__enter__()
        if not db.is_sqlite():
            db.database.execute_sql(LOCK_TABLE)

    def unlock_database(self) -> None:
        self._lock.__exit__(None, None, None)
        db.database.close()

    def _fill(self) -> None:
        migrate.upgrade(self.settings.database_url)
        db.connect(self.settings.database_url)
        with db.database.connection_context(), self.redis_client() as redis:
            self._lines.open(redis, Path(self.settings.prompts_dir))

    def _stop(self) -> None:
        for part in (*self.controllers.values(), self.scheduler, self.worker, self.redis):
            part.stop()
        db.disconnect()

    def _settings(self, **more: str) -> Settings:
        return load({**self._environ, **more})

    def _service(self, name: str, **more: str) -> Program:
        programs = services(self._settings(**more), self._environ["HOTLINE_REDIS_URL"])
        return next(program for program in programs if program.name.startswith(name))

    def _controller(self, name: str) -> tuple[str, Part]:
        more = {"HOTLINE_ESL_LISTEN": f"127.0.0.1:{_free_port()}"}
        program = self._service("esl", **more)
        part = self._part(
            Program(name, program.command, is_ready=program.is_ready, phase=program.phase), more
        )
        return more["HOTLINE_ESL_LISTEN"], part

    def _part(self, program: Program, more: Mapping[str, str] | None = None) -> Part:
        return Part(program, {**self._environ, **(more or {})}, self._logs)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
