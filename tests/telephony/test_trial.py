"""A trial call leaves the record that the same call leaves at the real server."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from app.calls import trial
from app.calls.decisions import Manner
from app.calls.habits import learn
from app.calls.situation import Act, Situation
from app.calls.whatif import Replay
from app.flow.snapshot import Snapshot
from app.simulator.acting import BETWEEN_KEYS_S, THINKS_S
from app.simulator.caller import HangUp
from app.simulator.phones import PhoneBehaviour
from tests.flow.company import SHANGHAI
from tests.telephony.bench import MENU, Bench

SLACK_MS = 150  # frames, and what a controller says between two commands

END = {"kind": "hangup"}
NUMBERS = {
    "13700000000": "13700000000",
    "desk": "13900000001",
    "sales1": "13900000002",
    "care1": "13900000003",
    "care2": "057188888888",
}
WORDS = {Manner.BUSY: "busy", Manner.NO_ANSWER: "no answer", Manner.OFF: "off", Manner.REJECTS: "rejects"}
SAME = ("result", "ended", "answered_by", "keys", "did", "ani", "province", "city", "variables")
TIMES = ("duration_ms", "wait_ms", "talk_ms", "answered_ms", "queued_ms")

CASES: dict[str, dict[str, Any]] = {
    "a key, a phone that answers": {"nodes": MENU, "keys": ["1"]},
    "busy, then the next phone": {"nodes": MENU, "keys": ["1"], "phones": {"desk": Manner.BUSY}},
    "nobody answers": {
        "nodes": MENU,
        "keys": ["1"],
        "phones": {"desk": Manner.NO_ANSWER, "sales1": Manner.NO_ANSWER},
    },
    "switched off and rejected": {
        "nodes": MENU,
        "keys": ["1"],
        "phones": {"desk": Manner.OFF, "sales1": Manner.REJECTS},
    },
    "all ring at once": {"nodes": MENU, "keys": ["2"], "phones": {"care1": Manner.BUSY}},
    "a wrong key, then nothing": {"nodes": MENU, "keys": ["9", ""]},
    "an extension": {"nodes": MENU, "keys": ["4", "802"]},
    "an unknown extension, then the operator": {"nodes": MENU, "keys": ["4", "899", "0"]},
    "a queue": {"nodes": {"q": {"kind": "queue", "group": "care", "exits": {"answered": "e"}}, "e": END}},
    "a password": {
        "nodes": {
            "a": {
                "kind": "password",
                "prompt": "password",
                "password": "2468",
                "exits": {"right": "b", "wrong": "e"},
            },
            "b": {"kind": "hunt", "group": "sales"},
            "e": END,
        },
        "keys": ["2468#"],
    },
    "a mark afterwards": {
        "nodes": {
            "a": {"kind": "hunt", "group": "sales", "exits": {"answered": "s"}},
            "s": {"kind": "survey", "prompt": "question"},
        },
        "keys": ["5"],
    },
    "hangs up in the menu": {"nodes": MENU, "hang_up": HangUp.PROMPT, "after_s": 0.5, "hangs_up_ms": 500},
    "hangs up while it rings": {
        "nodes": {"a": {"kind": "hunt", "group": "sales"}},
        "phones": {"desk": Manner.NO_ANSWER},
        "hang_up": HangUp.RINGING,
        "after_s": 3.0,
        "hangs_up_ms": 3000,
    },
    "hangs up talking": {
        "nodes": {"a": {"kind": "hunt", "group": "sales"}},
        "talk_s": 3.0,
        "hangs_up_ms": 5000,
    },
}


def call(bench: Bench, case: dict[str, Any]) -> dict[str, Any]:
    """The call of a case at the real server; its record."""
    bench.flow(**case["nodes"])
    bench.snapshot = _a_second_each(bench.snapshot)
    for phone, number in NUMBERS.items():
        manner = case.get("phones", {}).get(phone, Manner.ANSWERS)
        bench.phones.set(number, PhoneBehaviour.read(WORDS.get(manner, "answers after 2 talks 20")))
    caller: dict[str, Any] = {name: case[name] for name in ("hang_up", "talk_s") if name in case}
    if "after_s" in case:
        caller["hang_up_after_s"] = case["after_s"]
    return bench.call(_script(case.get("keys", ())), **caller)


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_the_records_are_the_same(bench: Bench, case: dict[str, Any]) -> None:
    real = call(bench, case)
    tried = trial.run(bench.snapshot, _situation(case, real)).cdr
    assert tried
    assert _what(tried) == _what(real)
    assert _when(tried) == pytest.approx(_when(real), abs=SLACK_MS)


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_gone_through_once_more_it_goes_the_same_way(bench: Bench, case: dict[str, Any]) -> None:
    real = call(bench, case)
    replay = Replay(bench.snapshot, learn(real["legs"]), bench.snapshot)
    found = replay.replay(real, datetime.fromisoformat(real["began_at"]))
    assert (found.differs, found.after.result, set(found.guesses)) == ("", real["result"], set())


def _a_second_each(snapshot: Snapshot) -> Snapshot:
    """As long as the sounds of the bench."""
    prompts = {id: replace(prompt, duration_ms=1000) for id, prompt in snapshot.assets.prompts.items()}
    return replace(snapshot, assets=replace(snapshot.assets, prompts=prompts))


def _script(keys: Any) -> str:
    return ", ".join(f"press {pressed}" for pressed in keys if pressed)


def _situation(case: dict[str, Any], real: dict[str, Any]) -> Situation:
    acts = tuple(Act("keys", keys, _pressed_after_s(keys)) for keys in case.get("keys", ()))
    return Situation(
        at=datetime.fromisoformat(real["began_at"]).astimezone(SHANGHAI).replace(tzinfo=None),
        ani="13800138000",
        did="4008001234",
        seed=int(real["call_id"].replace("-", "")[:12], 16),
        phones=case.get("phones", {}),
        answer_s=2.0,
        acts=acts,
        hangs_up_ms=case.get("hangs_up_ms"),
    )


def _pressed_after_s(keys: str) -> float | None:
    return THINKS_S + BETWEEN_KEYS_S * (len(keys) - 1) if keys else None


def _what(cdr: dict[str, Any]) -> dict[str, Any]:
    steps = [
        (step["node"], step["exit"], step["keys"], step.get("mark"), step.get("place"))
        for step in cdr["trail"]
    ]
    legs = [(leg["node"], leg["phone"], leg["number"], leg["result"], leg["cause"]) for leg in cdr["legs"]]
    return {name: cdr[name] for name in SAME} | {"steps": steps, "legs": legs}


def _when(cdr: dict[str, Any]) -> list[int]:
    """All times of a record, one after the other."""
    steps = [step[name] for step in cdr["trail"] for name in ("at_ms", "end_ms")]
    legs = [leg[name] for leg in cdr["legs"] for name in ("at_ms", "ring_ms", "talk_ms")]
    return [cdr[name] or 0 for name in TIMES] + steps + legs
