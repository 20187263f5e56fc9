"""How long it takes to know who answers at every hour: coverage of a flow of 200 steps."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.flow.compile import compile_snapshot
from app.flow.coverage.cover import cover
from app.flow.coverage.problems import coverage_problems
from app.flow.document import MAX_NODES
from app.flow.snapshot import Assets, Group, Phone, Prompt, Snapshot
from app.routing import lists, opening_hours

TODAY = date(2026, 11, 23)
RUNS = 9
KEYS = "123456789"
PHONES = 40
NOON = 11 * 60


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of one coverage check with its warnings, and of the ways of one hour; what there was to check."""

    steps: int
    worlds: int
    check_ms: float
    ways_ms: float


def costs() -> Cost:
    """The middle one of RUNS."""
    snapshot, found = big_snapshot(), []
    for _ in range(RUNS):
        begun = time.perf_counter()
        coverage = cover(snapshot, TODAY)
        list(coverage_problems(coverage))
        checked = time.perf_counter()
        coverage.ways(coverage.times.moment_at("mon", NOON), 0)
        found.append((checked - begun, time.perf_counter() - checked, len(coverage.worlds)))
    found.sort()
    check_s, ways_s, worlds = found[RUNS // 2]
    return Cost(len(snapshot.document.nodes), worlds, check_s * 1000, ways_s * 1000)


def big_snapshot() -> Snapshot:
    """Opening hours, a VIP list, four regions, and below them menus of nine keys, groups of their own hours, messages."""
    nodes = dict(_nodes())
    assert len(nodes) == MAX_NODES
    data = {"spec": 1, "name": "bench", "start": "hours", "nodes": nodes}
    return compile_snapshot(data, _assets(), did="4008001234", version=1, company_id=1, flow_id="big")


def _nodes() -> Iterator[tuple[str, dict[str, Any]]]:
    yield "hours", {"kind": "schedule", "hours": "office", "exits": {"open": "who", "closed": "night"}}
    yield "who", {"kind": "caller", "vip": "gold", "exits": {"vip": "h0", "other": "where"}}
    areas = ["east: 浙江 上海 江苏", "south: 广东 福建 海南", "north: 北京 天津 河北"]
    ways = {"area_1": "m0", "area_2": "m1", "area_3": "m2", "other": "m3"}
    yield "where", {"kind": "region", "areas": areas, "exits": ways}
    yield "night", {"kind": "voicemail"}
    hunts = [f"h{n}" for n in range(MAX_NODES - 4 - 36)]
    below = [f"m{n}" for n in range(4, 36)]
    targets = iter([*below, *hunts[1:], *hunts, *hunts])
    for n in range(36):
        exits = {key: next(targets) for key in (KEYS if n >= 4 else KEYS[:8])}
        yield f"m{n}", {"kind": "menu", "prompt": "menu", "back_key": "*", "exits": {**exits, "no_key": "h0"}}
    for n, hunt in enumerate(hunts):
        yield (
            hunt,
            {"kind": "hunt", "group": f"g{n % PHONES}", "exits": {"no_answer": "night", "busy": "night"}},
        )


def _assets() -> Assets:
    week: dict[str, Any] = {
        "weekly": {"mon-fri": ["09:00-12:00", "13:30-18:00"], "sat": ["09:00-12:00"]},
        "holidays": True,
    }
    late: dict[str, Any] = {"weekly": {"mon-sun": ["08:00-22:00"]}}
    rules: dict[str, Any] = {"weekly": {"mon-fri": ["08:30-20:00"]}, "closed": ["2026-12-24", "2026-12-31"]}
    hours = [("office", week), ("late", late), ("care", rules)]
    groups = [
        Group(f"g{n}", f"g{n}", (f"p{n}", f"p{(n + 1) % PHONES}"), hours=("late", "care", "")[n % 3])
        for n in range(PHONES)
    ]
    return Assets(
        phones={f"p{n}": Phone(f"p{n}", str(13900000000 + n), f"p{n}") for n in range(PHONES)},
        groups={group.id: group for group in groups},
        hours={key: opening_hours.read(key, key, document) for key, document in hours},
        lists={
            "gold": lists.read("gold", "gold", "vip", {"numbers": ["13800138000"], "provinces": ["四川"]})
        },
        prompts={"menu": Prompt("menu", "menu", "1/menu.wav", "", 8000)},
    )
