"""What is said of changed groups, queues, lists, flows and closures: what calls do not know yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.flow import asset_diff
from app.flow import document as documents
from app.flow.document import Document
from app.flow.snapshot import Assets, Group, Phone, Queue
from app.routing import opening_hours
from app.routing.lists import CallerList

SHOP = {"spec": 1, "name": "商场", "start": "a", "nodes": {"a": {"kind": "hangup"}}}
DRAFT: dict[str, Any] = {
    "spec": 1,
    "start": "hours",
    "nodes": {
        "hours": {"kind": "schedule", "hours": "office", "exits": {"open": "who"}},
        "who": {"kind": "caller", "black": "black", "exits": {"other": "wait"}},
        "wait": {"kind": "queue", "queue": "care", "exits": {"timeout": "ring"}},
        "ring": {"kind": "hunt", "group": "all", "exits": {"busy": "shop"}},
        "shop": {"kind": "subflow", "flow": "shop"},
    },
}


def flow(name: str) -> Document:
    document, _problems = documents.read(SHOP | {"name": name})
    assert document
    return document


OLD = Assets(
    phones={id: Phone(id, f"1390000000{n}", id) for n, id in enumerate(("desk", "care1", "care2"))},
    groups={
        "all": Group("all", "所有人", ("desk", "group:inner")),
        "inner": Group("inner", "里面", ("care1",)),
    },
    hours={"office": opening_hours.read("office", "办公时间", {"weekly": {"mon": ["09:00-18:00"]}})},
    lists={"black": CallerList("black", "骚扰", numbers=frozenset(("13800138000",)))},
    queues={"care": Queue("care", "排队", ("care1",))},
    flows={"shop": flow("商场")},
)


def changed(**parts: Any) -> Assets:
    merged: dict[str, Any] = {
        kind: {**getattr(OLD, kind), **{item.id: item for item in items}} for kind, items in parts.items()
    }
    return replace(OLD, **merged)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (OLD, []),
        (changed(groups=[Group("inner", "里面", ("care1", "care2"))]), ["里面：加入 care2 139 0000 0002"]),
        (changed(groups=[Group("all", "所有人", ("desk",))]), ["所有人：移出 「里面」"]),
        (
            changed(groups=[Group("all", "所有人", ("group:inner", "desk"))]),
            ["所有人：顺序改为 「里面」、desk 139 0000 0000"],
        ),
        (
            changed(
                groups=[Group("all", "所有人", ("desk", "group:inner"), {"desk": 2}, {"desk": 9}, "office")]
            ),
            ["所有人：权重有修改", "所有人：振铃时间有修改", "所有人：接听时间有修改"],
        ),
        (
            changed(queues=[Queue("care", "排队", ("care2",), wrap_up_s=30)]),
            ["排队：加入 care2 139 0000 0002", "排队：移出 care1 139 0000 0001", "排队：设置有修改"],
        ),
        (changed(queues=[Queue("care", "新名", ("care1",))]), []),
        (
            changed(lists=[CallerList("black", "骚扰", prefixes=("170",), provinces=frozenset(("西藏",)))]),
            ["骚扰：增加 2 项", "骚扰：移除 1 项"],
        ),
        (
            replace(OLD, flows={"shop": flow("新商场")}),
            ["流程「新商场」发布了新版本"],
        ),
        (replace(OLD, closures=frozenset([date(2026, 12, 31)])), ["公司休息日有修改"]),
        (
            changed(phones=[Phone("care1", "13900000009", "care1")]),
            ["care1：号码 139 0000 0001 → 139 0000 0009"],
        ),
    ],
)
def test_changes_are_said(now: Assets, said: list[str]) -> None:
    words = asset_diff.describe(OLD, now, DRAFT)
    assert [each.zh for each in words] == said
    assert all(each.en for each in words)


def test_closures_do_not_concern_a_flow_without_hours() -> None:
    now = replace(OLD, closures=frozenset([date(2026, 12, 31)]))
    assert asset_diff.describe(OLD, now, SHOP) == []
