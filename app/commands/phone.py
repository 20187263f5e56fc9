"""`hotline400 phone`: how the phones of the simulated switch behave."""

from __future__ import annotations

import argparse

from app.settings import Settings
from app.simulator.client import phones, set_phone


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "number", nargs="?", help="the phone; without one, the phones that were told something are listed"
    )
    parser.add_argument(
        "behaviour",
        nargs="*",
        help='"busy", "no answer", "rejects", "off", "unreachable", "answers after 2 presses 1 talks 10"',
    )


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    if arguments.number:
        set_phone(settings, arguments.number, " ".join(arguments.behaviour))
    for number, behaviour in phones(settings).items():
        print(f"{number}  {behaviour}")
    return 0
