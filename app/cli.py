"""The `hotline400` command.

Each sub-command imports what it needs when it runs: the processes that live on gevent patch the standard library in
the first line of their own module, before anything else is imported.

Exit codes: 0 done, 1 it did not work, 2 a setting or an argument cannot be used.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from app.errors import HotlineError, SettingError
from app.settings import load

PROCESSES = {
    "run": (
        "supervisor",
        "start everything: Redis, call control, console, worker, scheduler, simulated switch",
    ),
    "doctor": ("doctor", "say what is missing or wrong, and how to mend it"),
    "esl": ("esl", "call control: the server that FreeSWITCH hands calls to"),
    "web": ("web", "the web console"),
    "worker": ("worker", "a worker for the slow jobs"),
    "scheduler": ("scheduler", "the clock that starts regular jobs"),
    "simulator": ("simulator", "the simulated switch"),
}
"""Sub-command, module in app/processes with `run(settings)`, what it is."""

PREPARATIONS = {
    "init": ("install", "create the data folder, migrate the database, make the system's own prompts"),
    "demo": ("demo", "fill the demo company when there is none"),
}
"""The same for modules in app."""

COMMANDS = {
    "call": ("call", "place one simulated call through the running system and tell its story"),
    "phone": ("phone", "tell a phone of the simulated switch how to behave"),
    "flow": ("flow", "check, import, export or publish flows as YAML files"),
    "fs-config": ("fs_config", "write the FreeSWITCH configuration for this installation"),
    "switch-records": ("switch_records", "bring the console what FreeSWITCH on this machine kept for it"),
    "record-wire": ("record_wire", "record what FreeSWITCH and call control say to each other"),
    "bench": ("bench", "measure speed and memory"),
    "chaos": ("chaos", "kill and pause parts under load, and count what becomes of the calls"),
    "company": ("company", "list companies, and set how many calls one may have at once"),
    "drain": ("drain", "end controllers one after the other without losing a call"),
    "fuzz": ("fuzz", "throw damaged messages at the readers of what comes from FreeSWITCH"),
    "settings": ("settings", "print every setting with its default and meaning"),
}
"""Sub-command, module in app/commands with `add_arguments(parser)` and `run(settings, arguments)`, what it is."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one sub-command; errors that we know become one line, not a traceback."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run(words)
    except SettingError as bad:
        print(f"hotline400: {bad}", file=sys.stderr)
        return 2
    except HotlineError as bad:
        print(f"hotline400: {bad}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _run(words: Sequence[str]) -> int:
    if not words:
        _parser().print_help()
        return 0
    chosen = _parser().parse_args(words[:1]).command
    if chosen in PROCESSES or chosen in PREPARATIONS:
        argparse.ArgumentParser(prog=f"hotline400 {chosen}").parse_args(words[1:])
        module = import_module(_module(chosen))
        return int(module.run(load()))
    module = import_module(_module(chosen))
    parser = argparse.ArgumentParser(prog=f"hotline400 {chosen}", description=COMMANDS[chosen][1])
    module.add_arguments(parser)
    return int(module.run(load(), parser.parse_args(words[1:])))


def _module(command: str) -> str:
    for package, commands in (
        ("app.processes", PROCESSES),
        ("app", PREPARATIONS),
        ("app.commands", COMMANDS),
    ):
        if command in commands:
            return f"{package}.{commands[command][0]}"
    raise KeyError(command)


def _parser() -> argparse.ArgumentParser:
    """Knows the sub-commands; each has a parser of its own for the rest."""
    every = PROCESSES | PREPARATIONS | COMMANDS
    listed = "\n".join(f"  {name:12} {text}" for name, (_, text) in every.items())
    parser = argparse.ArgumentParser(
        prog="hotline400",
        description="400 business hotlines on FreeSWITCH · 400 电话系统",
        epilog=f"commands:\n{listed}\n\n`hotline400 COMMAND --help` tells more about one.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="hotline400 COMMAND …",
    )
    parser.add_argument("command", choices=every, metavar="COMMAND", help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
