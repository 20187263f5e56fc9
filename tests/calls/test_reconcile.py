"""Calls that no controller closed, closed from what a real FreeSWITCH 1.11.1 wrote down about them.

In switch_records/ the controller was killed while it rang two phones, A and B, of which B was busy.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.calls import reconcile, switch_record
from app.calls.cdr import Cdr
from app.calls.ringing import Ringing
from app.calls.state import MAX_LENGTH, STORED, Begin, StateLog
from app.calls.switch_record import BadSwitchRecord, SwitchRecord
from app.errors import NotInService
from app.flow.outcomes import Answered, Collected, Dialled, DialResult, Outcome, Played, Rated
from app.flow.snapshot import Snapshot
from tests.flow.company import snapshot_of

FOLDER = Path(__file__).with_name("switch_records")
SECRET = b"k" * 32
DID = "4008001234"
A, B = "aaaaaaaa-1111-2222-3333-444444444444", "bbbbbbbb-1111-2222-3333-444444444444"
FLOW = {
    "spec": 1,
    "name": "总线",
    "start": "menu",
    "nodes": {
        "menu": {"kind": "menu", "prompt": "welcome", "exits": {"1": "sales"}},
        "sales": {
            "kind": "hunt",
            "group": "sales",
            "strategy": "simultaneous",
            "exits": {"answered": "rate"},
        },
        "rate": {"kind": "survey", "prompt": "welcome"},
    },
}


class Published:
    """Revision 3 is the flow above."""

    def get(self, did: str) -> Snapshot:
        raise NotInService(did)

    def revision(self, did: str) -> int:
        return 3

    def at(self, did: str, revision: int) -> Snapshot | None:
        return replace(snapshot_of(FLOW), did=did) if (did, revision) == (DID, 3) else None


def posted(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


def told(
    name: str,
    *outcomes: Outcome,
    ringing: bool = True,
    revision: int = 3,
    record: dict[str, Any] | None = None,
) -> SwitchRecord:
    """The record, with the state that the controller had left on the channel."""
    record = record or posted(name)
    began_us = int(record["variables"]["start_uepoch"])
    begin = Begin(revision, datetime.fromtimestamp(began_us / 1_000_000, UTC), began_us)
    log = StateLog(SECRET, record["variables"]["uuid"], begin, outcomes)
    phones = Ringing(((A, "desk"), (B, "sales1")), 30) if ringing else None
    record["variables"]["hotline_state"] = log.text(phones)
    return switch_record.read(record)


def nothing_stored(call_id: str) -> str:
    return ""


def closed(record: SwitchRecord) -> Cdr:
    return reconcile.closed(record, Published(), nothing_stored, SECRET)


CHOSE = (Answered(at_ms=15), Collected(digits="1", at_ms=29))


def test_a_caller_who_hung_up_in_a_talk_without_controller() -> None:
    cdr = closed(told("caller_hangs_up", *CHOSE))
    assert (cdr["result"], cdr["ended"], cdr["answered_by"]) == ("answered", "caller", "desk")
    assert (cdr["talk_ms"], cdr["duration_ms"], cdr["keys"]) == (1500, 1557, "1")
    assert [(leg["phone"], leg["result"], leg["talk_ms"]) for leg in cdr["legs"]] == [
        ("desk", "answered", 1500),
        ("sales1", "busy", 0),
    ]
    assert [(step["node"], step["exit"]) for step in cdr["trail"]] == [
        ("menu", "1"),
        ("sales", "answered"),
    ]
    assert (cdr["standing"], cdr["controller"], cdr["ani"]) == ("reconciled", "freeswitch", "13800138000")


def test_a_talk_that_the_other_side_ended_and_nobody_to_go_on() -> None:
    cdr = closed(told("callee_hangs_up", *CHOSE))
    assert (cdr["result"], cdr["ended"], cdr["answered_by"]) == ("answered", "callee", "desk")
    assert (cdr["talk_ms"], cdr["duration_ms"]) == (1519, 1872)


def test_a_caller_who_gave_up_while_phones_rang() -> None:
    cdr = closed(told("caller_gives_up", *CHOSE))
    assert (cdr["result"], cdr["ended"], cdr["answered_by"]) == ("abandoned", "caller", "")
    assert [(leg["phone"], leg["result"]) for leg in cdr["legs"]] == [
        ("desk", "cancelled"),
        ("sales1", "cancelled"),
    ]


def test_a_call_that_the_flow_had_just_ended() -> None:
    talked = Dialled(result=DialResult.ANSWERED, phone="desk", talk_ms=200, ended_by="callee", at_ms=300)
    marked = (*CHOSE, talked, Collected(digits="5", at_ms=500), Rated())
    record = posted("callee_hangs_up")
    record["app_log"]["applications"].append({"app_name": "hangup", "app_stamp": "1795423077901971"})
    cdr = closed(told("callee_hangs_up", *marked, ringing=False, record=record))
    assert [(step["node"], step["exit"]) for step in cdr["trail"]][-1] == ("rate", "rated")
    unanswered = closed(told("callee_hangs_up", *CHOSE[:1], ringing=False, record=record))
    assert (unanswered["result"], unanswered["ended"]) == ("missed", "flow")


def test_a_caller_whom_only_the_apology_was_left() -> None:
    record = told("caller_gives_up", Answered(at_ms=15), ringing=False)
    sorry = {**record.variables, "hangup_cause": reconcile.APOLOGY}
    cdr = closed(replace(record, variables=sorry))
    assert (cdr["result"], cdr["ended"], len(cdr["trail"])) == ("missed", "no_controller", 1)


def test_a_caller_who_hung_up_in_the_menu() -> None:
    cdr = closed(told("caller_gives_up", Answered(at_ms=15), ringing=False))
    assert (cdr["result"], cdr["ended"], cdr["legs"]) == ("abandoned", "caller", [])
    assert [(step["node"], step["exit"]) for step in cdr["trail"]] == [("menu", "")]
    assert cdr["duration_ms"] == 540


@pytest.mark.parametrize(
    "record",
    [
        switch_record.read(posted("caller_gives_up")),
        told("caller_gives_up", *CHOSE, revision=2),
        told("caller_gives_up", Played()),
    ],
    ids=["no state", "a flow that nobody knows any more", "outcomes of another flow"],
)
def test_of_a_call_without_a_state_the_times_are_known(record: SwitchRecord) -> None:
    cdr = closed(record)
    assert (cdr["result"], cdr["ended"], cdr["hangup_cause"]) == (
        "missed",
        "no_controller",
        "NORMAL_CLEARING",
    )
    assert (cdr["did"], cdr["ani"], cdr["province"], cdr["duration_ms"]) == (DID, "13800138000", "北京", 540)
    assert cdr["began_at"] == "2026-11-23T08:38:06.681+00:00"


def test_a_state_that_was_too_long_for_the_channel_is_where_it_was_put() -> None:
    record = told("caller_hangs_up", *CHOSE)
    text = record.variables["hotline_state"]
    short = replace(record, variables={**record.variables, "hotline_state": STORED})
    assert len(text) < MAX_LENGTH
    cdr = reconcile.closed(short, Published(), {record.call_id: text}.__getitem__, SECRET)
    assert cdr["answered_by"] == "desk"


def test_a_record_may_lie_in_the_database_before_it_is_needed() -> None:
    record = told("callee_hangs_up", *CHOSE)
    assert SwitchRecord.from_json(json.loads(json.dumps(record.to_json()))) == record


def rung_back(**variables: str) -> SwitchRecord:
    """FreeSWITCH's record of ringing the caller back on the phone's own leg."""
    record = posted("caller_gives_up")
    record["variables"] |= {"direction": "outbound", **variables}
    caller, called = {"caller_id_number": "13800138000"}, {"caller_id_number": DID}
    record["callflow"] = [{"caller_profile": caller}, {"caller_profile": called}]
    return switch_record.read(record)


def test_ringing_a_caller_back_is_a_call_once_he_answers() -> None:
    assert not rung_back(answer_uepoch="0").is_call
    answered = rung_back(answer_uepoch="1795423077901971")
    assert (answered.is_call, answered.ani) == (True, "13800138000")
    assert switch_record.read(posted("caller_gives_up")).is_call


@pytest.mark.parametrize(
    "nonsense",
    [None, [], "x", {}, {"variables": []}, {"variables": {}}, {"variables": {"uuid": "x" * 65}}],
)
def test_what_is_no_record_is_refused(nonsense: Any) -> None:
    with pytest.raises(BadSwitchRecord):
        switch_record.read(nonsense)
