"""A draft as an outline, whatever state it is in."""

from __future__ import annotations

from typing import Any

import pytest

from app.flow import outline
from tests.flow.company import ASSETS, FLOW, flow_of


def order(draft: dict[str, Any]) -> list[tuple[str, int]]:
    return [(row.node, row.depth) for row in outline.outline(draft).rows]


def test_the_tree_begins_at_the_start_and_stands_in_the_documents_order() -> None:
    assert order(FLOW) == [("hours", 0), ("welcome", 1), ("sales", 2), ("care", 2), ("night", 1)]


def test_a_node_stands_under_the_parent_nearest_to_the_start() -> None:
    draft = flow_of(
        a={"kind": "menu", "exits": {"1": "b", "2": "c"}},
        b={"kind": "hunt", "exits": {"busy": "c"}},
        c={"kind": "hangup"},
    )
    parents = {row.node: row.parent for row in outline.outline(draft).rows}
    assert parents == {"a": "", "b": "a", "c": "a"}


def test_a_cycle_ends() -> None:
    draft = flow_of(
        a={"kind": "menu", "exits": {"1": "b"}}, b={"kind": "menu", "exits": {"1": "a", "2": "b"}}
    )
    assert order(draft) == [("a", 0), ("b", 1)]


def test_nodes_that_nothing_leads_to_are_loose() -> None:
    draft = flow_of(a={"kind": "hangup"}, b={"kind": "hangup"})
    assert [row.node for row in outline.outline(draft).loose] == ["b"]


@pytest.mark.parametrize(
    "draft",
    [
        {},
        {"nodes": []},
        {"start": "a", "nodes": {"a": "no node"}},
        {"start": ["a"], "nodes": {"a": {"kind": 7, "exits": []}}},
        {"start": "a", "nodes": {"a": {"kind": "hunt", "phones": 3, "exits": {"busy": None, "x": "a"}}}},
    ],
)
def test_it_takes_any_data(draft: dict[str, Any]) -> None:
    tree = outline.outline(draft)
    for row in (*tree.rows, *tree.loose):
        node = outline.nodes_of(draft)[row.node]
        assert outline.node_label(node, ASSETS).zh
        outline.exits_of(node)
    outline.references(draft)


def test_exits_stand_in_the_kinds_order() -> None:
    node = {"kind": "menu", "exits": {"no_key": "a", "2": "b", "1": "c"}}
    assert list(outline.exits_of(node)) == ["1", "2", "no_key"]


def test_sources_are_the_exits_that_lead_to_a_node() -> None:
    assert outline.sources(FLOW, "care") == [("welcome", "2"), ("sales", "no_answer")]


def test_references_name_groups_hours_prompts_and_phones() -> None:
    assert ("hours", "office") in outline.references(FLOW)
    draft = flow_of(a={"kind": "hunt", "group": "care", "phones": ["desk", "13800138000"]})
    assert outline.references(draft) == {("group", "care"), ("phone", "desk")}


@pytest.mark.parametrize(
    ("node", "label"),
    [
        ({"kind": "menu", "title": "主菜单", "prompt": "welcome"}, "主菜单"),
        ({"kind": "hunt", "group": "care"}, "售后组"),
        ({"kind": "hunt"}, "转接电话"),
        ({"kind": "fax"}, "未知步骤"),
    ],
)
def test_a_node_is_called_by_its_title_its_asset_or_its_kind(node: dict[str, Any], label: str) -> None:
    assert outline.node_label(node, ASSETS).zh == label


@pytest.mark.parametrize(
    ("target", "label"),
    [
        ("13900000001", "前台 139 0000 0001"),
        ("13800138000", "138 0013 8000"),
        ("welcome", "主菜单"),
        ("", "结束通话"),
        ("gone", "不存在的步骤 gone"),
    ],
)
def test_a_target_is_called(target: str, label: str) -> None:
    assert outline.target_label(FLOW, target, ASSETS).zh == label
