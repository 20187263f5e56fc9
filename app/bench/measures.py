"""The measurements: calls per second, time to the first command, memory of live calls."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass

from app.bench.targets import LOAD_CORE, NUMBERS, Target, bare_greenswitch, hotline400
from app.simulator.load import LoadPlan, LoadReport, run_apart

CLOSED_LOOP_S = 8.0
CALLS_AT_ONCE = 200
WARM_UP_S = 2.0
RATE = 100.0
RATE_S = 15.0
HELD = 2000
HELD_RATE = 200.0
HELD_S = 5.0


@dataclass(frozen=True, slots=True)
class Throughput:
    """How many standard calls a program handles on one core, and what each costs."""

    name: str
    calls_per_s: float
    cpu_ms_per_call: float
    failures: int


@dataclass(frozen=True, slots=True)
class Memory:
    """What live calls cost: bytes a call, with so many live."""

    calls: int
    bytes_per_call: float


def throughput() -> tuple[Throughput, Throughput]:
    """Ours and the yardstick's, one after the other in the same run."""
    return _throughput(hotline400()), _throughput(bare_greenswitch())


def latency() -> LoadReport:
    """Ours at RATE calls a second."""
    with hotline400() as target:
        run_apart(LoadPlan(target.address, numbers=NUMBERS, seconds=WARM_UP_S, rate=RATE), LOAD_CORE)
        return run_apart(LoadPlan(target.address, numbers=NUMBERS, seconds=RATE_S, rate=RATE), LOAD_CORE)


def memory() -> Memory:
    """Ours with HELD calls waiting for a key."""
    with hotline400() as target:
        run_apart(LoadPlan(target.address, numbers=NUMBERS, seconds=1, held=100, rate=HELD_RATE), LOAD_CORE)
        before = target.rss_bytes()
        peak = _peak_rss(target)
        return Memory(HELD, (peak - before) / HELD)


def _throughput(program: AbstractContextManager[Target]) -> Throughput:
    with program as target:
        run_apart(
            LoadPlan(target.address, numbers=NUMBERS, seconds=WARM_UP_S, concurrency=CALLS_AT_ONCE), LOAD_CORE
        )
        cpu = target.cpu_s()
        report = run_apart(
            LoadPlan(target.address, numbers=NUMBERS, seconds=CLOSED_LOOP_S, concurrency=CALLS_AT_ONCE),
            LOAD_CORE,
        )
        used = target.cpu_s() - cpu
        failures = sum(report.failures.values())
        return Throughput(target.name, report.calls_per_s, used * 1000 / max(report.calls, 1), failures)


def _peak_rss(target: Target) -> int:
    """The highest memory use seen while the calls are held."""
    import threading

    peak = [target.rss_bytes()]
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.1):
            peak[0] = max(peak[0], target.rss_bytes())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        run_apart(
            LoadPlan(target.address, numbers=NUMBERS, seconds=HELD_S, held=HELD, rate=HELD_RATE), LOAD_CORE
        )
    finally:
        over.set()
        watcher.join()
    return peak[0]
