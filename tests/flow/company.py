"""A small company and its flow, for tests of the pure packages."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.flow.compile import compile_snapshot
from app.flow.facts import CallFacts
from app.flow.snapshot import Assets, Group, Phone, Prompt, Snapshot
from app.routing import opening_hours
from app.routing.regions import Region

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY_14_03 = datetime(2026, 11, 23, 14, 3, tzinfo=SHANGHAI)
MONDAY_NIGHT = datetime(2026, 11, 23, 23, 30, tzinfo=SHANGHAI)

ASSETS = Assets(
    phones={
        "desk": Phone("desk", "13900000001", "前台", "801"),
        "sales1": Phone("sales1", "13900000002", "售前一号", "802"),
        "care1": Phone("care1", "13900000003", "售后一号", "803"),
        "care2": Phone("care2", "057188888888", "售后二号"),
    },
    groups={
        "sales": Group("sales", "售前组", ("desk", "sales1")),
        "care": Group("care", "售后组", ("care1", "care2")),
        "nobody": Group("nobody", "空组", ()),
    },
    hours={"office": opening_hours.read("office", "办公时间", {"weekly": {"mon-fri": ["09:00-18:00"]}})},
    prompts={
        "welcome": Prompt(
            "welcome", "欢迎语", "1/welcome.wav", "售前咨询请按1，售后服务请按2，人工请按0。", 4000
        ),
        "closed": Prompt("closed", "下班提示", "1/closed.wav", "现在是下班时间。", 2000),
        "wrong": Prompt("wrong", "按错提示", "1/wrong.wav", "按键有误。", 1000),
        "extension": Prompt("extension", "分机提示", "1/extension.wav", "请直拨分机号，人工请按0。", 3000),
    },
)

FLOW: dict[str, Any] = {
    "spec": 1,
    "name": "总线",
    "start": "hours",
    "fallback": "13700000000",
    "nodes": {
        "hours": {"kind": "schedule", "hours": "office", "exits": {"open": "welcome", "closed": "night"}},
        "welcome": {
            "kind": "menu",
            "title": "主菜单",
            "prompt": "welcome",
            "tries": 2,
            "exits": {"1": "sales", "2": "care", "0": "13800138000", "no_key": "sales"},
        },
        "sales": {"kind": "hunt", "group": "sales", "ring_timeout_s": 15, "exits": {"no_answer": "care"}},
        "care": {"kind": "hunt", "group": "care", "strategy": "round_robin"},
        "night": {"kind": "hangup", "prompt": "closed"},
    },
}


def flow_of(**nodes: dict[str, Any]) -> dict[str, Any]:
    """A flow that starts at the first of these nodes."""
    return {"spec": 1, "name": "试验", "start": next(iter(nodes)), "nodes": nodes}


def snapshot_of(data: dict[str, Any] | None = None, assets: Assets = ASSETS) -> Snapshot:
    return compile_snapshot(data or FLOW, assets, did="4008001234", version=7, company_id=1, flow_id="main")


def facts(now: datetime = MONDAY_14_03, seed: int = 42) -> CallFacts:
    region = Region("浙江", "杭州", "中国移动")
    return CallFacts("0b2b6b34-call", "4008001234", "13800138000", region, now, seed, 7, "fs1")
