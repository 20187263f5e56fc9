"""Every rule that sends a call its way, on a real FreeSWITCH. The table is in rules.py; all its calls are made at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from typing import Any, NamedTuple

import pytest

from app.calls.publish import publish_company
from app.live.connection import JOB_TIMEOUT_S, connect
from app.store import companies, emergencies, hours, lists
from app.store.lists import Entry
from tests.e2e.caller import Caller
from tests.e2e.freeswitch import FreeSwitch
from tests.e2e.hotline import CARE_1, CARE_2, DESK, Hotline
from tests.e2e.listening import PHONE_SOUND, heard_s, press_in_turn
from tests.e2e.phonebank import Behaviour, PhoneBank
from tests.e2e.rules import BLACK, BLACK_AREA, NOW, RULES, VIP_PREFIX, WHITE, Rule, Trail

AT_ONCE = 8  # calls
ANSWERS = Behaviour(after_s=0.2, talk_s=0.3, sound=PHONE_SOUND)

_callers = count(13800175000)


@pytest.fixture(scope="module", autouse=True)
def company(installation: Hotline) -> None:
    """Opening hours, lists, a shared flow, and the sounds of what is said."""
    installation.speak(key for rule in RULES for key in rule.heard)
    later, end = NOW + timedelta(hours=2), NOW + timedelta(hours=3)
    all_day = {"mon-sun": ["00:00-00:00"]}
    with installation.store():
        (ours,) = companies.every(limit=1)
        hours.create(ours, "always", "全天", {"weekly": all_day})
        hours.create(ours, "later", "稍后", {"weekly": {"mon-sun": [f"{later:%H:%M}-{end:%H:%M}"]}})
        off = [(NOW.date() + timedelta(days=days)).isoformat() for days in (-1, 0, 1)]
        hours.create(ours, "today_off", "今天休息", {"weekly": all_day, "closed": off})
        for kind, entries in {
            "black": [Entry("number", BLACK), Entry("area_code", BLACK_AREA)],
            "white": [Entry("number", WHITE)],
            "vip": [Entry("prefix", VIP_PREFIX)],
        }.items():
            lists.create(ours, kind, kind, kind)
            lists.add(ours, kind, entries)
    installation.open("4008020902", shared(), "shared")


def shared() -> dict[str, Any]:
    """A menu that other flows enter; key 2 leads back to them by their second way."""
    nodes = {
        "m": {"kind": "menu", "prompt": "menu", "timeout_s": 5, "tries": 2, "exits": {"2": "r"}},
        "r": {"kind": "return", "way": "returned_2"},
    }
    return {"spec": 1, "name": "共用菜单", "start": "m", "nodes": nodes}


class Made(NamedTuple):
    """A call that is over: whose it was, as the record has it, and how many seconds of prompts he heard."""

    ani: str
    heard_s: float


@pytest.fixture(scope="module")
def made(
    installation: Hotline, running_switch: FreeSwitch, company: None
) -> Iterator[dict[str, Future[Made]]]:
    """The calls of the table, by the number dialled."""
    installation.revive_controller()
    for rule in RULES:
        installation.open(rule.did, rule.flow)
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        yield {rule.did: crowd.submit(make, running_switch, rule) for rule in RULES}


def make(switch: FreeSwitch, rule: Rule) -> Made:
    with Caller(switch.carrier, rule.ani or str(next(_callers))) as caller:
        caller.dial(rule.did)
        press_in_turn(caller, *rule.keys)
        caller.wait("ended", 30)
        return Made(caller.number if caller.number.isdigit() else "", heard_s(caller))


def way(record: Mapping[str, Any]) -> Trail:
    return [(step["node"], step["exit"]) for step in record["trail"] if step["node"] != "bye"]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.says)
def test_rule(hotline: Hotline, made: dict[str, Future[Made]], rule: Rule) -> None:
    done = made[rule.did].result(60)
    record = hotline.record(done.ani, rule.did)
    assert way(record) == rule.way
    assert not [step["problem"] for step in record["trail"] if step["problem"]]
    if rule.heard:
        assert done.heard_s == pytest.approx(hotline.length_s(rule.heard), abs=0.2)


def test_the_same_person_as_last_time(hotline: Hotline, switch: FreeSwitch, phones: PhoneBank) -> None:
    phones.reset(**{f"n{phone}": ANSWERS for phone in (DESK, CARE_1, CARE_2)})
    did, ani = "4008020900", str(next(_callers))
    nodes = {
        "a": {"kind": "caller", "repeat_days": 7, "exits": {"answered": "bye", "other": "b"}},
        "b": {"kind": "hunt", "phones": [CARE_2, DESK]},
        "bye": {"kind": "hangup"},
    }
    hotline.open(did, {"spec": 1, "name": "上次的人", "start": "a", "nodes": nodes})
    with Caller(switch.carrier, ani) as first:
        first.dial(did).wait("ended")
    assert way(hotline.record(ani, did)) == [("a", "other"), ("b", "answered")]
    with Caller(switch.carrier, ani) as second:
        second.dial(did).wait("ended")
    assert [call.number for call in phones.calls()] == [CARE_2, CARE_2]
    assert way(hotline.records(ani, did, at_least=2)[1]) == [("a", "answered")]


def test_the_emergency_switch(hotline: Hotline, switch: FreeSwitch, phones: PhoneBank) -> None:
    phones.reset(**{f"n{DESK}": ANSWERS})
    did, ani = "4008020901", str(next(_callers))
    schedule = {"kind": "schedule", "hours": "always", "exits": {"open": CARE_1, "emergency": DESK}}
    hotline.open(did, {"spec": 1, "name": "紧急", "start": "a", "nodes": {"a": schedule}})
    try:
        turn_emergency(hotline, on=True)
        with Caller(switch.carrier, ani) as caller:
            caller.dial(did).wait("ended")
    finally:
        turn_emergency(hotline, on=False)
    assert way(hotline.record(ani, did))[0] == ("a", "emergency")
    assert [call.number for call in phones.calls()] == [DESK]


def turn_emergency(hotline: Hotline, *, on: bool) -> None:
    with hotline.store(), connect(hotline.redis_url, JOB_TIMEOUT_S) as redis:
        (ours,) = companies.every(limit=1)
        if on:
            emergencies.begin(ours, DESK)
        else:
            emergencies.end(ours)
        publish_company(redis, ours)
