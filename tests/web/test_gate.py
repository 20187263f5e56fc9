"""Who may see and do what, tried on every address that the console has."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.store import (
    call_views,
    calls,
    channels,
    deliveries,
    flow_tests,
    flows,
    groups,
    hours,
    lists,
    phones,
    plans,
    prompts,
    queues,
    tasks,
)
from app.store.channels import Channel
from app.store.models import UserSession
from app.store.models.base import utc_now
from app.store.queues import Rules
from app.web.gate import READING
from app.web.pages import BLUEPRINTS
from tests.support.cdrs import MARK, MESSAGE, cdr
from tests.support.shop import Shop
from tests.web.browser import Browser

ALICES: dict[str, Any] = {
    "flows": {
        "slug": "alices",
        "node": "menu",
        "exit_name": "1",
        "number": 1,
        "test_id": 1,
        "plan_id": 1,
        "prompt": "alices",
        "field": "prompt",
    },
    "phones": {"slug": "alices", "test_id": "alices", "kind": "phones", "ending": "csv", "import_id": 1},
    "groups": {"slug": "alices"},
    "hours": {"slug": "alices"},
    "prompts": {"slug": "alices", "number": 1, "language": "zh", "name": "alices"},
    "lists": {"slug": "alices"},
    "queues": {"slug": "alices"},
    "board": {"slug": "alices"},
    "numbers": {"did": "4008001234"},
    "calls": {"call_id": "alices", "view_id": 1, "token": "alices"},
    "messages": {"call_id": "alices", "task_id": 1, "delivery_id": 1},
    "sessions": {"session_id": 400},
}
"""What alice has and charlie does not, by the first part of the address."""

CHOICES = {"auth.choose_language", "auth.choose_theme"}
PUBLIC = {"health.monitor", "auth.sign_in", *CHOICES, "static", "switch.take"}
OF_ALL = {"messages.take_care", "messages.take_up", "messages.finish", "calls.save"}
TRIED = {"trying.step"}  # changes nothing
SIGNED_IN = {"auth.sign_out", "auth.sign_out_everywhere", "auth.end_session"}
FOR_MEMBERS = {*SIGNED_IN, "auth.profile", "auth.change_password", *OF_ALL, *TRIED}
EVERYBODYS = {
    "prompts.system_sound",
    "importing.show",
    "importing.export",
    "importing.sample",
    "importing.undo",
}
"""Of no company's things, or (undo) the same answer for what is not there and what is not one's own."""
SILENT = {
    "messages.sound",
    "prompts.sound",
    "prompts.version_sound",
    "prompts.heard_sound",
    "trying.sound",
    "numbers.changes",
    "calls.show_export",
    "calls.take_export",
    "refusals.bring_back",
    "proofs.show",
}
"""Alice's prompt has no file, her phone no proof; she asked for no file of calls, and deleted nothing."""


REFUSED_EMPTY = {"trying.step", "trying.save", "proofs.decide", "voices.new", "voices.change"}
"""Those that say what is missing when nothing is sent."""


def _rules() -> list[Rule]:
    """All addresses, of a console that is never asked anything."""
    app = Flask("addresses")
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return sorted(app.url_map.iter_rules(), key=str)


RULES = [rule for rule in _rules() if rule.endpoint != "static"]
ADDRESSES = [(rule, method) for rule in RULES for method in sorted((rule.methods or set()) & {"GET", "POST"})]


def name(case: object) -> str:
    return str(case.endpoint) if isinstance(case, Rule) else str(case)


def address(rule: Rule) -> str:
    values = ALICES.get(rule.rule.split("/")[1], {})
    built = rule.build({key: values[key] for key in rule.arguments}, append_unknown=False)
    assert built
    return built[1]


def ask(browser: Browser, rule: Rule, method: str) -> int:
    if method == "POST":
        return browser.post(
            address(rule), {"revision": "0", "state": "available", "list": "alices"}
        ).status_code
    with browser.get(address(rule)) as answer:
        return answer.status_code


