"""`hotline400 call`: one simulated call through the running system, told second by second."""

from __future__ import annotations

import argparse

from app.errors import HotlineError
from app.settings import Settings
from app.simulator.caller import Caller, HangUp
from app.simulator.client import place


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("did", help="the 400 number to call, e.g. 4008001234")
    parser.add_argument(
        "--from", dest="ani", default="13800138000", help="the caller's number; empty for a withheld one"
    )
    parser.add_argument("--press", default="", help='"1", "wait 3, press 2, press 801", "1, say 8, press #"')
    parser.add_argument(
        "--hang-up",
        choices=[step.value for step in HangUp],
        help="while what the caller hangs up, see --after",
    )
    parser.add_argument(
        "--after", type=float, default=0.0, metavar="SECONDS", help="how far into it he hangs up"
    )
    parser.add_argument(
        "--talk", type=float, metavar="SECONDS", help="how long the caller talks; the phone ends it else"
    )
    parser.add_argument("--speed", type=float, default=1.0, help="how much faster than real time")
    parser.add_argument("--english", action="store_true", help="tell the story in English")


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    try:
        caller = Caller(
            arguments.ani,
            arguments.did,
            keys=arguments.press,
            hang_up=HangUp(arguments.hang_up) if arguments.hang_up else None,
            hang_up_after_s=arguments.after,
            talk_s=arguments.talk,
        )
    except ValueError as bad:
        raise HotlineError(str(bad)) from bad
    locale = "en" if arguments.english else "zh"
    for line in place(settings, caller, speed=arguments.speed):
        print(line.pretty(locale), flush=True)
    print(
        f"→ http://{settings.web_listen}/calls"
        if not arguments.english
        else f"→ see it at http://{settings.web_listen}/calls"
    )
    return 0
