"""hotline400 itself, as real processes around a real FreeSWITCH: call control, a worker, a published flow."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import wave
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from signal import SIGKILL
from typing import Any

from app.calls import closing
from app.calls.cdr import FINAL
from app.calls.publish import publish_flow
from app.flow.system_prompts import SYSTEM_PROMPTS, system_file, system_prompt
from app.integrations.sound import duration_ms
from app.integrations.speech import Utterance, speak_all
from app.live.connection import JOB_TIMEOUT_S, connect
from app.speech.say import PAUSE
from app.store import calls, companies, db, flows, groups, migrate, numbers, phones, prompts
from app.store.models import Call, CallLeg, Company
from app.telephony.fsconfig import PASSWORD_FILE
from tests.e2e.freeswitch import FreeSwitch
from tests.support import processes
from tests.support.waiting import until

ROOT = Path(__file__).parents[2]
CLI = "app.cli"
DID = "4008001234"
SILENT_DID = "4008009999"  # nothing is published for it
FLOW = "main"
PROMPT_MS = 400
RING_S = 5

DESK, SALES, CARE_1, CARE_2 = "13900000001", "13900000002", "13900000003", "13900000004"
PHONES = (
    ("desk", DESK, "前台"),
    ("sales", SALES, "售前一号"),
    ("care1", CARE_1, "售后一号"),
    ("care2", CARE_2, "售后二号"),
)

MENU = {"kind": "menu", "prompt": "menu", "timeout_s": 10, "tries": 1}
HUNT = {"kind": "hunt", "ring_timeout_s": RING_S}


def document(first: str = "sales") -> dict[str, Any]:
    """The flow: a menu; 1 rings the group `first` in order, 2 both phones of care at once."""
    return {
        "spec": 1,
        "name": "总线",
        "start": "menu",
        "nodes": {
            "menu": MENU | {"exits": {"1": "first", "2": "care"}},
            "first": HUNT | {"group": first},
            "care": HUNT | {"group": "care", "strategy": "simultaneous"},
        },
    }


@dataclass
class Hotline:
    """An installation on `home`, whose FreeSWITCH is `switch`."""

    switch: FreeSwitch
    redis_url: str
    controllers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def home(self) -> Path:
        return self.switch.home

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.home}/hotline400.db"

    def prepare(self) -> None:
        """Tables, prompts, a company with phones and a number, its flow published."""
        self.home.mkdir(exist_ok=True)
        migrate.upgrade(self.database_url)
        for key in SYSTEM_PROMPTS:
            _write_sound(self.home / "prompts" / system_file(key))
        _write_sound(self.home / "prompts" / "1" / "menu.wav")
        with self.store():
            _fill()
        self.publish(document())

    @contextmanager
    def store(self) -> Iterator[None]:
        """The database, connected."""
        db.connect(self.database_url)
        with db.database.connection_context():
            yield
        db.disconnect()

    def publish(self, flow: dict[str, Any]) -> None:
        """Make `flow` the draft and publish it: calls that begin from now on run on it."""
        with self.store(), connect(self.redis_url, JOB_TIMEOUT_S) as redis:
            company = _company()
            flows.save_draft(company, FLOW, flow, flows.find(company, FLOW).draft_revision)
            publish_flow(redis, company, FLOW)

    def open(self, did: str, flow: dict[str, Any], slug: str = "") -> None:
        """Publish one more flow, with a number of its own."""
        slug = slug or f"flow{did}"
        with self.store(), connect(self.redis_url, JOB_TIMEOUT_S) as redis:
            company = _company()
            flows.create(company, slug, flow["name"], flow)
            numbers.create(company, did)
            numbers.change(company, did, label=flow["name"], flow=slug)
            publish_flow(redis, company, slug)

    def speak(self, keys: Iterable[str]) -> None:
        """Make sounds of system prompts, such as say numbers: those that are missing."""
        prompts = [prompt for key in keys if (prompt := system_prompt(key))]
        files = {self.home / "prompts" / prompt.file: prompt for prompt in prompts}
        speak_all(
            [
                Utterance(prompt.text, file, "en" if "/en/" in prompt.file else "zh")
                for file, prompt in files.items()
                if not file.exists()
            ]
        )

    def length_s(self, keys: Iterable[str]) -> float:
        """How long system prompts speak, one after the other; pauses between them are not heard."""
        heard = (key for key in keys if not key.endswith(f".{PAUSE}"))
        prompts = [prompt for key in heard if (prompt := system_prompt(key))]
        return sum(duration_ms(self.home / "prompts" / prompt.file) for prompt in prompts) / 1000

    def start_controller(
        self, number: int = 0, switch: FreeSwitch | None = None, module: str = CLI
    ) -> subprocess.Popen[bytes]:
        """Call control on one of the addresses that FreeSWITCH knows; returns when it takes calls.

        `switch` is a further FreeSWITCH that is to have it; `module` is run instead of the command line.
        """
        switch = switch or self.switch
        port = switch.controllers[number]
        process = self.start(
            "esl",
            module,
            HOTLINE_ESL_LISTEN=f"127.0.0.1:{port}",
            HOTLINE_SWITCH=f"127.0.0.1:{switch.event_socket_port}",
            HOTLINE_SWITCH_PASSWORD_FILE=str(switch.folder / "conf" / PASSWORD_FILE),
        )
        self.controllers.append(process)
        until(lambda: _listens(port) or process.poll() is not None, "call control listens")
        assert process.poll() is None, self.output("esl")
        return process

    def revive_controller(self) -> None:
        """Start the first controller anew if a test has ended it."""
        if self.controllers[0].poll() is not None:
            self.start_controller()
            self.controllers[0] = self.controllers.pop()

    def drain_controller(self) -> None:
        """Tell the first controller to stop; returns when it takes no more calls."""
        said = "no more are taken"
        before = self.output("esl").count(said)
        self.controllers[0].terminate()
        until(lambda: self.output("esl").count(said) > before, "call control drains")

    @contextmanager
    def console(self) -> Iterator[None]:
        """The console is there meanwhile, and FreeSWITCH brings it its records."""
        port = int(self.switch.web.rpartition(":")[2])
        web = self.start("web", HOTLINE_WEB_LISTEN=self.switch.web)
        try:
            until(lambda: _listens(port), "the console listens", 20)
            yield
        finally:
            processes.stop(web)
            until(lambda: not _listens(port), "the console is gone")

    def close_waiting(self) -> None:
        """Close the calls that no controller has closed, as the reconciler does once their grace is over."""
        after_grace = datetime.now(UTC) + closing.GRACE + timedelta(seconds=1)
        with self.store(), connect(self.redis_url, JOB_TIMEOUT_S) as redis:
            closing.close_waiting(redis, self.switch.settings, after_grace)

    def start(
        self, command: str, module: str = CLI, *, arguments: Sequence[str] = (), **environ: str
    ) -> subprocess.Popen[bytes]:
        settings = {
            "PYTHONPATH": str(ROOT),
            "HOTLINE_HOME": str(self.home),
            "HOTLINE_DATABASE_URL": self.database_url,
            "HOTLINE_REDIS_URL": self.redis_url,
            **environ,
        }
        with (self.home / f"{command}.out").open("ab") as out:
            return processes.start(
                [sys.executable, "-P", "-m", module, command, *arguments],
                SIGKILL,
                stdout=out,
                stderr=out,
                env={**os.environ, **settings},
                cwd=ROOT,
            )

    def output(self, command: str) -> str:
        return (self.home / f"{command}.out").read_text(errors="replace")

    def record(self, ani: str, did: str = "") -> dict[str, Any]:
        """The one record of the calls from this number, to `did` when that is given, once it is stored."""
        (record,) = self.records(ani, did)
        return record

    def final_record(self, ani: str) -> dict[str, Any]:
        """The one record of the calls from this number, once a controller has seen the end of it."""
        with self.store():
            final = Call.select().where(Call.ani == ani, Call.standing == FINAL)
            until(final.exists, f"a final record of the call from {ani}")
        return self.record(ani)

    def records(self, ani: str, did: str = "", at_least: int = 1) -> list[dict[str, Any]]:
        """All of them in the order in which they began, once so many are stored."""
        found = Call.select().where(Call.ani == ani, *([Call.did == did] if did else []))
        what = f"{at_least} record(s) of calls from {ani or 'nobody'} to {did or 'any number'}"
        with self.store():
            until(lambda: found.count() >= at_least, what)
            return [self._record(call) for call in found.order_by(Call.began_at)]

    @staticmethod
    def _record(call: Call) -> dict[str, Any]:
        legs = CallLeg.select().where(CallLeg.call == call).order_by(CallLeg.position)
        return calls.Detail(call, tuple(legs)).cdr


def _listens(port: int) -> bool:
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0


def _company() -> Company:
    return companies.every(limit=1)[0]


def _fill() -> None:
    company = companies.create("示例公司")
    for slug, number, name in PHONES:
        phones.create(company, slug, number, name)
    groups.create(company, "sales", "售前组", ["desk", "sales"])
    groups.create(company, "other", "其他", ["sales"])
    groups.create(company, "care", "售后组", ["care1", "care2"])
    prompts.create(company, "menu", "总菜单", file="1/menu.wav", duration_ms=PROMPT_MS)
    flows.create(company, FLOW, "总线", document())
    numbers.create(company, DID)
    numbers.change(company, DID, label="总机", flow=FLOW)


def _write_sound(file: Path) -> None:
    """A short sound that no telephone of the tests makes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\x00\x20\x00\xe0" * (4 * PROMPT_MS))
