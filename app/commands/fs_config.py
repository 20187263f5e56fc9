"""`hotline400 fs-config --out DIR`: the FreeSWITCH configuration for this installation."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.errors import SettingError
from app.settings import Settings
from app.telephony import fsconfig
from app.telephony.fsvalues import SECRET, options, read_values


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One argument for each value; a secret comes in a file, since everybody can read a command line."""
    parser.add_argument("--out", type=Path, required=True, help="the folder to write")
    for name, option in options().items():
        flag, wanted = "--" + name.replace("_", "-"), f"{option.purpose.en}: {option.kind.accepts.en}"
        if option.kind is SECRET:
            parser.add_argument(f"{flag}-file", dest=name, default="", help=f"file that holds the {wanted}")
        else:
            parser.add_argument(flag, dest=name, default="", help=wanted)


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    given = {name: getattr(arguments, name) for name in options()}
    secrets = (name for name, option in options().items() if option.kind is SECRET and given[name])
    given |= {name: _content(name, given[name]) for name in secrets}
    written = fsconfig.write(arguments.out, read_values(settings, given))
    print(f"{len(written)} files in {arguments.out}; the values of this machine are in {written[-1]}")
    print(f"start it with: freeswitch -conf {arguments.out.resolve()}")
    return 0


def _content(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as bad:
        raise SettingError(
            f"--{name.replace('_', '-')}-file", path, f"a file that can be read ({bad.strerror})"
        ) from bad
