"""Branches of a draft: copied, moved, put into another order."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from app.flow import branch, edit
from app.flow.branch import Slot
from app.flow.document import MAX_NODES, read
from app.flow.fields import BadValue

TREE: dict[str, Any] = {
    "spec": 1,
    "name": "总线",
    "start": "menu",
    "nodes": {
        "menu": {"kind": "menu", "prompt": "p", "exits": {"1": "sub", "2": "care", "9": "13800138000"}},
        "sub": {"kind": "menu", "prompt": "p", "exits": {"1": "sales", "2": "care", "0": "menu"}},
        "sales": {"kind": "hunt", "phones": ["13900000001"], "exits": {"no_answer": "note"}},
        "note": {"kind": "voicemail"},
        "care": {"kind": "hunt", "phones": ["13900000002"]},
    },
}


def exits(draft: dict[str, Any], node: str) -> dict[str, str]:
    found: dict[str, str] = draft["nodes"][node].get("exits", {})
    return found


def test_a_branch_is_what_stands_under_a_step() -> None:
    assert branch.branch(TREE, "sub") == ["sub", "sales", "note"]
    assert branch.branch(TREE, "menu") == ["menu", "sub", "sales", "note", "care"]
    assert branch.branch(TREE, "gone") == []


def test_a_copied_branch_has_new_ids_and_shares_what_is_not_in_it() -> None:
    before = deepcopy(TREE)
    copied, made = branch.copy_branch(TREE, "sub", Slot("menu", "3"))
    assert before == TREE
    assert exits(copied, "menu")["3"] == made == "menu2"
    assert exits(copied, made) == {"1": "hunt", "2": "care", "0": "menu"}
    assert exits(copied, "hunt") == {"no_answer": "voicemail"}
    assert copied["nodes"]["voicemail"] == TREE["nodes"]["note"]
    assert read(copied)[1] == []


def test_a_loose_branch_is_copied_too() -> None:
    loose = edit.set_exit(TREE, "menu", "1", "")
    copied, made = branch.copy_branch(loose, "sub")
    assert exits(copied, made)["1"] == "hunt"


def test_a_copy_that_would_be_too_large_is_refused_in_words() -> None:
    full = deepcopy(TREE)
    full["nodes"] |= {f"more{n}": {"kind": "hangup"} for n in range(MAX_NODES - len(full["nodes"]))}
    with pytest.raises(BadValue) as refused:
        branch.copy_branch(full, "sub")
    assert "子流程" in refused.value.words.zh
    with pytest.raises(BadValue):
        branch.duplicate(full, "sub")


def test_a_duplicate_leads_where_the_first_one_leads() -> None:
    changed, made = branch.duplicate(TREE, "sales")
    assert changed["nodes"][made] == TREE["nodes"]["sales"]
    assert all(made not in exits(changed, node).values() for node in changed["nodes"])


def test_two_slots_change_places() -> None:
    changed = branch.swap(TREE, Slot("menu", "1"), Slot("menu", "2"))
    assert exits(changed, "menu") == {"1": "care", "2": "sub", "9": "13800138000"}


def test_a_branch_and_a_number_move_to_a_free_slot() -> None:
    changed = branch.swap(TREE, Slot("menu", "2"), Slot("sub", "3"))
    changed = branch.swap(changed, Slot("menu", "9"), Slot("sub", "4"))
    assert exits(changed, "menu") == {"1": "sub"}
    assert exits(changed, "sub") == {"1": "sales", "2": "care", "3": "care", "4": "13800138000", "0": "menu"}


@pytest.mark.parametrize("slot", [Slot("sales", "no_answer"), Slot("sub", "3"), Slot("note", "done")])
def test_a_branch_never_goes_under_itself(slot: Slot) -> None:
    with pytest.raises(BadValue):
        branch.swap(TREE, Slot("menu", "1"), slot)
    with pytest.raises(BadValue):
        branch.connect(TREE, "sub", slot)


def test_a_step_is_moved_from_where_it_stands_in_the_outline() -> None:
    changed = branch.connect(TREE, "sub", Slot("menu", "5"))
    assert exits(changed, "menu") == {"2": "care", "5": "sub", "9": "13800138000"}


def test_a_loose_step_is_connected() -> None:
    changed = branch.connect(edit.add_node(TREE, "hangup", "hangup"), "hangup", Slot("menu", "5"))
    assert exits(changed, "menu")["5"] == "hangup"


def test_the_start_is_not_moved() -> None:
    with pytest.raises(BadValue):
        branch.connect(TREE, "menu", Slot("sub", "5"))


@pytest.mark.parametrize("slot", [Slot("menu", "77"), Slot("gone", "1")])
def test_a_slot_that_there_is_not_is_refused(slot: Slot) -> None:
    with pytest.raises(BadValue):
        branch.swap(TREE, slot, Slot("menu", "1"))


def test_siblings_are_arranged() -> None:
    draft = edit.set_exit(TREE, "menu", "3", "note")
    first = branch.arrange(draft, "care", "sub")
    assert [key for key in first["nodes"] if key in ("sub", "care", "note")] == ["care", "sub", "note"]
    last = branch.arrange(first, "care", "")
    assert [key for key in last["nodes"] if key in ("sub", "care", "note")] == ["sub", "note", "care"]
    with pytest.raises(BadValue):
        branch.arrange(draft, "gone", "")
