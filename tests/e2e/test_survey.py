"""The question after a conversation: who gave which mark to whom, and who is not asked."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from app.store import companies, surveys, tasks
from tests.e2e.caller import Caller
from tests.e2e.freeswitch import FreeSwitch
from tests.e2e.hotline import CARE_1, CARE_2, DID, Hotline, document
from tests.e2e.listening import PHONE_SOUND, press_in_turn, talk
from tests.e2e.phonebank import BUSY, Behaviour, PhoneBank

ANSWERS = Behaviour(after_s=0.2, sound=PHONE_SOUND)
LEADS_ON = {"answered": "survey", "busy": "survey"}
FLOW = {
    "spec": 1,
    "name": "总线",
    "start": "care",
    "nodes": {
        "care": {"kind": "hunt", "group": "care", "exits": LEADS_ON | {"all_busy": "survey"}},
        "survey": {"kind": "survey", "prompt": "menu", "timeout_s": 2, "tries": 2, "to": "desk"},
    },
}

_callers = count(13800166000)


@pytest.fixture(scope="module", autouse=True)
def flow(installation: Hotline) -> Iterator[None]:
    """Afterwards the flow is again what other tests expect."""
    installation.publish(FLOW)
    yield
    installation.publish(document())


@pytest.fixture
def caller(switch: FreeSwitch) -> Iterator[Caller]:
    with Caller(switch.carrier, str(next(_callers))) as telephone:
        yield telephone


def told(hotline: Hotline, caller: Caller) -> list[tuple[str, str]]:
    """For whom there are messages about this caller, and their last words."""
    with hotline.store():
        notices = tasks.search(companies.every(limit=1)[0], kind="notice").items
        return [(task.phone, task.text.split()[-1]) for task in notices if task.ani == caller.number]


@pytest.mark.parametrize(
    ("pressed", "mark", "told_of"),
    [(("5",), 5, []), (("9", "4"), 4, []), (("1",), 1, [("desk", "1")])],
    ids=["a mark", "a key that is no mark, then one", "a low mark"],
)
def test_the_mark_is_for_the_one_who_had_answered(
    hotline: Hotline,
    phones: PhoneBank,
    caller: Caller,
    pressed: tuple[str, ...],
    mark: int,
    told_of: list[tuple[str, str]],
) -> None:
    phones.reset(**{f"n{CARE_1}": BUSY, f"n{CARE_2}": ANSWERS})
    caller.dial(DID)
    care = phones.call(CARE_2, "answered")
    talk(caller, care)
    phones.hang_up(care)
    press_in_turn(caller, *pressed)
    caller.wait("ended")
    record = hotline.record(caller.number)
    assert [(step["node"], step["exit"]) for step in record["trail"]] == [
        ("care", "answered"),
        ("survey", "rated"),
    ]
    assert [(given["survey"], given["mark"], given["phone"]) for given in record["survey"]] == [
        ("survey", mark, "care2")
    ]
    assert (record["ended"], record["answered_by"]) == ("callee", "care2")
    assert told(hotline, caller) == told_of
    with hotline.store():
        stored = surveys.marks(companies.every(limit=1)[0], phone="care2").items
        assert [(row.mark, row.told) for row in stored if row.call.ani == caller.number] == [
            (mark, bool(told_of))
        ]


def test_a_caller_who_hangs_up_first_is_not_asked(
    hotline: Hotline, phones: PhoneBank, caller: Caller
) -> None:
    phones.reset(**{f"n{CARE_1}": ANSWERS})
    caller.dial(DID)
    care = phones.call(CARE_1, "answered")
    talk(caller, care)
    caller.hang_up()
    record = hotline.record(caller.number)
    assert (record["ended"], record["answered_by"], record["survey"]) == ("caller", "care1", [])
    assert not [step["exit"] for step in record["trail"] if step["node"] == "survey" and step["exit"]]


def test_a_caller_who_presses_nothing_gives_no_mark(
    hotline: Hotline, phones: PhoneBank, caller: Caller
) -> None:
    phones.reset(**{f"n{CARE_1}": Behaviour(talk_s=0.2)})
    caller.dial(DID).wait("ended", 15)
    record = hotline.record(caller.number)
    assert (record["trail"][1]["exit"], record["survey"]) == ("no_mark", [])


def test_who_talked_to_nobody_is_not_asked(hotline: Hotline, phones: PhoneBank, caller: Caller) -> None:
    phones.reset(**{f"n{CARE_1}": BUSY, f"n{CARE_2}": BUSY})
    caller.dial(DID).wait("ended")
    record = hotline.record(caller.number)
    assert [step["exit"] for step in record["trail"]] == ["all_busy", "skipped"]
    assert record["survey"] == []
