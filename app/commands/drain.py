"""`hotline400 drain`: have controllers end without losing a call, one after the other."""

from __future__ import annotations

import argparse

from app.live.connection import JOB_TIMEOUT_S, connect
from app.live.status import FOLDER, Statuses
from app.processes.orders import DRAIN, HAND_OVER
from app.processes.redis import url_of
from app.processes.rolling import Roll
from app.settings import Settings
from app.words import Words

ALL = "all"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--controller", default=ALL, metavar="NAME", help="one controller; else all, in turn")
    parser.add_argument(
        "--hand-over",
        action="store_true",
        help="give live calls to other controllers at once instead of letting them end",
    )
    parser.add_argument("--force", action="store_true", help="even when no other controller takes calls")
    parser.add_argument(
        "--wait",
        type=int,
        metavar="SECONDS",
        help="for each controller; by default HOTLINE_DRAIN_S and a minute",
    )


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    wait_s = settings.drain_s + 60 if arguments.wait is None else arguments.wait
    with connect(url_of(settings), JOB_TIMEOUT_S) as redis:
        roll = Roll(Statuses(redis, settings.home / FOLDER), _say, force=arguments.force, wait_s=wait_s)
        names = [] if arguments.controller == ALL else [arguments.controller]
        roll.drain(names, HAND_OVER if arguments.hand_over else DRAIN)
    return 0


def _say(words: Words) -> None:
    print(f"{words.zh} · {words.en}", flush=True)
