"""Real calls gone through once more: the same flow changes nothing, another one changes what it must."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.calls import trial
from app.calls.decisions import Manner
from app.calls.habits import Habit, Habits, learn
from app.calls.situation import Act, Situation
from app.calls.whatif import Replay, Replayed, Summary, replay_all
from app.flow.snapshot import Group, Snapshot
from tests.flow.company import ASSETS, FLOW, flow_of, snapshot_of

Calls = list[tuple[dict[str, Any], datetime]]
BEGAN = datetime(2026, 11, 23, 14, 3)
GROUP: dict[str, Any] = {"a": {"kind": "hunt", "group": "sales", "ring_timeout_s": 15}}
QUEUE: dict[str, Any] = {"a": {"kind": "queue", "group": "care", "max_wait_s": 60}}
NO_ONE = dict.fromkeys(("desk", "sales1", "care1", "care2"), Manner.NO_ANSWER)


def call(
    snapshot: Snapshot, n: int = 0, every_s: float = 600, **situation: Any
) -> tuple[dict[str, Any], datetime]:
    """One call as it went, and when it began."""
    values: dict[str, Any] = {"ani": "13800138000", "did": "4008001234", "seed": n} | situation
    cdr = trial.run(snapshot, Situation(at=BEGAN + timedelta(seconds=n * every_s), **values)).cdr
    assert cdr
    return cdr | {"call_id": f"call-{n}"}, datetime.fromisoformat(cdr["began_at"])


def replayed(
    draft: Snapshot, calls: Calls, former: Snapshot | None = None, habits: Habits | None = None
) -> list[Replayed]:
    habits = habits or learn(leg for cdr, _ in calls for leg in cdr["legs"])
    replay = Replay(draft, habits, former)
    return [replay.replay(cdr, began) for cdr, began in calls]


def chance_calls(snapshot: Snapshot, count: int = 300) -> Calls:
    """Callers who press anything, phones that do anything, hang-ups at any moment."""
    dice = random.Random(7)
    calls = []
    for n in range(count):
        keys = [Act("keys", dice.choice(["", "1", "2", "0", "9"]), dice.uniform(0, 4)) for _ in range(3)]
        phones = {
            phone: dice.choice(list(Manner)[:5])
            for phone in ("desk", "sales1", "care1", "care2", "13800138000")
        }
        gone = dice.randrange(60_000) if dice.random() < 0.3 else None
        calls.append(
            call(
                snapshot,
                n,
                acts=tuple(keys),
                phones=phones,
                hangs_up_ms=gone,
                ahead=dice.randrange(3),
                answer_s=float(dice.randrange(1, 20)),
            )
        )
    return calls


FLOWS = {
    "menus and groups": FLOW,
    "a queue with a key": flow_of(
        q={
            "kind": "queue",
            "group": "care",
            "max_wait_s": 60,
            "exits": {"1": "v", "timeout": "v", "answered": "s"},
        },
        v={"kind": "voicemail"},
        s={"kind": "survey", "prompt": "question"},
    ),
    "an extension": flow_of(
        x={"kind": "extension", "prompt": "extension", "exits": {"operator": "13800138000"}}
    ),
    "a sub-flow": flow_of(
        s={"kind": "subflow", "flow": "service", "exits": {"returned": "g"}},
        g={"kind": "hunt", "group": "sales"},
    ),
}


@pytest.mark.parametrize("flow", FLOWS.values(), ids=list(FLOWS))
def test_under_the_same_flow_nothing_differs(flow: dict[str, Any]) -> None:
    snapshot = snapshot_of(flow)
    differing = [each for each in replayed(snapshot, chance_calls(snapshot), snapshot) if each.differs]
    assert differing == []


def one(before: dict[str, Any], after: dict[str, Any], assets: Any = ASSETS, **situation: Any) -> Replayed:
    """One call of a flow, gone through under another."""
    former = snapshot_of(flow_of(**before))
    draft = snapshot_of(flow_of(**after), assets)
    return replayed(draft, [call(former, **situation)], former)[0]


def test_a_phone_that_is_tried_next_takes_a_call_that_was_missed() -> None:
    nobody = {"desk": Manner.NO_ANSWER, "sales1": Manner.NO_ANSWER}
    after = {"a": {**GROUP["a"], "exits": {"no_answer": "13700000000"}}}
    found = one(GROUP, after, phones=nobody)
    assert (found.before.result, found.after.result, found.after.number) == (
        "missed",
        "answered",
        "13700000000",
    )
    assert (found.differs, set(found.guesses)) == ("result", {"phone"})


def test_a_caller_who_hung_up_is_answered_when_that_comes_in_time() -> None:
    at_once = {"a": {**GROUP["a"], "strategy": "simultaneous"}}
    found = one(GROUP, at_once, phones={"desk": Manner.NO_ANSWER}, hangs_up_ms=16_000)
    assert (found.before.result, found.after.result, found.after.name) == (
        "abandoned",
        "answered",
        "售前一号",
    )
    assert found.after.wait_ms < 16_000


def test_he_is_not_when_it_comes_too_late() -> None:
    longer = {"a": {**GROUP["a"], "ring_timeout_s": 30}}
    found = one(GROUP, longer, phones={"desk": Manner.NO_ANSWER}, hangs_up_ms=17_000)
    assert (found.before.result, found.after.result, found.differs) == ("abandoned", "abandoned", "")


def test_a_phone_that_was_busy_is_busy_again() -> None:
    found = one(GROUP, {"a": {"kind": "hunt", "phones": ["desk"]}}, phones={"desk": Manner.BUSY})
    assert (found.before.result, found.after.result) == ("answered", "missed")
    assert not found.guesses


def test_callers_press_what_they_pressed_in_a_menu_that_stays() -> None:
    menu: dict[str, Any] = {
        "m": {"kind": "menu", "prompt": "welcome", "exits": {"1": "a", "2": "b"}},
        "b": {"kind": "hangup"},
    }
    other = {**menu, "m": {**menu["m"], "exits": {"1": "b", "2": "a"}}}
    found = one(menu | GROUP, other | GROUP, acts=(Act("keys", "1", 1.0),))
    assert (found.before.result, found.after.result, set(found.guesses)) == ("answered", "missed", set())


def test_in_a_new_menu_they_press_what_leads_to_where_they_went() -> None:
    menu: dict[str, Any] = {
        "m": {"kind": "menu", "prompt": "welcome", "exits": {"1": "b", "2": "a"}},
        "b": {"kind": "hangup"},
    }
    found = one(GROUP, menu | GROUP)
    assert (found.after.result, found.after.name) == ("answered", "前台")
    assert set(found.guesses) == {"keys", "longer"}


def test_a_phone_that_was_never_rung_answers_as_usual() -> None:
    former, draft = (
        snapshot_of(flow_of(**GROUP)),
        snapshot_of(flow_of(a={"kind": "hunt", "phones": ["care1"]})),
    )
    calls = [call(former, n) for n in range(400)]
    habits = Habits({"13900000003": Habit(answers=0.6, after_s=7)}, Habit())
    found = replayed(draft, calls, former, habits)
    answered = [each for each in found if each.after.result == "answered"]
    assert 200 < len(answered) < 280
    assert {each.after.wait_ms for each in answered} == {7000}
    assert all(each.guesses >= {"phone"} for each in found)


def test_a_phone_talks_to_one_caller_at_a_time() -> None:
    former, draft = (
        snapshot_of(flow_of(**GROUP)),
        snapshot_of(flow_of(a={"kind": "hunt", "phones": ["care1"]})),
    )
    calls = [call(former, n, every_s=5) for n in range(6)]
    found = replayed(draft, calls, former, Habits({}, Habit(talk_s=20)))
    assert [each.after.result for each in found] == ["answered", *["missed"] * 4, "answered"]


def test_with_one_more_phone_those_who_waited_are_answered() -> None:
    former = snapshot_of(flow_of(**QUEUE))
    more = {**ASSETS.groups, "care": Group("care", "售后组", ("care1", "care2", "desk"))}
    draft = snapshot_of(flow_of(**QUEUE), replace(ASSETS, groups=more))
    found = replayed(draft, [call(former, ahead=9, serves_s=60, hangs_up_ms=40_000)], former)[0]
    assert (found.before.result, found.after.result, found.after.name) == ("abandoned", "answered", "前台")


def test_the_sums_tell_of_both() -> None:
    former, draft = (
        snapshot_of(flow_of(**GROUP)),
        snapshot_of(flow_of(a={"kind": "hunt", "phones": ["sales1"]})),
    )
    calls = [call(former, 0), call(former, 1, phones=NO_ONE), call(former, 2)]
    calls[2][0]["ended"] = "over_limit"
    summary = Summary()
    counted: Sequence[int] = list(
        replay_all(Replay(draft, Habits({"13900000002": Habit(0.0)}, Habit()), former), calls, summary)
    )
    told = summary.to_json()
    assert counted == [1, 2, 3]
    assert (told["calls"], told["left_out"], told["guessed"]) == (2, 1, 2)
    assert told["before"] == {"answered": 1, "missed": 1, "wait_ms": 4000}
    assert told["after"] == {"missed": 2, "wait_ms": 0}
    assert [row["differs"] for row in told["differences"]] == ["result"]
