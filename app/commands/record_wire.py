"""`hotline400 record-wire`: what a real FreeSWITCH and call control say to each other, for tests/wire."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.settings import Settings
from app.simulator.recorder import record


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--listen", required=True, help="host:port that FreeSWITCH connects to")
    parser.add_argument("--to", required=True, help="host:port of call control")
    parser.add_argument("--out", type=Path, required=True, help="the file to write")
    parser.add_argument("--brief", action="store_true", help="keep only the telling fields of events")


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    print(f"recording into {arguments.out}; Ctrl-C ends it")
    record(arguments.listen, arguments.to, arguments.out, brief=arguments.brief)
    return 0
