"""A controller and a simulated switch with real sockets between them, for whole calls in no time."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import gevent

from app.errors import NotInService
from app.flow.snapshot import Snapshot
from app.integrations import webhook
from app.live.connection import connect
from app.live.shared import Shared
from app.settings import Address, Trunk
from app.simulator.caller import Caller
from app.simulator.clock import InstantClock
from app.simulator.phones import Phones
from app.simulator.story import CallStory
from app.simulator.switch import SimulatedSwitch
from app.telephony.controller import Controller
from app.telephony.server import CallServer
from app.telephony.surroundings import Surroundings
from tests.flow.company import ASSETS, flow_of, snapshot_of

DEADLINE_S = 20
SECRET = b"k" * 32
MENU: dict[str, Any] = {
    "welcome": {
        "kind": "menu",
        "prompt": "welcome",
        "tries": 2,
        "exits": {"1": "sales", "2": "all", "3": "turns", "4": "extension", "0": "13700000000"},
    },
    "sales": {"kind": "hunt", "group": "sales", "ring_timeout_s": 10},
    "all": {
        "kind": "hunt",
        "phones": ["care1", "care2", "desk"],
        "strategy": "simultaneous",
        "ring_timeout_s": 10,
    },
    "turns": {"kind": "hunt", "group": "care", "strategy": "round_robin"},
    "extension": {"kind": "extension", "prompt": "extension", "exits": {"operator": "13700000000"}},
}


@dataclass
class Bench:
    """A controller and a switch, and the records of the calls between them."""

    phones: Phones = field(default_factory=Phones)
    snapshot: Snapshot = field(default_factory=lambda: snapshot_of(flow_of(**MENU)))
    prompts: str = ""
    records: list[dict[str, Any]] = field(default_factory=list)
    turns: list[int] = field(default_factory=list)
    messages: list[Any] = field(default_factory=list)
    live: Shared = field(default_factory=lambda: Shared(connect("unix:///nowhere"), "test"))
    switch: SimulatedSwitch | None = None
    around: Surroundings | None = None

    def begin(self, call_id: str, facts: Any) -> None:
        """A journal's part."""

    def end(self, cdr: dict[str, Any]) -> None:
        self.records.append(cdr)

    def get(self, did: str) -> Snapshot:
        """The part of what is published."""
        if did != "4008001234":
            raise NotInService(did)
        return self.snapshot

    def revision(self, did: str) -> int:
        return self.snapshot.version

    def at(self, did: str, revision: int) -> Snapshot | None:
        return self.snapshot if revision == self.snapshot.version else None

    def next_turn(self, counter: str) -> int:
        self.turns.append(len(self.turns))
        return self.turns[-1]

    @property
    def recordings(self) -> Path:
        return Path(self.prompts) / "recordings"

    def flow(self, **nodes: Any) -> None:
        """Calls that begin from now on run on these nodes."""
        self.snapshot = snapshot_of(flow_of(**nodes))

    def ask(self, question: webhook.Question) -> webhook.Answer:
        """Asks web services on this machine too; in a thread, because the tests' sockets are not cooperative."""
        answer: webhook.Answer = gevent.get_hub().threadpool.apply(
            webhook.ask, (question, lambda _address: True)
        )
        return answer

    @contextmanager
    def running(self) -> Iterator[Bench]:
        """With a controller and a switch; all calls have ended afterwards, and nothing is held any more."""
        around = Surroundings(
            Trunk("gateway", "carrier"), self.prompts, str(self.recordings), self.next_turn, self.live,
            self.messages.append, ask=self.ask,
        )  # fmt: skip
        controller = Controller(self, self, around, name="test", secret=SECRET)
        server = CallServer(
            Address("127.0.0.1", 0), controller.handle, max_calls=50, peers=[ip_network("127.0.0.0/8")]
        )
        server.start()
        self.switch = SimulatedSwitch([str(server.address)], clock=InstantClock(), phones=self.phones)
        self.around = around
        yield self
        assert server.drain(DEADLINE_S)
        board = self.live.board(self.snapshot.company_id)
        assert not any(phone["call_id"] for phone in board["phones"].values()), board

    def place(self, caller: Caller) -> CallStory:
        assert self.switch
        return self.switch.place(caller)

    def call(
        self, keys: str = "", did: str = "4008001234", ani: str = "13800138000", **more: Any
    ) -> dict[str, Any]:
        """Place a call and return its record."""
        story = self.place(Caller(ani, did, keys=keys, **more)).wait(DEADLINE_S)
        assert "unknown_application" not in story.events()
        return self.record_of(story)

    def record_of(self, story: CallStory) -> dict[str, Any]:
        """The record of a call, once it is written."""
        return self.record(story.call_id)

    def record(self, call_id: str) -> dict[str, Any]:
        """The record of the call with this id, once it is written."""
        with gevent.Timeout(DEADLINE_S):
            while True:
                for cdr in self.records:
                    if cdr["call_id"] == call_id:
                        return cdr
                gevent.sleep(0.001)  # an idle moment, without which the clock does not jump


def write_sounds(folder: Path) -> None:
    """A prompts folder in which every prompt lasts a second."""
    for prompt in (*ASSETS.prompts.values(), *snapshot_of().assets.prompts.values()):
        path = folder / prompt.file
        path.parent.mkdir(parents=True, exist_ok=True)
        with wave.open(str(path), "wb") as sound:
            sound.setparams((1, 2, 8000, 0, "NONE", ""))
            sound.writeframes(bytes(16000))


def legs(cdr: dict[str, Any]) -> list[tuple[str, str]]:
    return [(leg["phone"], leg["result"]) for leg in cdr["legs"]]
