"""Trial calls step by step: what they wait for, and what comes of what is done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from app.calls import situation, trial
from app.calls.decisions import Manner
from app.calls.explain import explain
from app.calls.situation import Act, BadTrial, Situation
from app.calls.trial import Stage
from tests.flow.company import FLOW, flow_of, snapshot_of

AT = datetime(2026, 11, 23, 14, 3)
NIGHT = datetime(2026, 11, 23, 23, 30)
HUNT: dict[str, Any] = {"a": {"kind": "hunt", "group": "sales", "ring_timeout_s": 15}}
QUEUE: dict[str, Any] = {"q": {"kind": "queue", "group": "care", "max_wait_s": 60, "every_s": 30}}
MAILBOX = {"desk": Manner.MAILBOX, "sales1": Manner.BUSY}
HOOK: dict[str, Any] = {
    "w": {"kind": "webhook", "url": "https://crm.example.com/calls", "exits": {"a": "b", "default": "c"}},
    "b": {"kind": "hangup", "prompt": "welcome"},
    "c": {"kind": "hangup", "prompt": "closed"},
}


def stepped(flow: dict[str, Any], *acts: Act, **more: Any) -> Stage:
    return trial.step(
        snapshot_of(flow), Situation(at=more.pop("at", AT), acts=acts, **{"ani": "13800138000"} | more)
    )


def ran(flow: dict[str, Any], *acts: Act, **more: Any) -> dict[str, Any]:
    stage = trial.run(
        snapshot_of(flow), Situation(at=more.pop("at", AT), acts=acts, **{"ani": "13800138000"} | more)
    )
    assert stage.cdr
    return stage.cdr


def ways(cdr: dict[str, Any]) -> list[str]:
    return [f"{step['node']} {step['exit']}" for step in cdr["trail"]]


def legs(cdr: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(leg["phone"], leg["result"], leg["cause"]) for leg in cdr["legs"]]


def test_each_step_waits_for_the_next_act() -> None:
    acts = [Act("keys", "1", 2.0), Act("ring"), Act("talk", seconds=30.0)]
    waits = [stepped(FLOW, *acts[:done]).wait for done in range(3)]
    assert [wait.kind for wait in waits if wait] == ["keys", "ring", "talk"]
    assert [wait.phones for wait in waits if wait][1:] == [("desk",), ("desk",)]
    over = stepped(FLOW, *acts)
    assert over.wait is None
    assert over.cdr
    assert over.cdr["talk_ms"] == 30_000
    assert explain(over.cdr).endswith("在「主菜单」按 1 → 售前组：前台接听，通话 30 秒，接听方先挂机")


def test_what_was_heard_before_is_heard_again_and_no_more() -> None:
    first, second = stepped(FLOW), stepped(FLOW, Act("keys", "1", 2.0))
    assert second.scenes[: len(first.scenes)] == first.scenes
    assert [scene.kind for scene in second.scenes] == ["ask", "ring"]


def test_the_clock_decides() -> None:
    assert ways(ran(FLOW, at=NIGHT)) == ["hours closed", "night end"]


def test_keys_pressed_at_once_answer_the_next_questions() -> None:
    menus = flow_of(
        a={"kind": "menu", "prompt": "welcome", "exits": {"1": "b"}},
        b={"kind": "menu", "prompt": "closed", "exits": {"2": "c"}},
        c={"kind": "hangup"},
    )
    assert ways(ran(menus, Act("keys", "12", 1.0))) == ["a 1", "b 2", "c end"]


@pytest.mark.parametrize(
    ("confirm", "expected"),
    [(False, ("desk", "answered", "SUCCESS")), (True, ("desk", "no_answer", "NOT_ACCEPTED"))],
)
def test_a_mailbox_answers_where_nobody_has_to_press_a_key(
    confirm: bool, expected: tuple[str, str, str]
) -> None:
    flow = flow_of(a={**HUNT["a"], "ring_timeout_s": 20, "confirm": confirm})
    assert legs(ran(flow, phones=MAILBOX))[0] == expected


def test_a_queue_tells_the_place_and_offers_phones_in_turn() -> None:
    cdr = ran(flow_of(**QUEUE), ahead=1, serves_s=20, phones={"care1": Manner.NO_ANSWER})
    assert legs(cdr) == [("care1", "no_answer", "ALLOTTED_TIMEOUT"), ("care2", "answered", "SUCCESS")]
    assert cdr["trail"][0]["place"] == 2
    assert [leg["at_ms"] for leg in cdr["legs"]] == [20_000, 40_000]


def test_a_queue_without_anybody_is_left_and_a_full_one_too() -> None:
    assert ways(ran(flow_of(**QUEUE), staffed=False)) == ["q no_agents"]
    full = flow_of(q={**QUEUE["q"], "max_size": 3})
    assert ways(ran(full, ahead=3)) == ["q full"]


def test_a_key_leads_out_of_a_queue() -> None:
    flow = flow_of(q={**QUEUE["q"], "exits": {"1": "v"}, "reminder": "reminder"}, v={"kind": "voicemail"})
    stage = stepped(flow, ahead=9)
    assert stage.wait
    assert (stage.wait.kind, stage.wait.keys, stage.wait.place) == ("wait", "1", 10)
    cdr = ran(flow, Act("wait", "1", 1.0), Act("say", seconds=8.0), ahead=9)
    assert ways(cdr) == ["q 1", "v done"]
    assert cdr["voicemail"]["length_ms"] == 8000


def test_who_hangs_up_speaking_has_left_his_message() -> None:
    cdr = ran(flow_of(v={"kind": "voicemail"}), hangs_up_ms=20_000)
    assert (cdr["ended"], cdr["voicemail"]["length_ms"] > 5000) == ("caller", True)


@pytest.mark.parametrize(("reply", "way"), [("a", "w a"), ("", "w default")])
def test_a_web_service_says_what_it_is_told_to(reply: str, way: str) -> None:
    assert ways(ran(flow_of(**HOOK), reply=reply))[0] == way


def test_a_situation_travels_whole() -> None:
    there = Situation(
        at=AT, ani="13800138000", did="4008001234", seed=7, phones={"desk": Manner.OFF}, answer_s=9.5, ahead=3,
        serves_s=60, staffed=False, reply="b", acts=(Act("keys", "1#", 2.5), Act("ring")), hangs_up_ms=1234,
    )  # fmt: skip
    assert situation.read(there.to_json()) == there


def test_a_number_that_is_none_is_told() -> None:
    with pytest.raises(BadTrial, match="no phone number"):
        situation.read({"at": "2026-11-23T14:03", "ani": "call me"})
