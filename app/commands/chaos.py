"""`hotline400 chaos`: what becomes of calls when parts of the installation die, as the tables of docs/reliability.md."""

from __future__ import annotations

import app.processes.greenlets  # noqa: F401 - patches the standard library before anything else is imported

# isort: split
import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from app.chaos.failures import FAILURES, NAMES
from app.chaos.run import Plan
from app.chaos.run import run as run_plan
from app.chaos.verdict import Row
from app.processes import logs
from app.settings import Settings

MAX_RATE = 100.0
USUAL = Plan()
COLUMNS = {
    "failure": "failure", "strikes": "strikes", "calls": "calls", "in_progress": "in progress", "dropped": "dropped",
    "cut": "cut", "lost": "records lost", "doubled": "doubled", "wrong": "wrong", "resumed": "resumed",
    "reconciled": "reconciled", "provisional": "not sure",
}  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    listed = "\n".join(f"  {failure.name:20} {failure.what}" for failure in FAILURES)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = f"failures:\n{listed}\n\nExit code 1 when a promise was not kept."
    add = parser.add_argument
    add("--only", action="append", choices=NAMES, metavar="NAME", help="this failure; may be repeated")
    add("--kills", type=int, default=USUAL.strikes, metavar="N", help="how often each happens (%(default)s)")
    add("--rate", type=float, default=USUAL.rate, help="calls a second (%(default)s)")
    add(
        "--seconds",
        type=float,
        default=USUAL.seconds,
        help="how long a failure lasts that lasts (%(default)s)",
    )
    add("--pause", type=float, default=USUAL.pause_s, metavar="S", help="between strikes (%(default)s)")
    add("--seed", type=int, default=USUAL.seed, help="the same callers for the same seed")
    add("--mixed", action="store_true", help="failures follow one another without a pause")
    add(
        "--patience",
        type=float,
        default=USUAL.patience_s,
        metavar="S",
        help="wait so long for late records; those missing are then made from the switch's own (%(default)s)",
    )
    add("--database", default="", metavar="URL", help="an empty PostgreSQL database instead of SQLite")
    add("--keep", type=Path, metavar="DIR", help="a new folder for data and logs, which stays")
    add("--json", type=Path, metavar="FILE", help="write the figures there, too")


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    logs.configure("error")
    plan = Plan(
        only=tuple(arguments.only or ()),
        strikes=max(1, arguments.kills),
        rate=min(max(arguments.rate, 0.1), MAX_RATE),
        seconds=max(0.0, arguments.seconds),
        pause_s=max(0.0, arguments.pause),
        seed=arguments.seed,
        mixed=arguments.mixed,
        patience_s=max(0.0, arguments.patience),
        database_url=arguments.database,
    )
    rows = _carry_out(plan, arguments.keep)
    _print(rows)
    if arguments.json:
        figures = {"plan": asdict(plan), "rows": [row.to_json() for row in rows]}
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    return int(any(row.broken for row in rows))


def _carry_out(plan: Plan, keep: Path | None) -> list[Row]:
    if keep:
        keep.mkdir(parents=True)
        return run_plan(plan, keep.resolve(), _say)
    with tempfile.TemporaryDirectory(prefix="h400-chaos-") as home:
        return run_plan(plan, Path(home), _say)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _print(rows: Sequence[Row]) -> None:
    titles = [*COLUMNS.values(), "silence ms p50 / p99 / max", "why dropped", "broken promises"]
    print(f"| {' | '.join(titles)} |\n|{'---|' * len(titles)}")
    for row in rows:
        silence = " / ".join(str(ms) for ms in row.silence_ms.values()) or "-"
        reasons = ", ".join(f"{count} × {why}" for why, count in row.why.items())
        cells = [*(str(getattr(row, name)) for name in COLUMNS), silence, reasons, ", ".join(row.broken)]
        print(f"| {' | '.join(cell or '-' for cell in cells)} |")
