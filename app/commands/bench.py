"""`hotline400 bench`: speed and memory of call control on this machine, as the tables of docs/performance.md."""

from __future__ import annotations

import argparse
import os
import platform
from pathlib import Path

from app.bench import coverage, many_calls, measures, pages, queue, soak, whatif
from app.bench.measures import CALLS_AT_ONCE, RATE
from app.errors import HotlineError
from app.settings import Settings

PARTS = ("calls", "latency", "memory", "queue", "whatif", "coverage")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=[*PARTS, "all", "pages", "soak"], nargs="?", default="all")
    parser.add_argument(
        "--calls", type=int, default=0, help="so many for soak (100000), or in the store for pages (1000000)"
    )
    parser.add_argument(
        "--database", default="", help="an empty database for pages; the next run finds its calls again"
    )


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    if (os.cpu_count() or 1) < 2:
        raise HotlineError("measuring needs two cores: one for call control, one for the load")
    print(f"{_machine()}\n", flush=True)
    if arguments.what == "soak":
        return _soak(arguments.calls or 100_000)
    if arguments.what == "pages":
        return _pages(arguments.calls or pages.CALLS, arguments.database)
    for part in PARTS:
        if arguments.what in (part, "all"):
            RUNS[part]()
    return 0


def _calls() -> None:
    ours, bare = measures.throughput()
    print(f"Standard calls on one core, {CALLS_AT_ONCE} at a time\n")
    print("| | calls/s | CPU ms a call | failed |\n|---|---|---|---|")
    for program in (ours, bare):
        print(
            f"| {program.name} | {program.calls_per_s:.0f} | {program.cpu_ms_per_call:.2f} | {program.failures} |"
        )
    print(
        f"| ratio | {ours.calls_per_s / bare.calls_per_s:.1f} | {bare.cpu_ms_per_call / ours.cpu_ms_per_call:.1f} | |\n",
        flush=True,
    )


def _latency() -> None:
    report = measures.latency()
    print(f"From connecting to the first command, {RATE:.0f} calls/s\n")
    print("| | p50 ms | p99 ms | most ms |\n|---|---|---|---|")
    for name, times in (
        ("`connect`", report.connect_ms),
        ("first command after it", report.first_command_ms),
    ):
        print(f"| {name} | {times['p50']:.2f} | {times['p99']:.2f} | {times['max']:.2f} |")
    print(f"\n{report.calls} calls, {sum(report.failures.values())} failed\n", flush=True)


def _memory() -> None:
    used = measures.memory()
    print("Memory of live calls\n")
    print(
        f"| live calls | KB a call |\n|---|---|\n| {used.calls} | {used.bytes_per_call / 1024:.1f} |\n",
        flush=True,
    )


def _queue() -> None:
    found = queue.offers()
    print(
        f"From a phone becoming free to the offer, {found.waiting} callers waiting, {len(queue.PHONES)} phones\n"
    )
    print("| p50 ms | p99 ms | most ms |\n|---|---|---|")
    print(f"| {found.p50_ms:.2f} | {found.p99_ms:.2f} | {found.most_ms:.2f} |\n")
    print("Callers in one queue\n")
    print("| waiting | join µs | leave µs | bytes of Redis a caller |\n|---|---|---|---|")
    for cost in queue.costs():
        print(f"| {cost.callers} | {cost.join_us:.0f} | {cost.leave_us:.0f} | {cost.bytes_per_caller:.0f} |")
    print(flush=True)


def _soak(calls: int) -> int:
    """Exit code 1 when something is left behind."""
    print("| calls | memory MB | open files | phones held | journal files |\n|---|---|---|---|---|")
    for found in soak.soak(calls):
        if isinstance(found, soak.Look):
            print(
                f"| {found.calls} | {found.rss_mb:.1f} | {found.open_files} | {found.leases} | {found.journal_files} |",
                flush=True,
            )
            continue
        last = found.looks[-1]
        print(f"\nMemory since the first tenth: {found.growth:+.1%}")
        print(f"{last.calls} calls, {found.failures} failed, {found.records} records")
        whole = found.records == last.calls and not found.failures and not last.leases
        return 0 if whole and found.growth < soak.MOST_GROWTH else 1
    raise AssertionError("a soak ends with what was found")


def _pages(calls: int, database_url: str) -> int:
    """Exit code 1 when a page takes longer than it may."""
    print(f"Server time of pages, {calls} calls and {many_calls.PHONES} phones in the store\n")
    print("| page | p50 ms | p95 ms |\n|---|---|---|")
    slow = 0
    for found in pages.timed(calls, database_url):
        slow += found.p95_ms > pages.MOST_MS
        print(f"| `{found.page}` | {found.p50_ms:.0f} | {found.p95_ms:.0f} |", flush=True)
    print(f"\n{slow} pages over {pages.MOST_MS} ms")
    return 1 if slow else 0


def _whatif() -> None:
    found = whatif.replayed()
    print("A week's calls under a draft, from the store to the result\n")
    print(
        f"| calls | s | would differ |\n|---|---|---|\n| {found.calls} | {found.seconds:.1f} | {found.differing} |\n"
    )


def _coverage() -> None:
    found = coverage.costs()
    print(
        f"Who answers when, in a flow of {found.steps} steps: {found.worlds} pairs of times and classes of callers\n"
    )
    print("| the whole check ms | the ways of one hour ms |\n|---|---|")
    print(f"| {found.check_ms:.0f} | {found.ways_ms:.0f} |\n", flush=True)


RUNS = {
    "calls": _calls,
    "latency": _latency,
    "memory": _memory,
    "queue": _queue,
    "whatif": _whatif,
    "coverage": _coverage,
}


def _machine() -> str:
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        "?",
    )
    return f"{model}, {os.cpu_count()} cores, Linux {platform.release()}, Python {platform.python_version()}"
