"""The programs that are measured, each in a process of its own on a core of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.errors import HotlineError
from app.flow.compile import compile_snapshot
from app.flow.snapshot import Assets, Group, Phone, Prompt
from app.live import snapshots
from app.live.connection import JOB_TIMEOUT_S, connect
from app.processes.redis import EmbeddedRedis
from app.simulator.load import FIRST_DID

NUMBERS = 1000
"""So many 400 numbers, each with a phone of its own: a phone that is in one call is not rung for the next."""

TARGET_CORE, LOAD_CORE = 0, 1
START_S = 20.0
PAGE = os.sysconf("SC_PAGE_SIZE")
TICK = os.sysconf("SC_CLK_TCK")

STANDARD_CALL = {
    "spec": 1,
    "name": "bench",
    "start": "menu",
    "nodes": {
        "menu": {"kind": "menu", "prompt": "menu", "exits": {"1": "ring"}},
        "ring": {"kind": "hunt", "group": "one", "ring_timeout_s": 20},
    },
}
"""Answer, a menu with one key, ring one phone, talk 0 s, record."""


def assets(number: int) -> Assets:
    """What the flow of one of the numbers refers to."""
    return Assets(
        phones={"desk": Phone("desk", str(13900000000 + number), "desk")},
        groups={"one": Group("one", "one", ("desk",))},
        prompts={"menu": Prompt("menu", "menu", "1/menu.wav", "", 1000)},
    )


@dataclass(frozen=True, slots=True)
class Target:
    """A running program that takes calls at `address`; `environ` are the settings that it runs with."""

    name: str
    address: str
    pid: int
    environ: Mapping[str, str]

    def cpu_s(self) -> float:
        """CPU time used so far, all threads, seconds."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def open_files(self) -> int:
        """Sockets included."""
        return len(list(Path(f"/proc/{self.pid}/fd").iterdir()))

    def rss_bytes(self) -> int:
        """Memory in use now."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * PAGE


@contextmanager
def hotline400() -> Iterator[Target]:
    """Our call control as `hotline400 esl` runs it, journal and shipping included, with NUMBERS published numbers."""
    with tempfile.TemporaryDirectory(prefix="h400-bench-") as home, EmbeddedRedis(Path(home)) as redis:
        with connect(redis.url, JOB_TIMEOUT_S) as client:
            for number in range(NUMBERS):
                snapshot = compile_snapshot(
                    STANDARD_CALL,
                    assets(number),
                    did=str(FIRST_DID + number),
                    version=1,
                    company_id=1,
                    flow_id="bench",
                )
                snapshots.publish(client, snapshot, 1)
        port = free_port()
        environ = {
            "HOTLINE_HOME": home,
            "HOTLINE_REDIS_URL": redis.url,
            "HOTLINE_ESL_LISTEN": f"127.0.0.1:{port}",
            "HOTLINE_MAX_CALLS": "100000",
            "HOTLINE_LOG_LEVEL": "error",
            "HOTLINE_DRAIN_S": "1",
        }
        with _process("hotline400", [sys.executable, "-m", "app.cli", "esl"], port, environ) as target:
            yield target


@contextmanager
def bare_greenswitch() -> Iterator[Target]:
    """The yardstick."""
    port = free_port()
    command = [sys.executable, "-m", "app.bench.bare_greenswitch", str(port)]
    with _process("bare greenswitch", command, port, {}) as target:
        yield target


@contextmanager
def _process(name: str, command: Sequence[str], port: int, environ: dict[str, str]) -> Iterator[Target]:
    process = subprocess.Popen(
        ["taskset", "-c", str(TARGET_CORE), *command],
        env={**os.environ, **environ},
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(process, port)
        yield Target(name, f"127.0.0.1:{port}", process.pid, environ)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    give_up = time.monotonic() + START_S
    while time.monotonic() < give_up and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise HotlineError("the program to measure does not start")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
