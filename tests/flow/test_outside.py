"""Nodes that speak with the world outside: which addresses, which variables, which words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.flow import messages
from app.flow.check import check
from app.flow.interpreter import Walk
from app.flow.nodes.webhook import MAX_VALUE, MAX_VARIABLES, wrong_address
from app.flow.outcomes import Replied
from tests.flow.company import ASSETS, facts, flow_of, snapshot_of


@pytest.mark.parametrize(
    "url",
    [
        "https://crm.example.com/hotline?shop=7",
        "http://crm.example.com:8080/",
        "https://8.8.8.8/x",
        "https://[2400:3200::1]/x",
        "https://xn--fsqu00a.xn--fiqs8s/x",
    ],
)
def test_public_addresses_may_be_asked(url: str) -> None:
    assert wrong_address(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "crm.example.com",
        "ftp://crm.example.com/",
        "file:///etc/passwd",
        "https://",
        "https://localhost/",
        "https://crm/",
        "https://crm.internal/x",
        "https://printer.local./x",
        "http://127.0.0.1/",
        "http://10.1.2.3/",
        "http://192.168.1.1:80/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/",
        "http://0.0.0.0/",
        "http://[::1]/",
        "http://[fd00::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[::1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://127.1/",
        "http://user:secret@crm.example.com/",
        "http://crm.example.com:0/",
        "http://crm.example.com:99999/",
        "http://crm.exam ple.com/",
        "http://crm.example.com/\r\nHost: x",
        "http://crm.example.com\\@10.0.0.1/",
        "http://-crm-.example.com/",
    ],
)
def test_private_and_broken_addresses_are_refused(url: str) -> None:
    assert wrong_address(url) is not None
    document, problems = check(flow_of(a={"kind": "webhook", "url": url}), ASSETS)
    assert document is None
    assert problems[0].code == "bad_url"


def test_what_comes_back_is_kept_in_bounds() -> None:
    walk = Walk(snapshot_of(flow_of(hook={"kind": "webhook", "url": "https://crm.example.com/"})), facts())
    run = walk.run()
    next(run)
    given = [
        ("customer_tag", "gold"),
        ("long", "x" * 5000),
        ("answered_by", "desk"),
        ("Bad Name", "x"),
        ("", "x"),
    ]
    given += [(f"v{n}", "x") for n in range(100)]
    run.send(Replied(exit="a", variables=tuple(given)))
    kept = walk.call.variables
    assert kept["customer_tag"] == "gold"
    assert len(kept["hook.long"]) == MAX_VALUE
    assert "answered_by" not in kept
    assert kept["hook.answered_by"] == "desk"
    assert len(kept) == MAX_VARIABLES


def test_a_message_is_filled_from_the_facts_and_nothing_else() -> None:
    text = "{time} {place} {caller} {number} {0} {text.__class__} {} {caller!r}"
    assert messages.fill(text, facts()) == (
        "2026-11-23 14:03 浙江杭州 138 0013 8000 400 800 1234 {0} {text.__class__} {} {caller!r}"
    )


def test_a_caller_without_number_or_place_is_called_so() -> None:
    assert messages.fill("{caller}|{place}", replace(facts(), ani="", region=None)) == "匿名来电|"


@pytest.mark.parametrize(
    ("node", "code"),
    [
        ({"kind": "notify", "text": "  "}, "no_text"),
        ({"kind": "notify", "text": "{name} 来电"}, "unknown_placeholder"),
        ({"kind": "notify", "to": "stranger"}, "unknown_phone"),
        ({"kind": "notify", "text": "x" * 301}, "bad_value"),
        ({"kind": "survey", "prompt": "question", "highest": 3, "low_mark": 3}, "every_mark_low"),
        ({"kind": "survey"}, "missing_field"),
        ({"kind": "voicemail", "max_s": 9999}, "bad_value"),
    ],
)
def test_what_cannot_work_is_not_published(node: dict[str, Any], code: str) -> None:
    document, problems = check(flow_of(a=node), ASSETS)
    assert document is None
    assert code in [problem.code for problem in problems]
