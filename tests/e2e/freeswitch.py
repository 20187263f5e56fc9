"""A real FreeSWITCH on fs-config/, in a folder of its own, on free ports, gone when the tests are."""

from __future__ import annotations

import os
import random
import re
import shutil
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from signal import SIGKILL

from app.settings import Settings, load
from app.telephony import fsconfig
from app.telephony.fsvalues import read_values
from tests.e2e.line import Line
from tests.support import processes
from tests.support.waiting import until

START_S = 50.0
PORTS = range(10_000, 20_000)  # below those that the system gives to outgoing connections
BAD = re.compile(r"\[(ERR|CRIT|ALERT)\]")
FOLDERS = ("log", "db", "run", "temp", "storage", "cache")


def find_freeswitch(environ: Mapping[str, str] = os.environ) -> str | None:
    """The program that FREESWITCH names, else the one on PATH. A wrong FREESWITCH is an error."""
    named = environ.get("FREESWITCH", "")
    if named and not os.access(named, os.X_OK):
        raise FileNotFoundError(f"FREESWITCH={named} is not a program")
    return named or shutil.which("freeswitch", path=environ.get("PATH"))


def free_port() -> int:
    """A port that neither UDP nor TCP uses, and that no outgoing connection is given either."""
    while True:
        port = random.choice(PORTS)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
            try:
                udp.bind(("127.0.0.1", port))
                tcp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


class FreeSwitch:
    """One FreeSWITCH. `controllers` are the ports of the call controllers that it knows, `secret` what they ask for; `web` is
    the console that takes its records of calls, which stay in `json_cdr_dir` while it is away.

    `certs` may be used again: FreeSWITCH computes keys for seconds when it finds none there.
    """

    def __init__(self, program: str, folder: Path, certs: Path, *, secret: str = "", **given: str) -> None:
        self.folder = folder
        self.secret = secret
        self._certs = certs
        self.controllers = (free_port(), free_port())
        self.carrier = ("127.0.0.1", free_port())
        self.web = f"127.0.0.1:{free_port()}"
        self.test_port, self.event_socket_port = free_port(), free_port()
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._given = {
            "controllers": ",".join(f"127.0.0.1:{port}" for port in self.controllers),
            "sip": f"127.0.0.1:{self.carrier[1]}",
            "carrier_networks": "127.0.0.1/32",
            "rtp_ports": "20000-32000",
            "test_port": str(self.test_port),
            "event_socket_port": str(self.event_socket_port),
            **given,
        }

    @property
    def home(self) -> Path:
        """What HOTLINE_HOME is for processes that work with this switch."""
        return self.folder / "home"

    @property
    def settings(self) -> Settings:
        """Of the hotline400 that this switch works for."""
        told = {"HOME": str(self.home), "ESL_SECRET": self.secret, "WEB_LISTEN": self.web}
        return load({f"HOTLINE_{name}": value for name, value in told.items()})

    @property
    def json_cdr_dir(self) -> Path:
        return self.home / "json_cdr"

    @property
    def log(self) -> str:
        return (self.folder / "log" / "freeswitch.log").read_text(errors="replace")

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    def errors(self) -> list[str]:
        return [line for line in self.log.splitlines() if BAD.search(line)]

    def configure(self) -> Path:
        """Write the configuration; returns its folder."""
        conf = self.folder / "conf"
        values = read_values(self.settings, self._given)
        fsconfig.write(conf, values)
        return conf

    def start(self) -> None:
        conf = self.configure()
        arguments = ["-nf", "-nc", "-nonat", "-np", "-nocal", "-conf", str(conf), "-certs", str(self._certs)]
        for name in FOLDERS:
            (self.folder / name).mkdir(exist_ok=True)
            arguments += [f"-{name}", str(self.folder / name)]
        with (self.folder / "out").open("wb") as out:
            self._process = processes.start([self._program, *arguments], SIGKILL, stdout=out, stderr=out)
        until(self._is_ready, "FreeSWITCH is ready", START_S)

    def stop(self) -> None:
        """End it at once: an orderly end takes 4 s and would save nothing that is wanted here."""
        if self._process:
            processes.stop(self._process, SIGKILL)

    def api(self, command: str) -> str:
        """The answer to an API command, asked over the event socket."""
        password = (self.folder / "conf" / fsconfig.PASSWORD_FILE).read_text().strip()
        line = Line.to(self.event_socket_port, password)
        try:
            return line.ask(f"api {command}").body
        finally:
            line.close()

    def live_sessions(self) -> int:
        found = re.search(r"^(\d+) session\(s\) - peak", self.api("status"), re.MULTILINE)
        assert found, "status has no session count"
        return int(found[1])

    def _is_ready(self) -> bool:
        assert self._process
        if self._process.poll() is not None:
            raise AssertionError(
                "FreeSWITCH ended: " + (self.folder / "out").read_text(errors="replace")[-2000:]
            )
        try:
            return "is ready" in self.api("status")
        except OSError:
            return False
