"""Controllers are replaced one after the other while simulated calls keep coming: every call goes on to its end."""

from __future__ import annotations

from collections import Counter
from functools import partial
from ipaddress import ip_network

import gevent
import pytest

from app.calls.cdr import FINAL
from app.settings import Address, Trunk
from app.simulator.caller import Caller
from app.simulator.clock import Clock
from app.simulator.story import CallStory
from app.simulator.switch import SimulatedSwitch
from app.telephony.controller import Controller
from app.telephony.server import CallServer
from app.telephony.surroundings import Surroundings
from tests.telephony.bench import DEADLINE_S, SECRET, Bench
from tests.telephony.peer import until

CALLS = 60
SPEED = 20
FLOW = {
    "first": {"kind": "menu", "prompt": "welcome", "tries": 5, "exits": {"1": "second"}},
    "second": {"kind": "menu", "prompt": "welcome", "tries": 5, "exits": {"2": "bye"}},
    "bye": {"kind": "hangup"},
}


class Pair:
    """Two controllers of one installation, and the switch that knows both."""

    def __init__(self, bench: Bench) -> None:
        around = Surroundings(
            Trunk("gateway", "carrier"), bench.prompts, "", bench.next_turn, bench.live, bench.messages.append
        )
        self._controller = Controller(bench, bench, around, name="test", secret=SECRET)
        self.servers = [self._server(), self._server()]
        addresses = [str(server.address) for server in self.servers]
        self.switch = SimulatedSwitch(addresses, clock=Clock(SPEED))

    def replace(self, number: int) -> bool:
        """As a rolling restart does it; whether no call had to go to the other one."""
        all_ended = self.servers[number].drain(0)
        self.servers[number] = self._server(self.servers[number].address)
        return all_ended

    def _server(self, listen: Address = Address("127.0.0.1", 0)) -> CallServer:  # noqa: B008
        server = CallServer(listen, self._controller.handle, max_calls=100, peers=[ip_network("127.0.0.0/8")])
        server.start()
        return server


@pytest.fixture
def bench(prompts: str) -> Bench:
    bench = Bench(prompts=prompts)
    bench.flow(**FLOW)
    return bench


def _are(stories: list[CallStory], count: int) -> bool:
    return len(stories) >= count


def test_no_call_is_lost_in_a_rolling_restart(bench: Bench) -> None:
    pair = Pair(bench)
    stories: list[CallStory] = []

    def call() -> None:
        for number in range(CALLS):
            caller = Caller(
                f"138{number:08}", "4008001234", keys="wait 4, press 1, wait 6, press 2, wait 3, press 2"
            )
            stories.append(pair.switch.place(caller))
            gevent.sleep(0.01)

    calling = gevent.spawn(call)
    handed_over = 0
    for number, begun in ((0, 20), (1, 40)):
        until(partial(_are, stories, begun))
        handed_over += not pair.replace(number)
    calling.join()
    for story in stories:
        story.wait(DEADLINE_S)
    for server in pair.servers:
        assert server.drain(DEADLINE_S)
    assert handed_over == 2
    assert all("apology" not in story.events() for story in stories)
    finals = Counter(record["call_id"] for record in bench.records if record["standing"] == FINAL)
    assert finals == Counter(story.call_id for story in stories), "one final record for each call"
    last = {record["call_id"]: record for record in bench.records if record["standing"] == FINAL}
    assert {record["ended"] for record in last.values()} == {"flow"}
    assert any(record["resumed"] for record in last.values())
