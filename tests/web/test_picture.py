from __future__ import annotations

from app.web.numbers.picture import Branch, Tone, picture
from tests.flow.company import ASSETS, FLOW, flow_of


def names(branch: Branch) -> list[str]:
    return [child.label.zh or child.detail.zh for child in branch.children]


def test_it_begins_where_calls_begin() -> None:
    tree = picture(FLOW, ASSETS)
    assert tree
    assert tree.label.zh == "办公时间"
    assert [(child.edge.zh, child.label.zh) for child in tree.children] == [
        ("营业时间内", "主菜单"),
        ("营业时间外", "下班提示"),
    ]


def test_keys_and_prompts_are_on_it() -> None:
    tree = picture(FLOW, ASSETS)
    assert tree
    menu = tree.children[0]
    assert menu.says == "售前咨询请按1，售后服务请按2，人工请按0。"
    assert [child.keys for child in menu.children] == [("1",), ("2",), ("0",)]


def test_a_group_shows_its_phones_before_its_exits() -> None:
    tree = picture(FLOW, ASSETS)
    assert tree
    sales = tree.children[0].children[0]
    assert names(sales) == ["前台", "售前一号", "售后组"]
    assert sales.detail.zh == "转接电话 · 「售前组」 · 顺序接听 · 15 秒"


def test_a_step_is_painted_once_under_the_parent_nearest_to_the_start() -> None:
    tree = picture(FLOW, ASSETS)
    assert tree
    sales, care = tree.children[0].children[:2]
    assert sales.children[-1].tone is Tone.AGAIN
    assert care.tone is Tone.STEP


def test_a_typed_number_is_a_phone() -> None:
    tree = picture(flow_of(a={"kind": "menu", "prompt": "welcome", "exits": {"1": "13800138000"}}), ASSETS)
    assert tree
    assert (tree.children[0].tone, tree.children[0].detail.zh) == (Tone.PHONE, "138 0013 8000")


def test_a_circle_ends() -> None:
    tree = picture(flow_of(a={"kind": "menu", "prompt": "welcome", "exits": {"1": "a"}}), ASSETS)
    assert tree
    assert tree.children[0].tone is Tone.AGAIN


def test_what_is_missing_is_said() -> None:
    tree = picture(flow_of(a={"kind": "fax", "exits": {"x": "gone"}}), ASSETS)
    assert tree
    assert tree.children[0].tone is Tone.MISSING
    assert picture({"start": "gone", "nodes": {}}, ASSETS) is None
