"""A small company and its flow, for tests of the pure packages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.flow import document
from app.flow.compile import compile_snapshot
from app.flow.facts import CallFacts
from app.flow.snapshot import Assets, Group, Phone, Prompt, Queue, Snapshot
from app.routing import lists, opening_hours
from app.routing.regions import Region

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY_14_03 = datetime(2026, 11, 23, 14, 3, tzinfo=SHANGHAI)
MONDAY_NIGHT = datetime(2026, 11, 23, 23, 30, tzinfo=SHANGHAI)

SERVICE: dict[str, Any] = {
    "spec": 1,
    "name": "服务菜单",
    "start": "ask",
    "nodes": {
        "ask": {
            "kind": "menu",
            "prompt": "closed",
            "back_key": "*",
            "exits": {"1": "care", "2": "on", "3": "second", "4": "third"},
        },
        "care": {"kind": "hunt", "group": "care"},
        "on": {"kind": "return"},
        "second": {"kind": "return", "way": "returned_2"},
        "third": {"kind": "return", "way": "returned_3"},
    },
}
"""A flow that others may enter."""


def _read(data: dict[str, Any]) -> document.Document:
    found, problems = document.read(data)
    assert found, problems
    return found


ASSETS = Assets(
    flows={"service": _read(SERVICE)},
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
        "shares": Group(
            "shares", "按权重组", ("desk", "sales1"), weights={"desk": 3}, rings_s={"sales1": 10}
        ),
        "all": Group("all", "全体", ("desk", "group:care")),
        "day": Group("day", "白班组", ("desk",), hours="office"),
    },
    hours={
        "office": opening_hours.read("office", "办公时间", {"weekly": {"mon-fri": ["09:00-18:00"]}}),
        "civil": opening_hours.read(
            "civil", "工作日", {"weekly": {"mon-fri": ["09:00-18:00"]}, "holidays": True}
        ),
    },
    lists={
        "rude": lists.read("rude", "骚扰电话", "black", {"numbers": ["13800138000"], "prefixes": ["170"]}),
        "staff": lists.read("staff", "同事", "white", {"numbers": ["13900000009", "17012345678"]}),
        "gold": lists.read("gold", "金牌客户", "vip", {"area_codes": ["0571"]}),
    },
    queues={
        "care": Queue("care", "售后队列", ("care1", "care2"), "round_robin", 25, max_size=30, music="music")
    },
    prompts={
        "welcome": Prompt(
            "welcome", "欢迎语", "1/welcome.wav", "售前咨询请按1，售后服务请按2，人工请按0。", 4000
        ),
        "closed": Prompt("closed", "下班提示", "1/closed.wav", "现在是下班时间。", 2000),
        "wrong": Prompt("wrong", "按错提示", "1/wrong.wav", "按键有误。", 1000),
        "password": Prompt("password", "口令提示", "1/password.wav", "请输入口令，按井号结束。", 2500),
        "question": Prompt("question", "评价提问", "1/question.wav", "请为本次服务评分，1 到 5 分。", 3000),
        "music": Prompt("music", "等待音乐", "1/music.wav", "", 60000),
        "reminder": Prompt("reminder", "等待提示", "1/reminder.wav", "留言请按1，预约回电请按9。", 3000),
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


def company_with(closures: Iterable[str] = (), emergency: str = "") -> Assets:
    """The company when it is closed on some dates, or has its emergency switch on."""
    return replace(ASSETS, closures=frozenset(map(date.fromisoformat, closures)), emergency=emergency)


def flow_of(**nodes: dict[str, Any]) -> dict[str, Any]:
    """A flow that starts at the first of these nodes."""
    return {"spec": 1, "name": "试验", "start": next(iter(nodes)), "nodes": nodes}


def snapshot_of(data: dict[str, Any] | None = None, assets: Assets = ASSETS) -> Snapshot:
    return compile_snapshot(data or FLOW, assets, did="4008001234", version=7, company_id=1, flow_id="main")


def facts(now: datetime = MONDAY_14_03, seed: int = 42) -> CallFacts:
    region = Region("浙江", "杭州", "中国移动")
    return CallFacts("0b2b6b34-call", "4008001234", "13800138000", region, now, seed, 7, "fs1")
