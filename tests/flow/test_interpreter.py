"""What happens when a flow goes wrong, and what nobody draws into it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import pytest

from app.calls.conduct import conduct
from app.errors import CallerHungUp
from app.flow.commands import Answer, Collect, Command, Dial, Hangup, Play
from app.flow.interpreter import MAX_STEPS, Walk
from app.flow.nodes.base import Call, Exit, Node, Run
from app.flow.outcomes import Answered, Collected, Dialled, DialResult, Leg, Outcome, Played
from app.flow.whispering import whisper
from app.routing.regions import Region
from app.words import Words
from tests.flow.company import ASSETS, facts, flow_of, snapshot_of


@dataclass(frozen=True, kw_only=True)
class Broken(Node):
    """A node that fails in the middle."""

    kind: ClassVar[str] = "broken"
    words: ClassVar[Words] = Words("坏", "broken")

    @classmethod
    def ways_out(cls) -> tuple[Exit, ...]:
        return ()

    def run(self, call: Call) -> Run:
        yield Play(("welcome",))
        raise ZeroDivisionError("oops")


class World:
    """Answers every command the same way and keeps the commands."""

    def __init__(self, dialled: DialResult = DialResult.ANSWERED, keys: str = "1") -> None:
        self.dialled, self.keys = dialled, keys
        self.commands: list[Command] = []

    def __call__(self, command: Command) -> Outcome | None:
        self.commands.append(command)
        match command:
            case Answer():
                return Answered(at_ms=10)
            case Play():
                return Played(at_ms=20)
            case Collect():
                return Collected(digits=self.keys, at_ms=30)
            case Dial(phones=phones):
                answered = self.dialled is DialResult.ANSWERED
                return Dialled(
                    result=self.dialled,
                    phone=phones[0] if answered else "",
                    ended_by="callee" if answered else "",
                    at_ms=99,
                )
        return None


def broken_walk(fallback: str = "13700000000") -> Walk:
    snapshot = snapshot_of(
        {**flow_of(a={"kind": "hangup"}), "fallback": fallback} if fallback else flow_of(a={"kind": "hangup"})
    )
    document = replace(snapshot.document, nodes={"a": Broken(id="a")})
    return Walk(replace(snapshot, document=document), facts())


def test_a_node_that_raises_rings_the_fallback_phone_and_the_trail_says_why() -> None:
    walk, world = broken_walk(), World()
    assert conduct(walk, world) == "flow_error"
    assert [type(command) for command in world.commands] == [Answer, Play, Dial, Hangup]
    assert walk.trail[0].problem == "ZeroDivisionError: oops"
    assert walk.trail[1].node == "fallback"


@pytest.mark.parametrize("fallback", ["13700000000", ""])
def test_an_apology_is_heard_when_no_fallback_answers(fallback: str) -> None:
    world = World(DialResult.BUSY)
    assert conduct(broken_walk(fallback), world) == "flow_error"
    assert world.commands[-2:] == [Play(("sys.sorry",)), Hangup()]


def test_a_flow_that_runs_in_circles_is_stopped() -> None:
    flow = flow_of(a={"kind": "announce", "prompt": "welcome", "exits": {"done": "a"}})
    walk, world = Walk(snapshot_of(flow), facts()), World()
    assert conduct(walk, world) == "flow_error"
    assert walk.trail[MAX_STEPS - 1].problem == f"FlowError: more than {MAX_STEPS} steps"


def test_a_flow_that_only_rings_is_not_picked_up_by_the_machine() -> None:
    world = World()
    assert conduct(Walk(snapshot_of(flow_of(a={"kind": "hunt", "group": "sales"})), facts()), world) == "flow"
    assert [type(command) for command in world.commands] == [Dial, Hangup]


def test_a_hang_up_while_phones_ring_keeps_the_phones_that_rang() -> None:
    ringing = Dialled(
        result=DialResult.CANCELLED,
        legs=(
            Leg(phone="desk", result=DialResult.CANCELLED, cause="ORIGINATOR_CANCEL", at_ms=5, ring_ms=7000),
        ),
        at_ms=7005,
    )

    def world(command: Command) -> Outcome:
        raise CallerHungUp("ORIGINATOR_CANCEL", ringing)

    walk = Walk(snapshot_of(flow_of(a={"kind": "hunt", "group": "sales"})), facts())
    assert conduct(walk, world) == "caller"
    assert walk.trail[0].outcomes == [ringing]
    assert walk.trail[0].exit == ""


def test_the_person_who_answers_is_told_where_the_caller_is_from_as_far_as_there_are_words_for_it() -> None:
    call = Call(replace(facts(), region=HANGZHOU), ASSETS)
    place = ("sys.area.zhejiang.hangzhou", "sys.carrier.mobile")
    assert whisper(call, "welcome", True) == ("welcome", *place)
    assert whisper(call, "", True) == place
    assert whisper(call, "welcome", False) == ("welcome",)
    assert whisper(Call(replace(facts(), region=None), ASSETS), "welcome", True) == ("welcome",)


HANGZHOU = Region("浙江", "杭州", "中国移动", "0571")


def test_the_one_who_answers_is_known_to_later_nodes() -> None:
    walk = Walk(snapshot_of(flow_of(a={"kind": "hunt", "group": "sales"})), facts())
    conduct(walk, World())
    assert walk.call.variables["answered_by"] == "desk"
