"""What each kind says has to be tried of it (outlook) is all that changes its way; every case file is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.errors import CallerHungUp
from app.flow.coverage.passages import passages
from app.flow.facts import CallFacts
from app.flow.interpreter import Walk, drawn
from app.flow.nodes.base import Node
from app.routing.regions import Region
from tests.flow.cases import Case, all_cases
from tests.flow.company import MONDAY_14_03, MONDAY_NIGHT

CASES = all_cases()
NOWS = (MONDAY_14_03, MONDAY_NIGHT, MONDAY_14_03.replace(month=10, day=1))
CALLERS: tuple[tuple[str, Region | None], ...] = (
    ("13812345678", Region("四川", "成都", "中国移动", "028")),
    ("13800138000", Region("浙江", "杭州", "中国电信", "0571")),
    ("13900000001", Region("江苏", "苏州", "", "0512")),
    ("0085291234567", None),
    ("", None),
)
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}: {case.says}")


def walked(case: Case) -> Walk:
    """The walk of a case, gone as far as its outcomes bring it."""
    walk = case.walk()
    run = walk.run()
    try:
        next(run)
        for outcome in case.outcomes():
            run.send(outcome)
    except (StopIteration, CallerHungUp):
        pass
    run.close()
    return walk


def ways(node: Node, walk: Walk, facts: CallFacts) -> set[str]:
    assets = walk.snapshot.assets
    back = "returned" if node.kind == "subflow" else None
    return {drawn(found.way, node) for found in passages(node, facts, assets, {}, back)}


def facts_with(walk: Walk, now: datetime, caller: tuple[str, Region | None], seed: int) -> CallFacts:
    return replace(walk.call.facts, now=now, ani=caller[0], region=caller[1], seed=seed)


@each_case
def test_what_a_kind_does_not_look_at_changes_nothing(case: Case) -> None:
    walk = case.walk()
    for node in walk.snapshot.document.nodes.values():
        outlook = node.outlook(walk.snapshot.assets)
        nows = NOWS[:1] if outlook.by_time else NOWS
        callers = CALLERS[:1] if outlook.by_caller else CALLERS
        found = [
            ways(node, walk, facts_with(walk, now, caller, seed))
            for now in nows
            for caller in callers
            for seed in (1, 2, 3)
        ]
        assert all(each == found[0] for each in found)


@each_case
def test_whatever_a_case_does_is_found(case: Case) -> None:
    """The exits that a case's steps took are among those that are found for its caller at its time."""
    walk = walked(case)
    for step in walk.trail[:-1]:
        node = walk.snapshot.document.nodes.get(step.node)
        if node and step.exit and node.kind != "subflow" and not step.problem:
            call = walk.call
            facts = replace(call.facts, now=call.facts.now + timedelta(milliseconds=step.at_ms))
            known = passages(node, facts, call.assets, call.variables, tags=["金牌"])
            assert step.exit in {drawn(found.way, node) for found in known}


@each_case
def test_the_same_twice(case: Case) -> None:
    walk = case.walk()
    for node in walk.snapshot.document.nodes.values():
        assert passages(node, walk.call.facts, walk.snapshot.assets, {}) == passages(
            node, walk.call.facts, walk.snapshot.assets, {}
        )


@each_case
def test_the_first_passage_is_a_usual_one(case: Case) -> None:
    walk = case.walk()
    for node in walk.snapshot.document.nodes.values():
        assert not passages(node, walk.call.facts, walk.snapshot.assets, {})[0].strayed