@pytest.fixture
def alices_things(shop: Shop) -> None:
    """Things of alice's whose ids charlie's shop does not have."""
    company = shop.company
    phones.create(company, "alices", "13800138000", "爱丽丝的电话")
    groups.create(company, "alices", "爱丽丝的组", ["alices"])
    hours.create(company, "alices", "爱丽丝的时间", {"weekly": {}})
    prompts.create(company, "alices", "爱丽丝的语音", file="1/alices.wav")
    lists.create(company, "alices", "爱丽丝的名单", "vip")
    queues.create(company, "alices", "爱丽丝的队列", Rules())
    calls.record(cdr("alices", company.id, voicemail=MESSAGE, survey=[MARK]))
    channels.put(company, None, [Channel("email", "owner@example.com")])
    deliveries.plan(company, tasks.notice(company, "alices", "", "爱丽丝的通知"))
    flows.create(company, "alices", "爱丽丝的流程", flows.find(company, "main").draft)
    flows.publish(company, "alices")
    here = {"company": company, "user": shop.owner, "mark": "m", "device": "", "address": ""}
    UserSession.create(id=400, began_at=utc_now(), seen_at=utc_now(), **here)
    flow_tests.save(company, "alices", "爱丽丝的测试", {}, {})
    plans.add(company, "alices", {}, utc_now() + timedelta(days=1))
    call_views.save(company, "爱丽丝的筛选", "result=missed", None)


def test_visitors_are_sent_to_sign_in(visitor: Browser) -> None:
    for rule, method in ADDRESSES:
        if rule.endpoint not in PUBLIC:
            answer = visitor.get(address(rule)) if method == "GET" else visitor.post(address(rule))
            assert (answer.status_code, answer.location[:8]) == (302, "/sign-in"), rule


OWNED = [(rule, method) for rule, method in ADDRESSES if rule.arguments and rule.endpoint not in EVERYBODYS]


def test_charlie_does_not_find_what_is_alices(charlie: Browser, alices_things: None) -> None:
    codes = {f"{method} {rule}": ask(charlie, rule, method) for rule, method in OWNED}
    assert {asked: code for asked, code in codes.items() if code != 404} == {}


@pytest.mark.parametrize(("rule", "method"), OWNED, ids=name)
def test_alice_finds_it(alice: Browser, alices_things: None, rule: Rule, method: str) -> None:
    """Otherwise the test above would prove nothing."""
    if rule.endpoint not in SILENT:
        refused = {400, 422} if rule.endpoint in REFUSED_EMPTY else set()
        assert ask(alice, rule, method) in {200, 302} | refused


CHANGING = [rule for rule, method in ADDRESSES if method not in READING]


def test_members_change_nothing_but_what_is_their_own(bob: Browser, alices_things: None) -> None:
    for rule in CHANGING:
        if rule.endpoint not in PUBLIC | FOR_MEMBERS:
            assert ask(bob, rule, "POST") == 403, rule


def test_a_piece_of_a_page_sends_the_whole_page_to_sign_in(visitor: Browser) -> None:
    answer = visitor.get("/today/live", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/sign-in")


def test_an_address_that_is_none_is_not_found(alice: Browser, visitor: Browser) -> None:
    assert alice.get("/nothing/here").status_code == 404
    assert visitor.get("/nothing/here").status_code == 404


def test_what_one_company_records_the_other_does_not_see(charlie: Browser, alices_things: None) -> None:
    for page in (
        "/",
        "/calls",
        "/flows",
        "/phones",
        "/numbers",
        "/hours",
        "/prompts",
        "/lists",
        "/queues",
        "/board",
        "/messages",
        "/messages/tasks",
        "/surveys",
    ):
        shown = charlie.page(page)
        assert "爱丽丝" not in shown
        assert "138 0013 8000" not in shown
        assert "400 800 1234" not in shown


def test_every_address_is_one_of_the_families(console: Flask) -> None:
    assert {rule.endpoint for rule in console.url_map.iter_rules()} == {rule.endpoint for rule in RULES} | {
        "static"
    }
