"""Callers who are called back when their turn comes: promise, ringing, the call that follows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import gevent
import pytest

from app.setting_kinds import Address
from app.simulator.inbound import EventSocket
from app.simulator.phones import PhoneBehaviour
from app.telephony import callbacks
from app.telephony.callbacks import Callbacks
from app.telephony.control import Switch
from tests.telephony.bench import DEADLINE_S, Bench

CALLER, DESK = "13800138000", "13900000001"
QUEUE: dict[str, Any] = {
    "kind": "queue",
    "phones": ["desk"],
    "max_wait_s": 100,
    "every_s": 10,
    "callback_key": "1",
    "callback_tries": 2,
}


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callbacks, "PAUSE_S", 0)
    monkeypatch.setattr(callbacks, "TAKEN_WITHIN_S", 0.2)


@pytest.fixture
def calls_back(bench: Bench) -> Iterator[None]:
    """Call-backs are rung, through the simulated switch's event socket."""
    assert bench.switch
    assert bench.around
    server = EventSocket(("127.0.0.1", 0), bench.switch, "secret")
    server.start()
    switch = Switch(Address("127.0.0.1", server.server_port or 0), "secret")
    loop = Callbacks(bench.live, switch, bench.around.trunk, bench.messages.append, bench.get)

    def step() -> None:
        while True:
            loop.step(0)
            bench.live.touch()  # what `Shared.run` does every second
            gevent.sleep(0.005)

    stepping = gevent.spawn(step)
    yield
    stepping.kill()
    switch.close()
    server.stop()


def promised(bench: Bench) -> dict[str, Any]:
    """The record of a caller who waits for the desk, which is in another call, and asks to be called back."""
    assert bench.live.acquire(1, "another call", [DESK])
    return bench.call("wait 5, press 1")


def until(holds: Callable[[], Any]) -> None:
    with gevent.Timeout(DEADLINE_S):
        while not holds():
            gevent.sleep(0.005)


def test_the_caller_is_rung_when_his_turn_comes_and_talks(bench: Bench, calls_back: None) -> None:
    bench.flow(a=QUEUE)
    bench.phones.set(CALLER, PhoneBehaviour.read("answers after 2 talks 30"))
    assert promised(bench)["trail"][0]["exit"] == "callback"
    bench.live.ended(1, "another call")
    until(lambda: len(bench.records) == 2)
    cdr = bench.records[1]
    assert (cdr["ani"], cdr["did"], cdr["answered_by"]) == (CALLER, "4008001234", "desk")
    assert [step["kind"] for step in cdr["trail"]] == ["announce", "hunt"]


def test_the_flow_goes_on_after_the_conversation_as_after_the_queue(bench: Bench, calls_back: None) -> None:
    bench.flow(a=QUEUE | {"exits": {"answered": "ask"}}, ask={"kind": "survey", "prompt": "welcome"})
    bench.phones.set(CALLER, PhoneBehaviour.read("answers after 2 talks 60"))
    bench.phones.set(DESK, PhoneBehaviour.read("answers after 1 talks 10"))
    promised(bench)
    bench.live.ended(1, "another call")
    until(lambda: len(bench.records) == 2)
    assert [step["kind"] for step in bench.records[1]["trail"]] == ["announce", "hunt", "survey"]


def test_a_phone_that_does_not_answer_then_and_the_caller_is_in_the_queue_again(
    bench: Bench, calls_back: None
) -> None:
    bench.flow(a=QUEUE | {"phones": ["desk", "sales1"]})
    bench.phones.set(DESK, PhoneBehaviour.read("no answer"))
    bench.phones.set(CALLER, PhoneBehaviour.read("answers after 1 talks 60"))
    assert bench.live.acquire(1, "one", [DESK])
    assert bench.live.acquire(1, "other", ["13900000002"])
    bench.call("wait 5, press 1")
    bench.live.ended(1, "one")
    until(lambda: "callback-phone" in _trail_of_live_calls(bench) or len(bench.records) > 1)
    bench.live.ended(1, "other")
    until(lambda: len(bench.records) == 2)
    cdr = bench.records[1]
    assert [step["kind"] for step in cdr["trail"]][:3] == ["announce", "hunt", "queue"]
    assert cdr["answered_by"] == "sales1"


def _trail_of_live_calls(bench: Bench) -> str:
    assert bench.switch
    return " ".join(
        "callback-phone" if "ringing" in channel.story.events() else ""
        for channel in bench.switch.live_calls.values()
    )


def test_a_caller_who_does_not_answer_is_tried_again_and_then_given_up(
    bench: Bench, calls_back: None
) -> None:
    bench.flow(a=QUEUE)
    bench.phones.set(CALLER, PhoneBehaviour.read("busy"))
    promised(bench)
    bench.live.ended(1, "another call")
    until(lambda: bench.messages)
    assert CALLER in bench.messages[0]["text"]
    assert len(bench.records) == 1
    until(lambda: not any(phone["call_id"] for phone in bench.live.board(1)["phones"].values()))
    assert bench.call(ani="13600136000")["answered_by"] == "desk"


def test_without_a_switch_that_can_be_told_nothing_is_promised(bench: Bench) -> None:
    assert bench.around
    object.__setattr__(bench.around, "calls_back", False)
    bench.flow(a=QUEUE | {"max_wait_s": 20})
    assert promised(bench)["trail"][0]["exit"] == "timeout"
    bench.live.ended(1, "another call")
