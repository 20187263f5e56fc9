"""A flow as boxes and lines."""

from __future__ import annotations

from app.flow.graph import Box, Shape, graph
from tests.flow.company import ASSETS, FLOW, flow_of


def box(boxes: tuple[Box, ...], id: str) -> Box:
    return next(box for box in boxes if box.id == id)


def test_steps_come_in_the_outlines_order_and_their_ends_after_them() -> None:
    boxes = graph(FLOW, ASSETS)
    shapes = [box.shape for box in boxes]
    assert shapes == sorted(shapes, key=lambda shape: shape is not Shape.STEP)
    assert boxes[0].id == FLOW["start"]
    assert boxes[0].is_start
    assert graph(FLOW, ASSETS) == boxes


def test_an_exit_that_leads_nowhere_is_free() -> None:
    (menu,) = graph(flow_of(a={"kind": "menu", "prompt": "welcome", "exits": {"1": "a"}}), ASSETS)
    assert [(port.name, port.target, port.is_key) for port in menu.used] == [("1", "a", True)]
    assert {port.name for port in menu.free} >= {"2", "0", "*", "no_key"}


def test_a_row_without_a_target_is_shown_all_the_same() -> None:
    draft = flow_of(a={"kind": "region", "areas": ["华东: 浙江"], "exits": {}})
    assert [port.target for port in graph(draft, ASSETS)[0].used] == [""]


def test_a_group_is_one_box_with_its_phones_for_all_steps_that_ring_it() -> None:
    draft = flow_of(
        a={"kind": "hunt", "group": "care", "exits": {"no_answer": "b"}}, b={"kind": "hunt", "group": "care"}
    )
    boxes = graph(draft, ASSETS)
    assert [box.id for box in boxes] == ["a", "b", "group:care"]
    assert boxes[0].rings == boxes[1].rings == "group:care"
    assert [phone.name for phone in boxes[2].phones] == ["售后一号", "售后二号"]


def test_a_typed_number_is_a_box_with_the_name_of_the_phone_that_has_it() -> None:
    draft = flow_of(
        a={"kind": "menu", "prompt": "welcome", "exits": {"1": "13900000001", "2": "13800138000"}}
    )
    boxes = graph(draft, ASSETS)
    assert box(boxes, "phone:13900000001").phones[0].name == "前台"
    assert box(boxes, "phone:13800138000").title.zh == "138 0013 8000"
    assert [port.target for port in boxes[0].used] == ["phone:13900000001", "phone:13800138000"]


def test_phones_named_in_a_step_stand_behind_it() -> None:
    boxes = graph(flow_of(a={"kind": "hunt", "phones": ["desk", "13800138000"]}), ASSETS)
    assert [phone.number for phone in box(boxes, "phones:a").phones] == ["13900000001", "13800138000"]


def test_what_is_missing_or_unknown_is_drawn_as_such() -> None:
    boxes = graph(flow_of(a={"kind": "fax", "exits": {"x": "gone"}}), ASSETS)
    assert box(boxes, "missing:gone").shape is Shape.MISSING
    assert boxes[0].title.zh == "未知步骤"
    assert graph({"nodes": "none"}, ASSETS) == ()


def test_with_a_number_the_picture_begins_there() -> None:
    first, second, *_ = graph(FLOW, ASSETS, "4008001234")
    assert (first.shape, first.title.zh, first.rings) == (Shape.NUMBER, "400 800 1234", second.id)
    assert graph({"start": "gone", "nodes": {}}, ASSETS, "4008001234") == ()
