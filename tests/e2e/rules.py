"""The table of test_rules.py: which rule sends which caller where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from app.speech.say import parts

NOW = datetime.now(ZoneInfo("Asia/Shanghai"))
IN_HANGZHOU, IN_NANJING, AT_HANGZHOU = "13800571001", "13800250001", "057188880001"
BLACK, VIP, REGULAR = "13800170900", "13900990001", "13800170902"
BLACK_AREA, VIP_PREFIX, WHITE = "0755", "1390099", "075588880001"
BYE = {"kind": "hangup"}

_dids = count(4008020000)

Nodes = Mapping[str, Mapping[str, Any]]
Trail = list[tuple[str, str]]


def node(kind: str, *leading_on: str, **settings: Any) -> dict[str, Any]:
    """A node; the exits named lead to the end of the call by another node, as rules have to lead somewhere."""
    return {"kind": kind, **settings, "exits": dict.fromkeys(leading_on, "bye")}


@dataclass(frozen=True)
class Rule:
    """A flow and what becomes of one call to it.

    says     what is to be seen
    nodes    of the flow; a node "bye" is added
    way      (node, exit) of each node passed before "bye"
    ani      who calls; "" for somebody else each time
    keys     what he presses, each during a prompt of its own
    heard    ids of what he hears, beside prompts of the company; () to leave that aside
    """

    says: str
    nodes: Nodes
    way: Trail
    ani: str = ""
    keys: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()
    did: str = field(default_factory=lambda: str(next(_dids)))

    @property
    def flow(self) -> dict[str, Any]:
        nodes = {**self.nodes, "bye": BYE}
        return {"spec": 1, "name": self.says[:100], "start": next(iter(nodes)), "nodes": nodes}


SCHEDULE = ("open", "closed", "holiday")
REGION = ("area_1", "area_2", "other", "unknown", "withheld")
AREAS = ["华东: 浙江 0512", "江苏: 江苏"]
LISTED = {"white": "white", "black": "black", "vip": "vip"}
CALLER = ("white", "black", "vip", "other")
PASSWORD = {"prompt": "menu", "password": "2468", "timeout_s": 5, "tries": 3}


def region(says: str, ani: str, way: str) -> Rule:
    return Rule(says, {"a": node("region", *REGION, areas=AREAS)}, [("a", way)], ani)


def caller_is(says: str, ani: str, way: str) -> Rule:
    return Rule(says, {"a": node("caller", *CALLER, **LISTED)}, [("a", way)], ani)


def password(says: str, keys: tuple[str, ...], way: str) -> Rule:
    return Rule(says, {"a": node("password", "right", "wrong", **PASSWORD)}, [("a", way)], keys=keys)


def split(says: str, shares: list[str], way: str) -> Rule:
    return Rule(says, {"a": node("split", "share_1", "share_2", shares=shares)}, [("a", way)])


def said(kind: str, value: str, language: str) -> Rule:
    nodes = {"a": node("announce", "done", say=kind, value=value, language=language)}
    amount: object = int(float(value) * 10_000) if kind == "money" else value
    ids = parts(kind, amount, language)
    return Rule(f"{kind} {value} is said in {language}", nodes, [("a", "done")], heard=ids)


RULES = (
    Rule("in opening hours", {"a": node("schedule", *SCHEDULE, hours="always")}, [("a", "open")]),
    Rule("outside opening hours", {"a": node("schedule", *SCHEDULE, hours="later")}, [("a", "closed")]),
    Rule("on a closed day", {"a": node("schedule", *SCHEDULE, hours="today_off")}, [("a", "holiday")]),
    region("a mobile number of 杭州", IN_HANGZHOU, "area_1"),
    region("a landline of 杭州", AT_HANGZHOU, "area_1"),
    region("a mobile number of 南京", IN_NANJING, "area_2"),
    region("a landline of 北京", "01088880001", "other"),
    region("a number without a region", "95588", "unknown"),
    region("a withheld number", "anonymous", "withheld"),
    caller_is("who is on the black list", BLACK, "black"),
    caller_is("who is on the VIP list, by how his number begins", VIP, "vip"),
    caller_is("who is on the white and on the black list", WHITE, "white"),
    caller_is("who is on none", REGULAR, "other"),
    caller_is("who does not show his number", "anonymous", "other"),
    split("all for the second", ["甲: 0", "乙: 100"], "share_2"),
    split("all for the first", ["甲: 100", "乙: 0"], "share_1"),
    password("the right password", ("2468#",), "right"),
    password("the right one at the second try", ("1#", "2468#"), "right"),
    password("a wrong one three times", ("1#", "22#", "24680#"), "wrong"),
    Rule(
        "a sub-flow leads back",
        {"a": {"kind": "subflow", "flow": "shared", "exits": {"returned": "b", "returned_2": "c"}}}
        | {"b": node("announce", "done", prompt="menu"), "c": node("announce", "done", prompt="menu")},
        [("a", "returned_2"), ("shared.m", "2"), ("shared.r", "returned_2"), ("c", "done")],
        keys=("2",),
    ),
    said("number", "12345.6", "zh"),
    said("number", "12345.6", "en"),
    said("date", "2027-11-23", "zh"),
    said("date", "2027-11-23", "en"),
    said("money", "1234.50", "zh"),
    said("money", "1234.50", "en"),
    said("phone", "4008001234", "zh"),
    Rule(
        "when it opens again is said",
        {
            "a": {"kind": "schedule", "hours": "later", "exits": {"closed": "b"}},
            "b": node("announce", "done", say="moment", value="{next_opening}"),
        },
        [("a", "closed"), ("b", "done")],
        heard=parts("moment", (NOW + timedelta(hours=2)).replace(second=0), "zh", today=NOW.date()),
    ),
)
