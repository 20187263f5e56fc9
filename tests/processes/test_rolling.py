"""`hotline400 drain`: the order in which controllers end, and when they are not asked to."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import redis as redis_py

from app.live.connection import connect
from app.live.status import Status, Statuses
from app.processes import rolling
from app.processes.rolling import NotDrained, Roll
from app.words import Words
from tests.support import processes
from tests.support.redis_server import RedisServer
from tests.support.waiting import until

ONE = Status("a", "here", os.getpid(), 1.0)
TWO = replace(ONE, controller="b")


class Machine:
    """Controllers as Redis shows them: one that is told to drain ends; `restarts` says whether it comes back."""

    def __init__(self, statuses: Statuses, *controllers: Status, restarts: bool) -> None:
        self.statuses, self.restarts = statuses, restarts
        self.told: list[tuple[str, str]] = []
        self.living = {status.controller: status for status in controllers}

    def step(self) -> None:
        for name, status in list(self.living.items()):
            if order := self.statuses.publish(status):
                self.told.append((name, order))
                self.statuses.withdraw(name)
                del self.living[name]
                if self.restarts:
                    self.living[name] = replace(status, since=status.since + 1)

    @contextmanager
    def running(self) -> Iterator[None]:
        stopped = threading.Event()

        def run() -> None:
            while not stopped.wait(0.005):
                self.step()

        self.step()
        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            thread.join()


@pytest.fixture
def statuses(redis: redis_py.Redis, tmp_path: Path) -> Statuses:
    return Statuses(redis, tmp_path / "status")


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(rolling, "LOOK_EVERY_S", 0.005)
    return []


def roll(statuses: Statuses, said: list[str], wait_s: float = 10, force: bool = False) -> Roll:
    def say(words: Words) -> None:
        said.append(words.en)

    return Roll(statuses, say, wait_s=wait_s, force=force)


def test_all_are_drained_one_after_the_other(statuses: Statuses, said: list[str]) -> None:
    machine = Machine(statuses, ONE, TWO, restarts=True)
    with machine.running():
        roll(statuses, said).drain([], "drain")
    assert machine.told == [("a", "drain"), ("b", "drain")]
    assert {status.since for status in machine.living.values()} == {2.0}
    assert said.index("a has ended") < said.index("b takes no more calls")


def test_the_second_is_left_alone_until_the_first_is_back(statuses: Statuses, said: list[str]) -> None:
    machine = Machine(statuses, ONE, TWO, restarts=False)
    with machine.running(), pytest.raises(NotDrained, match="no other controller takes calls"):
        roll(statuses, said, wait_s=0.3).drain([], "drain")
    assert machine.told == [("a", "drain")]
    assert list(machine.living) == ["b"]


@pytest.mark.parametrize("other", [None, replace(TWO, draining=True)])
def test_the_only_one_is_not_drained(statuses: Statuses, said: list[str], other: Status | None) -> None:
    machine = Machine(statuses, *filter(None, [ONE, other]), restarts=True)
    with machine.running(), pytest.raises(NotDrained):
        roll(statuses, said, wait_s=0.1).drain(["a"], "hand-over")
    assert machine.told == []
    assert "--force" in said[0]


def test_unless_it_is_forced(statuses: Statuses, said: list[str]) -> None:
    machine = Machine(statuses, ONE, restarts=False)
    with machine.running():
        roll(statuses, said, force=True).drain(["a"], "hand-over")
    assert machine.told == [("a", "hand-over")]


def test_one_waits_for_another_to_come(statuses: Statuses, said: list[str]) -> None:
    machine = Machine(statuses, ONE, restarts=True)
    with machine.running():
        rolled = threading.Thread(target=roll(statuses, said).drain, args=(["a"], "drain"))
        rolled.start()
        until(lambda: said, "it says why it waits")
        assert machine.told == []
        machine.living["b"] = TWO
        rolled.join(10)
    assert machine.told == [("a", "drain")]


def test_a_name_that_nobody_has(statuses: Statuses, said: list[str]) -> None:
    statuses.publish(ONE)
    with pytest.raises(NotDrained, match="there are: a"):
        roll(statuses, said).drain(["x"], "drain")


def test_without_redis_a_controller_of_this_machine_gets_a_signal(
    own_redis_server: RedisServer, tmp_path: Path, said: list[str]
) -> None:
    statuses = Statuses(connect(own_redis_server.url), tmp_path / "status")
    own_redis_server.stop()
    process = processes.start(["sleep", "60"])
    try:
        statuses.keep(replace(ONE, pid=process.pid, alone=True))
        drained = threading.Thread(target=roll(statuses, said, force=True).drain, args=(["a"], "hand-over"))
        drained.start()
        assert process.wait(10) == -signal.SIGUSR1
        drained.join(10)
        assert said[-1] == "a has ended"
    finally:
        processes.stop(process)
