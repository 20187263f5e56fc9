"""Changes to a draft: what each leaves behind, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from app.flow import edit
from app.flow.document import MAX_NODES, read
from app.flow.fields import BadValue
from tests.flow.company import FLOW

Change = Callable[[dict[str, Any]], dict[str, Any]]

CHANGES: dict[str, Change] = {
    "add_node": lambda draft: edit.add_node(draft, "hangup", "hangup"),
    "remove_node": lambda draft: edit.remove_node(draft, "care"),
    "set_start": lambda draft: edit.set_start(draft, "welcome"),
    "set_name": lambda draft: edit.set_name(draft, "新总线"),
    "set_fallback": lambda draft: edit.set_fallback(draft, ""),
    "set_title": lambda draft: edit.set_title(draft, "care", "售后"),
    "set_field": lambda draft: edit.set_field(draft, "care", "ring_timeout_s", "30"),
    "set_exit": lambda draft: edit.set_exit(draft, "welcome", "3", "care"),
    "move": lambda draft: edit.move(draft, "care", -1),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_returns_a_copy_that_can_be_read(name: str) -> None:
    before = deepcopy(FLOW)
    after = CHANGES[name](FLOW)
    assert before == FLOW
    assert json.dumps(after) != json.dumps(FLOW)  # the order of nodes counts
    assert read(after)[1] == []


def test_the_first_node_becomes_the_start() -> None:
    draft = edit.add_node(edit.blank("新流程"), "menu", "menu")
    assert draft["start"] == "menu"


def test_new_ids_are_counted_on() -> None:
    draft = edit.add_node(edit.blank("新流程"), "menu", "menu")
    assert edit.free_id(draft, "menu") == "menu2"
    assert edit.free_id(draft, "hunt") == "hunt"


def test_a_removed_node_leaves_no_exit_behind() -> None:
    draft = edit.remove_node(FLOW, "care")
    assert "2" not in draft["nodes"]["welcome"]["exits"]
    assert draft["nodes"]["sales"]["exits"] == {}


def test_the_last_node_may_go_although_calls_begin_there() -> None:
    draft = edit.remove_node(edit.add_node(edit.blank("x"), "menu", "menu"), "menu")
    assert (draft["start"], draft["nodes"]) == ("", {})


def test_removing_tells_which_nodes_nothing_would_reach() -> None:
    assert edit.cut_off(FLOW, "welcome") == ["sales", "care"]
    assert edit.cut_off(FLOW, "care") == []


def test_a_value_that_is_the_default_is_not_written() -> None:
    draft = edit.set_field(FLOW, "sales", "ring_timeout_s", "20")
    assert "ring_timeout_s" not in draft["nodes"]["sales"]


def test_no_next_phone_at_all_is_written() -> None:
    assert edit.set_field(FLOW, "sales", "next_on", [])["nodes"]["sales"]["next_on"] == []


def test_an_empty_reference_is_taken_out() -> None:
    assert "group" not in edit.set_field(FLOW, "sales", "group", "")["nodes"]["sales"]


def test_a_title_stands_behind_the_kind_and_goes_when_empty() -> None:
    assert list(edit.set_title(FLOW, "care", " 售后  组 ")["nodes"]["care"])[:2] == ["kind", "title"]
    assert "title" not in edit.set_title(FLOW, "welcome", "")["nodes"]["welcome"]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("138 0013 8000", "13800138000"),
        ("+86 138-0013-8000", "13800138000"),
        ("０５７１８８８８８８８８", "057188888888"),
        ("care", "care"),
    ],
)
def test_an_exit_leads_to_a_node_or_a_typed_number(typed: str, number: str) -> None:
    assert edit.set_exit(FLOW, "welcome", "1", typed)["nodes"]["welcome"]["exits"]["1"] == number


def test_an_exit_without_target_is_taken_out() -> None:
    assert "1" not in edit.set_exit(FLOW, "welcome", "1", "")["nodes"]["welcome"]["exits"]


def test_the_last_exit_takes_the_mapping_with_it() -> None:
    assert "exits" not in edit.set_exit(FLOW, "sales", "no_answer", "")["nodes"]["sales"]


def test_moving_swaps_with_the_neighbour_under_the_same_parent() -> None:
    nodes = list(edit.move(FLOW, "care", -1)["nodes"])
    assert nodes.index("care") < nodes.index("sales")


def test_moving_beyond_the_end_changes_nothing() -> None:
    assert edit.move(FLOW, "sales", -1) == FLOW


def test_a_list_of_numbers_is_read_with_any_separator() -> None:
    assert edit.phone_numbers("13800138000，0571-88888888; 13800138000") == ["13800138000", "057188888888"]


REFUSED: dict[str, Change] = {
    "an unknown kind": lambda draft: edit.add_node(draft, "x", "fax"),
    "an id that is taken": lambda draft: edit.add_node(draft, "care", "hunt"),
    "removing where calls begin": lambda draft: edit.remove_node(draft, "hours"),
    "a node that is gone": lambda draft: edit.set_title(draft, "nobody", "x"),
    "a title that is too long": lambda draft: edit.set_title(draft, "care", "长" * 51),
    "a name that is too long": lambda draft: edit.set_name(draft, "长" * 101),
    "an unknown field": lambda draft: edit.set_field(draft, "care", "colour", "red"),
    "a number out of range": lambda draft: edit.set_field(draft, "care", "ring_timeout_s", "999"),
    "an unknown choice": lambda draft: edit.set_field(draft, "care", "strategy", "loudest"),
    "an unknown exit": lambda draft: edit.set_exit(draft, "care", "sideways", "sales"),
    "half a number": lambda draft: edit.set_exit(draft, "welcome", "1", "1380013"),
    "a fallback that is no phone": lambda draft: edit.set_fallback(draft, "前台"),
    "a list with a wrong number": lambda draft: {"phones": edit.phone_numbers("13800138000, 12")},
}


@pytest.mark.parametrize("why", REFUSED)
def test_it_refuses(why: str) -> None:
    with pytest.raises(BadValue) as refused:
        REFUSED[why](FLOW)
    assert refused.value.words.zh
    assert refused.value.words.en


def test_it_refuses_more_nodes_than_a_document_may_have() -> None:
    full = edit.blank("x") | {"nodes": {f"n{n}": {"kind": "hangup"} for n in range(MAX_NODES)}}
    with pytest.raises(BadValue):
        edit.add_node(full, "one_more", "hangup")
