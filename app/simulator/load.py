"""Load for `hotline400 bench calls`: many standard calls at once, measured from the switch's side.

    python -m app.simulator.load '{"controller": "127.0.0.1:8084", "rate": 100, "seconds": 10}'

prints a report as JSON; `run_apart` starts that in a process of its own, on a core of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from itertools import count
from typing import Any

import gevent
from gevent.pool import Pool

from app.simulator.load_call import LoadCall
from app.simulator.rendered import Script, render

FIRST_DID = 4008001234
DEADLINE_S = 60.0  # for calls that are still going when no more are begun


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """What to do. `controller` is "host:port"; `seconds` is how long new calls begin.

    rate          open loop: so many calls begin every second, whatever becomes of them
    concurrency   closed loop, when `rate` is 0: so many at a time, a new one when one ends
    numbers       so many 400 numbers from FIRST_DID on are called in turn
    held          so many calls are begun `rate` (or all) per second and held in the menu for `seconds`
    """

    controller: str
    seconds: float = 10.0
    rate: float = 0.0
    concurrency: int = 50
    held: int = 0
    numbers: int = 1


@dataclass(slots=True)
class LoadReport:
    """What came of it. Times in ms: `connect_ms` to the `connect` command, `first_command_ms` to the one after it."""

    calls: int = 0
    failures: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    calls_per_s: float = 0.0
    connect_ms: dict[str, float] = field(default_factory=dict)
    first_command_ms: dict[str, float] = field(default_factory=dict)
    call_ms: dict[str, float] = field(default_factory=dict)
    most_at_once: int = 0
    own_cpu_ms_per_call: float = 0.0


class Load:
    """Runs a plan in this process."""

    def __init__(self, plan: LoadPlan) -> None:
        host, _, port = plan.controller.rpartition(":")
        self._plan, self._address = plan, (host or "127.0.0.1", int(port))
        self._done: list[LoadCall] = []
        self._pool = Pool()
        self._most = 0
        self._numbers = count()
        self._release = gevent.event.Event()

    @cached_property
    def _scripts(self) -> dict[bool, Script]:
        return {as_json: render(as_json=as_json) for as_json in (True, False)}

    def run(self) -> LoadReport:
        """Carry the plan out; comes back when every call is over, or DEADLINE_S after the last was begun."""
        self._scripts  # noqa: B018 - rendered before the clock starts
        began, cpu = time.monotonic(), time.process_time()
        if self._plan.held:
            self._hold()
        elif self._plan.rate:
            self._open_loop()
        else:
            self._closed_loop()
        self._pool.join(DEADLINE_S)
        self._pool.kill()
        return self._report(time.monotonic() - began, time.process_time() - cpu)

    def _open_loop(self) -> None:
        began = time.monotonic()
        for number in range(int(self._plan.rate * self._plan.seconds)):
            gevent.sleep(max(0.0, began + number / self._plan.rate - time.monotonic()))
            self._begin()

    def _closed_loop(self) -> None:
        ends = time.monotonic() + self._plan.seconds

        def one_after_the_other() -> None:
            while time.monotonic() < ends:
                self._call()

        for _ in range(self._plan.concurrency):
            self._pool.spawn(one_after_the_other)

    def _hold(self) -> None:
        for number in range(self._plan.held):
            if self._plan.rate:
                gevent.sleep(1 / self._plan.rate)
            elif number % 50 == 0:
                gevent.sleep(0)
            self._begin()
        gevent.sleep(self._plan.seconds)
        self._most = max(self._most, len(self._pool))
        self._release.set()

    def _begin(self) -> None:
        self._pool.spawn(self._call)
        self._most = max(self._most, len(self._pool))

    def _call(self) -> None:
        did = b"%d" % (FIRST_DID + next(self._numbers) % self._plan.numbers)
        call = LoadCall(self._scripts, self._release if self._plan.held else None, did)
        call.run(self._address)
        self._done.append(call)

    def _report(self, seconds: float, cpu_s: float) -> LoadReport:
        good = [call for call in self._done if not call.failure]
        failures = Counter(call.failure for call in self._done if call.failure)
        return LoadReport(
            calls=len(good), failures=dict(failures), seconds=round(seconds, 2),
            calls_per_s=round(len(good) / seconds, 1),
            connect_ms=_percentiles([call.connect_s for call in good]),
            first_command_ms=_percentiles([call.first_command_s for call in good]),
            call_ms=_percentiles([call.call_s for call in good]),
            most_at_once=self._most or self._plan.concurrency,
            own_cpu_ms_per_call=round(cpu_s * 1000 / max(len(self._done), 1), 3),
        )  # fmt: skip


def _percentiles(seconds: Sequence[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    if not ordered:
        return {}
    places = {"p50": 0.5, "p99": 0.99, "max": 1.0}
    return {name: round(ordered[int((len(ordered) - 1) * place)] * 1000, 3) for name, place in places.items()}


def run_apart(plan: LoadPlan, core: int | None = None) -> LoadReport:
    """Run a plan in a process of its own, on one core when `core` is given. RuntimeError when that process fails."""
    command = [
        sys.executable,
        "-m",
        "app.simulator.load",
        json.dumps(asdict(plan)),
        "" if core is None else str(core),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the load generator ended with {done.returncode}: {done.stderr[-2000:]}")
    values: dict[str, Any] = json.loads(done.stdout)
    return LoadReport(**values)


def _main(plan: str, core: str = "") -> None:
    if core:
        os.sched_setaffinity(0, {int(core)})
    print(json.dumps(asdict(Load(LoadPlan(**json.loads(plan))).run())))


if __name__ == "__main__":
    _main(*sys.argv[1:])
