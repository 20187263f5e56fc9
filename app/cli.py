"""The `hotline400` command.

Each sub-command imports what it needs when it runs: the processes that live on gevent patch the standard library in
the first line of their own module, before anything else is imported.

Exit codes: 0 done, 1 it did not work, 2 a setting or an argument cannot be used.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from app.errors import HotlineError, SettingError
from app.settings import Settings, load

Command = Callable[[Settings, argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one sub-command; errors that we know become one line, not a traceback."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.command(load(), arguments) or 0)
    except SettingError as bad:
        print(f"hotline400: {bad}", file=sys.stderr)
        return 2
    except HotlineError as bad:
        print(f"hotline400: {bad}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _run(settings: Settings, arguments: argparse.Namespace) -> int:
    from app.processes import supervisor

    return supervisor.run(settings)


def _esl(settings: Settings, arguments: argparse.Namespace) -> int:
    from app.processes import esl

    return esl.run(settings)


def _web(settings: Settings, arguments: argparse.Namespace) -> int:
    from app.processes import web

    return web.run(settings)


def _worker(settings: Settings, arguments: argparse.Namespace) -> int:
    from app.processes import worker

    return worker.run(settings)


def _scheduler(settings: Settings, arguments: argparse.Namespace) -> int:
    from app.processes import scheduler

    return scheduler.run(settings)


def _simulator(settings: Settings, arguments: argparse.Namespace) -> int:
    from app.processes import simulator

    return simulator.run(settings)


def _init(settings: Settings, arguments: argparse.Namespace) -> int:
    from app import install

    return install.run(settings)


def _demo(settings: Settings, arguments: argparse.Namespace) -> int:
    from app import demo

    return demo.run(settings)


def _doctor(settings: Settings, arguments: argparse.Namespace) -> int:
    from app.processes import doctor

    return doctor.run(settings)


def _call(settings: Settings, arguments: argparse.Namespace) -> int:
    from app.commands import call

    return call.run(settings, arguments)


def _flow(settings: Settings, arguments: argparse.Namespace) -> int:
    from app.commands import flow

    return flow.run(settings, arguments)


def _fs_config(settings: Settings, arguments: argparse.Namespace) -> int:
    from app.commands import fs_config

    return fs_config.run(settings, arguments)


def _record_wire(settings: Settings, arguments: argparse.Namespace) -> int:
    from app.commands import record_wire

    return record_wire.run(settings, arguments)


def _bench(settings: Settings, arguments: argparse.Namespace) -> int:
    from app.commands import bench

    return bench.run(settings, arguments)


def _settings(settings: Settings, arguments: argparse.Namespace) -> int:
    from app.settings import reference

    print(reference())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hotline400", description="400 business hotlines on FreeSWITCH · 400 电话系统")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def add(name: str, command: Command, text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(command=command)
        return sub

    add("run", _run, "start everything: Redis, call control, console, worker, scheduler, simulated switch")
    add("init", _init, "create the data folder, migrate the database, make the system's own prompts")
    add("demo", _demo, "fill the demo company when there is none")
    add("doctor", _doctor, "say what is missing or wrong, and how to mend it")
    add("esl", _esl, "call control: the server that FreeSWITCH hands calls to")
    add("web", _web, "the web console")
    add("worker", _worker, "a worker for the slow jobs")
    add("scheduler", _scheduler, "the clock that starts regular jobs")
    add("simulator", _simulator, "the simulated switch")
    add("settings", _settings, "print every setting with its default and meaning")
    _add_call(add("call", _call, "place one simulated call through the running system and tell its story"))
    _add_flow(add("flow", _flow, "check, import, export or publish flows as YAML files"))
    _add_fs_config(add("fs-config", _fs_config, "write the FreeSWITCH configuration for this installation"))
    _add_record_wire(add("record-wire", _record_wire, "record what FreeSWITCH and call control say to each other"))
    _add_bench(add("bench", _bench, "measure speed and memory"))
    return parser


def _add_call(call: argparse.ArgumentParser) -> None:
    call.add_argument("did", help="the 400 number to call, e.g. 4008001234")
    call.add_argument("--from", dest="ani", default="13800138000", help="the caller's number")
    call.add_argument("--press", default="", help='keys, e.g. "1", or "wait 3, press 2"')
    call.add_argument("--hang-up-after", type=float, metavar="SECONDS", help="the caller hangs up after so long")
    call.add_argument("--talk", type=float, default=5.0, metavar="SECONDS", help="how long they talk")
    call.add_argument("--speed", type=float, default=1.0, help="how much faster than real time")
    call.add_argument("--english", action="store_true", help="tell the story in English")


def _add_flow(flow: argparse.ArgumentParser) -> None:
    actions = flow.add_subparsers(dest="action", metavar="ACTION", required=True)
    check = actions.add_parser("check", help="list what is wrong with a file")
    check.add_argument("file", type=Path)
    check.add_argument("--company", help="check against this company's phones, groups and prompts (name or id)")
    importing = actions.add_parser("import", help="make a file the draft of a flow")
    importing.add_argument("file", type=Path)
    exporting = actions.add_parser("export", help="write a flow's draft, or a published version, to a file")
    exporting.add_argument("--version", type=int, help="a published version instead of the draft")
    exporting.add_argument("--out", type=Path, help="the file; printed when left out")
    publishing = actions.add_parser("publish", help="publish a flow's draft")
    publishing.add_argument("--note", default="", help="what changed, for the history")
    for action in (importing, exporting, publishing):
        action.add_argument("--flow", required=True, help="the flow's short name, e.g. main")
        action.add_argument("--company", help="name or id; may be left out while there is one company")


def _add_fs_config(fs_config: argparse.ArgumentParser) -> None:
    from app.commands.fs_config import add_arguments

    add_arguments(fs_config)


def _add_record_wire(record: argparse.ArgumentParser) -> None:
    record.add_argument("--listen", required=True, help="host:port that FreeSWITCH connects to")
    record.add_argument("--to", required=True, help="host:port of call control")
    record.add_argument("--out", type=Path, required=True, help="the folder for one file a call")


def _add_bench(bench: argparse.ArgumentParser) -> None:
    bench.add_argument("what", choices=["calls", "memory", "latency", "all"], nargs="?", default="all")


if __name__ == "__main__":
    sys.exit(main())
