"""What publishing would change, in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app.flow import asset_diff, diff, edit
from app.flow.snapshot import Assets, Group, Phone, Prompt
from app.routing import opening_hours
from tests.flow.company import ASSETS, FLOW

Change = Callable[[dict[str, Any]], dict[str, Any]]


def sentences(change: Change) -> list[str]:
    return [words.zh for words in diff.describe(FLOW, change(FLOW), ASSETS)]


def test_nothing_changed_is_nothing_to_say() -> None:
    assert diff.describe(FLOW, FLOW, ASSETS) == []


def test_numbers_read_from_yaml_are_the_same_numbers() -> None:
    assert sentences(lambda draft: edit.set_field(draft, "sales", "ring_timeout_s", "15")) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda d: edit.set_exit(d, "welcome", "2", "sales"), "主菜单：「按 2」改为 售前组（原来：售后组）"),
        (lambda d: edit.set_exit(d, "welcome", "3", "13800138000"), "主菜单：「按 3」接到 138 0013 8000"),
        (lambda d: edit.set_exit(d, "welcome", "0", ""), "主菜单：「按 0」取消（原来：138 0013 8000）"),
        (lambda d: edit.set_field(d, "sales", "ring_timeout_s", "20"), "售前组：每个电话振铃 15→20 秒"),
        (lambda d: edit.set_field(d, "care", "strategy", "random"), "售后组：接听方式 循环接听→随机接听"),
        (lambda d: edit.set_field(d, "care", "phones", ["desk"]), "售后组：或这些电话 无→前台 139 0000 0001"),
        (
            lambda d: edit.set_field(d, "care", "next_on", ["busy"]),
            "售后组：换下一个电话，如果 占线、无人接听、无法接通、拒接→占线",
        ),
        (lambda d: edit.set_title(d, "care", "售后"), "「售后组」改名为「售后」"),
        (lambda d: edit.add_node(d, "bye", "hangup"), "新增 挂机"),
        (lambda d: edit.remove_node(d, "night"), "删除 「下班提示」（挂机）"),
        (lambda d: edit.set_name(d, "新总线"), "流程名称：总线 → 新总线"),
        (lambda d: edit.set_start(d, "welcome"), "来电先到「主菜单」"),
        (lambda d: edit.set_fallback(d, "13900000001"), "备用电话：137 0000 0000 → 前台 139 0000 0001"),
    ],
)
def test_a_change_is_said(change: Change, sentence: str) -> None:
    assert sentence in sentences(change)


def test_a_new_node_tells_where_its_exits_lead() -> None:
    def change(draft: dict[str, Any]) -> dict[str, Any]:
        return edit.set_exit(edit.add_node(draft, "more", "menu", title="二级菜单"), "more", "1", "care")

    assert sentences(change) == ["新增 「二级菜单」（语音导航）", "二级菜单：「按 1」接到 售后组"]


def test_another_kind_under_the_same_id_is_another_node() -> None:
    changed = {**FLOW, "nodes": {**FLOW["nodes"], "night": {"kind": "announce", "prompt": "closed"}}}
    said = [words.zh for words in diff.describe(FLOW, changed, ASSETS)]
    assert said == ["新增 「下班提示」（播放语音）", "删除 「下班提示」（挂机）"]


def test_values_that_cannot_be_read_are_shown_as_they_are() -> None:
    broken = {
        **FLOW,
        "nodes": {**FLOW["nodes"], "sales": {**FLOW["nodes"]["sales"], "ring_timeout_s": "long"}},
    }
    assert [words.zh for words in diff.describe(FLOW, broken, ASSETS)] == ["售前组：每个电话振铃 15→long 秒"]


def test_every_sentence_is_there_in_english_too() -> None:
    words = diff.describe(FLOW, edit.set_exit(FLOW, "welcome", "2", "sales"), ASSETS)
    assert [sentence.en for sentence in words] == ["主菜单: “key 2” goes to 售前组 (before: 售后组)"]


def changed(**parts: Any) -> Assets:
    """The company's assets with some of them replaced."""
    merged: dict[str, Any] = {
        kind: dict(getattr(ASSETS, kind)) | {item.id: item for item in items} for kind, items in parts.items()
    }
    return replace(ASSETS, **merged)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (ASSETS, []),
        (
            changed(phones=[Phone("care1", "13900000009", "售后一号", "803")]),
            ["售后一号：号码 139 0000 0003 → 139 0000 0009"],
        ),
        (changed(phones=[Phone("care1", "13900000003", "值班", "803")]), ["售后一号 改名为 值班"]),
        (
            changed(groups=[Group("care", "售后组", ("care1", "desk"))]),
            ["售后组：加入 前台 139 0000 0001", "售后组：移出 售后二号 0571-8888 8888"],
        ),
        (
            changed(groups=[Group("care", "售后组", ("care2", "care1"))]),
            ["售后组：顺序改为 售后二号 0571-8888 8888、售后一号 139 0000 0003"],
        ),
        (changed(groups=[Group("nobody", "空组", ("desk",))]), []),  # not used by the flow
        (
            changed(hours=[opening_hours.read("office", "办公时间", {"weekly": {"mon": ["09:00-12:00"]}})]),
            ["办公时间：时间有修改"],
        ),
        (changed(prompts=[Prompt("welcome", "欢迎语", "1/new.wav", "您好")]), ["欢迎语：语音内容有修改"]),
    ],
)
def test_changed_assets_are_said(now: Assets, said: list[str]) -> None:
    assert [words.zh for words in asset_diff.describe(ASSETS, now, FLOW)] == said


def test_a_switchboard_notices_every_extension() -> None:
    board = {"spec": 1, "start": "x", "nodes": {"x": {"kind": "extension", "prompt": "extension"}}}
    now = changed(phones=[Phone("desk", "13900000001", "前台", "888")])
    assert [words.zh for words in asset_diff.describe(ASSETS, now, board)] == ["前台：分机号 801 → 888"]
