"""What a call leaves behind beside its legs, from the cases of the flow; and how the sentence tells of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.calls.cdr import End, build_cdr
from app.calls.explain import explain
from app.errors import CallerHungUp
from app.flow.interpreter import replay
from app.flow.outcomes import Outcome, Waited, decode
from tests.flow.cases import all_cases
from tests.flow.company import facts

ANSWERED = "who waits hears how many are ahead and how long it will take, then is answered"
KEY = "a key in the music leads out of the queue"
GONE = "who hangs up in the music has left the queue"
LOW = "a low mark is told as well"


def cdr_of(says: str, **changes: Any) -> dict[str, Any]:
    """The record of the call in this case; it ends a second after its last outcome."""
    case = next(case for case in all_cases() if case.says == says)
    walk = case.walk()
    run, _ = replay(walk, case.outcomes())
    gone = next((item for item in case.data["outcomes"] if item["is"] == "hung_up"), None)
    if gone:
        hang_up(run, decode(gone["with"]) if "with" in gone else None)
    last = max(outcome["at_ms"] for outcome in case.data["outcomes"] if "at_ms" in outcome)
    end = End("caller" if gone else "flow", "NORMAL_CLEARING", last + 1000)
    cdr = build_cdr(
        walk.call.facts, walk.snapshot, walk.trail, end, controller="c1", variables=walk.call.variables
    )
    assert json.loads(json.dumps(cdr)) == cdr
    return cdr | changes


def hang_up(run: Any, outcome: Outcome | None) -> None:
    try:
        run.throw(CallerHungUp(outcome=outcome))
    except CallerHungUp:
        return


@pytest.mark.parametrize(
    ("says", "queued_ms", "place", "keys"),
    [
        (ANSWERED, 59_960, 3, ""),
        ("a free phone is rung at once, and nothing is announced", 9960, 1, ""),
        ("a full queue without a way out says so", 0, None, ""),
        (KEY, 11_970, 2, "1"),
        (GONE, 4970, 2, ""),
        ("the call-back key keeps the place and says good-bye", 13_960, 5, "9"),
        ("a key during the announcement counts, and one that leads nowhere is nothing", 59_970, 2, "51"),
    ],
)
def test_the_time_in_the_queue_ends_when_a_phone_answers_or_the_caller_leaves(
    says: str, queued_ms: int, place: int | None, keys: str
) -> None:
    cdr = cdr_of(says)
    assert cdr["queued_ms"] == cdr["trail"][0].get("queue_ms", 0) == queued_ms
    assert cdr["trail"][0].get("place") == place
    assert cdr["keys"] == keys


def test_several_queues_are_added_up() -> None:
    cdr = cdr_of("nobody free anywhere: two queues, then a message")
    assert [step.get("queue_ms") for step in cdr["trail"]] == [None, 10_060, None]
    assert cdr["queued_ms"] == 10_060


@pytest.mark.parametrize(
    ("says", "mark", "phone", "told"),
    [
        ("a good mark is kept for the person who answered", 5, "care1", False),
        (LOW, 2, "care1", True),
        ("the second phone that answers is the one that is marked", 4, "care2", False),
        ("a wrong key is said and the question asked again", 3, "care1", False),
        ("who hangs up during the thanks has given his mark", 1, "care1", True),
    ],
)
def test_a_mark_says_who_gave_what_for_whom(says: str, mark: int, phone: str, told: bool) -> None:
    given = {"survey": "b", "label": "评价提问", "mark": mark, "phone": phone, "told": told}
    assert cdr_of(says)["survey"] == [given]


@pytest.mark.parametrize(
    "says",
    ["no mark after all tries", "who hangs up instead gives no mark", "nobody answered, so nobody is marked"],
)
def test_who_gives_no_mark_leaves_none(says: str) -> None:
    assert cdr_of(says)["survey"] == []


@pytest.mark.parametrize(
    ("says", "length_ms"),
    [
        ("a message is recorded, the person told, the caller thanked", 12_000),
        ("who hangs up after speaking has left a message", 12_000),
        ("who says nothing has left no message", None),
        ("who hangs up before speaking has left none", None),
    ],
)
def test_a_message_is_kept_also_when_the_caller_hangs_up(says: str, length_ms: int | None) -> None:
    message = cdr_of(says)["voicemail"]
    kept = {
        "file": "voicemail/0b2b6b34.wav",
        "length_ms": 12_000,
        "node": "a",
        "label": "下班提示",
    }
    assert message == (kept if length_ms else None)


def test_what_nodes_left_for_one_another_is_in_the_record_but_not_what_it_says_elsewhere() -> None:
    cdr = cdr_of("a priority from outside counts in the queue; what is too large counts as the highest")
    assert cdr["variables"] == {"priority": "99", "a.level": "gold"}


def test_keys_that_are_secret_are_in_no_record() -> None:
    case = next(case for case in all_cases() if case.says == KEY)
    walk = case.walk()
    replay(walk, case.outcomes())
    walk.trail[0].secret = True
    cdr = build_cdr(facts(), walk.snapshot, walk.trail, End("flow", "", 1), controller="c1")
    assert (cdr["keys"], cdr["trail"][0]["keys"]) == ("", "")
    assert any(isinstance(outcome, Waited) and outcome.pressed for outcome in walk.trail[0].outcomes)


@pytest.mark.parametrize(
    ("says", "chinese", "english"),
    [
        (
            ANSWERED,
            "售后组：排队 1 分 0 秒，第 3 位，售后二号接听，通话 1 分 0 秒，接听方先挂机",
            "售后组: waited 1 min 0 s, number 3 in line, 售后二号 answered, talked 1 min 0 s, the person who answered hung up",
        ),
        (
            "a phone that does not answer its offer does not cost the caller his place",
            "售后组：排队 40 秒，第 1 位，售后一号无人接听，售后二号接听，通话 1 分 0 秒，接听方先挂机",
            (
                "售后组: waited 40 s, number 1 in line, 售后一号 did not answer, 售后二号 answered, talked 1 min 0 s, "
                "the person who answered hung up"
            ),
        ),
        (
            KEY,
            "售后组：排队 12 秒，第 2 位，按 1 → 留言 12 秒，系统挂机",
            "售后组: waited 12 s, number 2 in line, key 1 → left a message of 12 s, the menu ended the call",
        ),
        (
            GONE,
            "售后组：排队 5 秒，第 2 位，来电者先挂机",
            "售后组: waited 5 s, number 2 in line, the caller hung up",
        ),
        (
            "a full queue without a way out says so",
            "队列已满，系统挂机",
            "queue full, the menu ended the call",
        ),
        (
            LOW,
            "售后组：售后一号接听 → 评分 2，通话 1 分 0 秒，接听方先挂机",
            "售后组: 售后一号 answered → gave 2, talked 1 min 0 s, the person who answered hung up",
        ),
        (
            "who hangs up after speaking has left a message",
            "留言 12 秒，来电者先挂机",
            "left a message of 12 s, the caller hung up",
        ),
        (
            "without a person it goes to the owner, in the default words",
            "发了通知，系统挂机",
            "sent a message, the menu ended the call",
        ),
    ],
)
def test_the_sentence_tells_of_it(says: str, chinese: str, english: str) -> None:
    cdr = cdr_of(says)
    assert explain(cdr, "zh").partition(" → ")[2] == chinese
    assert explain(cdr, "en").partition(" → ")[2] == english
