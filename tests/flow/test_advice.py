"""What is said of flows without errors: keys that lead elsewhere, prompts without sound, doubtful numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.flow.advice import advice
from app.flow.check import check
from app.flow.compile import snapshot_of
from app.flow.offers import offers, tells_of
from app.flow.review import coverage_of, review
from app.flow.snapshot import Assets, Prompt
from app.routing.dialling_rules import DiallingRules
from tests.flow.company import ASSETS, flow_of

CARE, SALES = {"kind": "hunt", "group": "care"}, {"kind": "hunt", "group": "sales"}
OPEN = replace(ASSETS, dialling=DiallingRules(freephone=True))


def saying(text: str, file: str = "1/p.wav") -> Assets:
    return replace(OPEN, prompts={**ASSETS.prompts, "said": Prompt("said", "导航", file, text, 3000)})


def advised(assets: Assets = OPEN, **nodes: dict[str, Any]) -> list[tuple[str, str]]:
    document, problems = check(flow_of(**nodes), assets)
    assert document, problems
    snapshot = snapshot_of(document, assets)
    return [(problem.code, problem.place) for problem in advice(document, snapshot.assets)]


def menu(**exits: str) -> dict[str, Any]:
    return {"kind": "menu", "prompt": "said", "exits": {name[-1]: target for name, target in exits.items()}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("售前咨询请按1，售后服务请按2，人工请按0。", {"1": "售前咨询", "2": "售后服务", "0": "人工"}),
        ("您好，欢迎致电示例公司。投诉建议，请按三；", {"3": "投诉建议"}),
        ("如需重听请按*，转财务拨 8", {"*": "重听", "8": "财务"}),
        ("按1", {"1": ""}),
        ("谢谢您的来电", {}),
    ],
)
def test_what_a_prompt_offers(text: str, expected: dict[str, str]) -> None:
    assert offers(text) == expected


@pytest.mark.parametrize(
    ("offer", "name", "expected"),
    [
        ("售后服务", "售后组", True),
        ("投诉", "投诉建议组", True),
        ("售后服务", "售前服务组", False),
        ("人工客服", "客服电话", False),
        ("", "售后组", False),
    ],
)
def test_words_that_tell_two_names_apart(offer: str, name: str, expected: bool) -> None:
    assert tells_of(offer, name) is expected


def test_keys_that_are_exchanged() -> None:
    found = advised(
        saying("售前咨询请按1，售后服务请按2。"), a=menu(key_1="care", key_2="sales"), care=CARE, sales=SALES
    )
    assert found == [("key_goes_elsewhere", "nodes.a.exits.1"), ("key_goes_elsewhere", "nodes.a.exits.2")]


def test_keys_as_they_are_said() -> None:
    found = advised(
        saying("售前咨询请按1，售后服务请按2。"), a=menu(key_1="sales", key_2="care"), care=CARE, sales=SALES
    )
    assert found == []


def test_a_name_that_the_prompt_does_not_know_is_no_contradiction() -> None:
    boss = {"kind": "hunt", "phones": ["13812345678"], "title": "店长"}
    assert (
        advised(saying("售前请按1，投诉请按2。"), a=menu(key_1="sales", key_2="boss"), sales=SALES, boss=boss)
        == []
    )


def test_a_key_that_leads_to_what_another_key_offers() -> None:
    found = advised(saying("售后请按1，投诉请按3。"), a=menu(key_1="boss", key_3="care"), care=CARE,
                    boss=CARE | {"title": "前台", "group": "sales"})  # fmt: skip
    assert found == [("key_goes_elsewhere", "nodes.a.exits.1"), ("key_goes_elsewhere", "nodes.a.exits.3")]


def test_a_prompt_without_sound() -> None:
    found = advised(saying("售后请按1。", file=""), a=menu(key_1="care"), care=CARE)
    assert found == [("prompt_without_sound", "nodes.a.prompt")]


def test_a_key_after_which_nothing_is_heard() -> None:
    found = advised(saying("结束请按1。"), a=menu(key_1="b"), b={"kind": "hangup"})
    assert found == [("empty_branch", "nodes.a.exits.1")]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("17012345678", "virtual_operator"),
        ("17112345678", "virtual_operator"),
        ("16212345678", "virtual_operator"),
        ("4008005678", "rings_a_400"),
    ],
)
def test_numbers_that_carriers_do_not_like(number: str, code: str) -> None:
    listed = advised(a={"kind": "hunt", "phones": [number]})
    typed = advised(saying("请按1"), a=menu(key_1=number))
    assert listed == [(code, "nodes.a.phones")]
    assert typed == [(code, "nodes.a.exits.1")]


def test_ordinary_numbers_are_fine() -> None:
    assert advised(a={"kind": "hunt", "phones": ["13812345678", "057188888888", "17212345678"]}) == []


def test_the_gravest_first_and_each_thing_once() -> None:
    data = flow_of(
        a={"kind": "schedule", "hours": "office", "exits": {"open": "b", "closed": "c", "holiday": "c"}},
        b={"kind": "hunt", "phones": ["17012345678"]},
        c={"kind": "voicemail"},
    )
    document, problems = check(data, ASSETS)
    assert document
    found = review(problems, coverage_of(document, ASSETS, date(2026, 11, 23)))
    assert [(problem.severity, problem.code) for problem in found] == [
        ("warning", "no_holidays"),  # and not never_taken as well
        ("warning", "virtual_operator"),
        ("note", "nobody_rings"),
    ]
