"""Two people's changes of one draft: put together where they can be, told where they cannot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.flow import branch, edit
from app.flow.document import read
from app.flow.merge import changed_nodes, merge
from tests.flow.company import FLOW

Change = Callable[[dict[str, Any]], dict[str, Any]]

TITLE: Change = lambda draft: edit.set_title(draft, "care", "售后")  # noqa: E731
RING: Change = lambda draft: edit.set_field(draft, "care", "ring_timeout_s", "30")  # noqa: E731
RING_LONGER: Change = lambda draft: edit.set_field(draft, "care", "ring_timeout_s", "60")  # noqa: E731
KEY_3: Change = lambda draft: edit.set_exit(draft, "welcome", "3", "care")  # noqa: E731
KEY_4: Change = lambda draft: edit.set_exit(draft, "welcome", "4", "care")  # noqa: E731
NO_CARE: Change = lambda draft: edit.remove_node(draft, "care")  # noqa: E731
UP: Change = lambda draft: edit.move(draft, "care", -1)  # noqa: E731
NAME: Change = lambda draft: edit.set_name(draft, "新总线")  # noqa: E731
NEW: Change = lambda draft: edit.add_node(draft, "hangup", "hangup")  # noqa: E731
NOTHING: Change = lambda draft: draft  # noqa: E731


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (TITLE, KEY_3),
        (TITLE, RING),
        (KEY_3, KEY_4),
        (NAME, NEW),
        (NEW, RING),
        (UP, RING),
        (KEY_3, UP),
        (RING, NOTHING),
    ],
)
def test_changes_of_different_places_are_put_together(mine: Change, theirs: Change) -> None:
    merged, clashes = merge(FLOW, mine(FLOW), theirs(FLOW))
    both = mine(theirs(FLOW))
    assert clashes == []
    assert merged == both
    assert list(merged["nodes"]) == list(both["nodes"])
    assert read(merged)[1] == []


def test_a_removal_of_what_nobody_else_touched_is_a_removal() -> None:
    merged, clashes = merge(FLOW, NO_CARE(FLOW), NAME(FLOW))
    assert clashes == []
    assert "care" not in merged["nodes"]
    assert merged["name"] == "新总线"


def test_the_same_setting_changed_twice_is_a_clash_and_keeps_theirs() -> None:
    merged, (clash,) = merge(FLOW, RING(FLOW), RING_LONGER(FLOW))
    assert (clash.node, clash.field, clash.mine, clash.theirs) == ("care", "ring_timeout_s", 30, 60)
    assert merged == RING_LONGER(FLOW)


def test_the_same_change_made_by_both_is_none() -> None:
    merged, clashes = merge(FLOW, RING(FLOW), RING(FLOW))
    assert (merged, clashes) == (RING(FLOW), [])


@pytest.mark.parametrize(("mine", "theirs"), [(NO_CARE, RING), (RING, NO_CARE)])
def test_a_step_removed_by_one_and_changed_by_the_other_is_one_clash(mine: Change, theirs: Change) -> None:
    merged, clashes = merge(FLOW, mine(FLOW), theirs(FLOW))
    assert [clash.path for clash in clashes if clash.node == "care"] == [("nodes", "care")]
    assert merged["nodes"].get("care") == theirs(FLOW)["nodes"].get("care")


@pytest.mark.parametrize(("mine", "theirs"), [(NO_CARE, RING), (RING, NO_CARE), (RING, RING_LONGER)])
def test_mine_wins_when_i_have_seen_theirs(mine: Change, theirs: Change) -> None:
    merged, clashes = merge(FLOW, mine(FLOW), NAME(theirs(FLOW)), mine_wins=True)
    assert clashes == []
    assert merged["nodes"].get("care") == mine(FLOW)["nodes"].get("care")
    assert merged["name"] == "新总线"


def test_new_steps_of_the_same_id_become_two() -> None:
    mine = edit.set_exit(edit.add_node(FLOW, "hangup", "hangup", title="甲"), "welcome", "3", "hangup")
    theirs = edit.set_exit(edit.add_node(FLOW, "hangup", "hangup", title="乙"), "welcome", "4", "hangup")
    merged, clashes = merge(FLOW, mine, theirs)
    assert clashes == []
    titles = [merged["nodes"][merged["nodes"]["welcome"]["exits"][key]]["title"] for key in "34"]
    assert titles == ["甲", "乙"]


def test_what_changed_is_named() -> None:
    assert changed_nodes(FLOW, RING(NEW(FLOW))) == ["care", "hangup"]
    copied, made = branch.copy_branch(FLOW, "care")
    assert changed_nodes(FLOW, copied) == [made]
