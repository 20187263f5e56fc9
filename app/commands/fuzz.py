"""`hotline400 fuzz`: damaged messages for everything that reads what comes from FreeSWITCH."""

from __future__ import annotations

import argparse
from pathlib import Path
from urllib.parse import quote

import orjson

from app.bench.fuzzing import fuzz
from app.processes.assets import ROOT
from app.settings import Settings
from app.simulator.recording import Frame, read

RECORDINGS = ROOT / "tests" / "wire"
SHOWN = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--packets", type=int, default=100_000, help="how many")
    parser.add_argument("--seed", type=int, default=1, help="another one damages them otherwise")
    parser.add_argument("--recordings", type=Path, default=RECORDINGS, help="what FreeSWITCH really sent")


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    found = fuzz(recorded(arguments.recordings), arguments.packets, arguments.seed)
    print(found)
    for data, crash in found.crashes[:SHOWN]:
        print(f"  {crash!r}\n    {data[:500]!r}")
    return int(bool(found.crashes))


def recorded(folder: Path) -> list[bytes]:
    """What the switch says in the recordings of a folder, as it was on the wire."""
    frames = (frame for file in sorted(folder.glob("*.txt")) for frame in read(file.read_text())[1])
    return [_packet(frame) for frame in frames if frame.side == "switch" and not frame.closed]


def _packet(frame: Frame) -> bytes:
    body = orjson.dumps(frame.event) if frame.event else frame.body.encode()
    lines = [line for line in frame.head.split("\n") if not line.startswith("Content-Length")]
    length = [f"Content-Length: {len(body)}"] if body else []
    return (
        "\n".join([*length, *(quote(line, safe=": /%+@;,=&?<>-_") for line in lines)]).encode()
        + b"\n\n"
        + body
    )
