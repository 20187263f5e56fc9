"""The sum of a call, in its last event."""

from __future__ import annotations

from typing import Any

from app.simulator.caller import Caller
from app.simulator.clock import InstantClock
from app.simulator.phones import PhoneBehaviour, Phones
from app.simulator.switch import SimulatedSwitch
from tests.simulator.controllers import Controller, controlled, execution


def last_event(*applications: tuple[str, str]) -> dict[str, Any]:
    """What the controller is told at the end of a call in which it ran `applications`."""

    def runs(controller: Controller) -> None:
        controller.start()
        controller.say(*(execution(*application) for application in applications))
        controller.listen()
        told.update(controller.events[-1])

    told: dict[str, Any] = {}
    phones = Phones({"13900000001": PhoneBehaviour(answer_after_s=3, talk_s=60)})
    with controlled(runs) as address:
        SimulatedSwitch([address], InstantClock(), phones).place(Caller("13800138000", "4008001234")).wait(10)
    assert told["Event-Name"] == "CHANNEL_HANGUP_COMPLETE"
    return told


def test_an_answered_call_has_its_times_and_lengths() -> None:
    told = last_event(("answer", ""), ("bridge", "sofia/gateway/carrier/13900000001"), ("hangup", ""))
    start, answer, bridge, end = (
        int(told[f"variable_{name}_uepoch"]) for name in ("start", "answer", "bridge", "end")
    )
    assert start < answer < bridge < end
    assert (bridge - answer, end - bridge) == (3_000_000, 60_000_000)
    assert told["variable_uduration"] == str(end - start)
    assert told["variable_billmsec"] == str((end - answer) // 1000)
    assert told["variable_waitsec"] == "3"
    assert (told["variable_hangup_cause"], told["variable_last_app"]) == ("NORMAL_CLEARING", "hangup")
    assert told["Caller-Channel-Bridged-Time"] == str(bridge)


def test_a_call_that_was_never_answered_is_not_billed() -> None:
    told = last_event(("sleep", "5000"), ("hangup", "USER_BUSY"))
    assert (told["variable_answer_uepoch"], told["variable_billsec"], told["variable_duration"]) == (
        "0",
        "0",
        "5",
    )
    assert "variable_answer_stamp" not in told
    assert told["variable_hangup_cause"] == "USER_BUSY"
