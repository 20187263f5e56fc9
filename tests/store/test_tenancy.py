"""No question asked for one company is answered with another's rows, and no change of one's touches another's.

The functions are found, not listed: a new one in a query module is tested the day it is written.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import is_dataclass
from datetime import UTC, date, datetime
from types import ModuleType
from typing import Any

import pytest

from app.errors import StoreError
from app.flow.snapshot import Assets
from app.store import (
    agents,
    assets,
    call_search,
    call_views,
    calls,
    channels,
    closures,
    companies,
    deliveries,
    dialling,
    emergencies,
    flow_tests,
    flows,
    groups,
    hours,
    imports,
    lists,
    numbers,
    phones,
    plans,
    prompts,
    proofs,
    queues,
    references,
    sessions,
    surveys,
    tasks,
    users,
    voicemails,
)
from app.store.calls import Filters
from app.store.channels import Channel
from app.store.lists import Entry
from app.store.models import (
    TABLES,
    CallerListEntry,
    CallView,
    Company,
    Delivery,
    FlowPlan,
    FlowTest,
    Table,
    Task,
    UserSession,
)
from app.store.models.phone_paper import PhoneImport
from app.store.queues import Rules
from app.store.today import Today
from tests.support.cdrs import MARK, MESSAGE, cdr
from tests.support.shop import DOCUMENT, PASSWORD, WEEKDAYS, Shop, open_shop

MODULES = (
    *(call_search, call_views, plans),
    *(agents, assets, calls, channels, closures, deliveries, dialling, emergencies, flow_tests),
    *(flows, groups, hours, imports, proofs),
    *(lists, numbers, phones, prompts, queues, references, sessions, surveys, tasks, users, voicemails),
)

NOT_ASKED_BY_A_COMPANY = {
    calls.record,  # a worker stores whatever call it is given; the record names its company
    deliveries.forgotten,  # a sweep over everybody's
    plans.due,  # a sweep over everybody's
    numbers.anybodys,  # what a switch tells of a call
    numbers.everybodys,  # puts all numbers in force
    voicemails.expired,  # for the worker that removes them
    sessions.with_secret,  # whose browser it is, before the company is known
    users.with_email,  # signing in, before the company is known
    users.hash_password,
    users.verify,
}
COUNTED = {call_search.count, calls.provinces, calls.reached_last, surveys.results, voicemails.count_unheard}
"""Those whose answers hold no rows, but would hold something if they counted another company's."""


def public_functions() -> Iterator[Callable[..., Any]]:
    for module in MODULES:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            public = not name.startswith("_") and function.__module__.startswith("app.store")
            if public and (function.__module__ == module.__name__ or name in getattr(module, "__all__", ())):
                yield function


ASKED = [function for function in public_functions() if function not in NOT_ASKED_BY_A_COMPANY]


def name_of(function: Callable[..., Any]) -> str:
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"


@pytest.fixture
def theirs(database: str) -> Shop:
    """Another company, with something of everything."""
    shop = open_shop("甲公司", "4008001111")
    numbers.change(shop.company, shop.did, label="总机", flow="main", fallback="care1")
    flows.publish(shop.company, "main", shop.owner)
    agents.seat(shop.company, "care1", shop.owner)
    flow_tests.save(shop.company, "main", "售后有人接", {}, {})
    plans.add(shop.company, "main", DOCUMENT, datetime(2026, 12, 24, tzinfo=UTC), shop.owner)
    call_views.save(shop.company, "未接", "result=missed", None)
    closures.add(shop.company, [date(2026, 11, 24)])
    emergencies.begin(shop.company, "13900000003", shop.owner)
    lists.create(shop.company, "black", "骚扰电话", "black")
    lists.add(shop.company, "black", [Entry("number", "13900009999")], shop.owner)
    proofs.put(shop.company, "care1", kind="bill", file="a.png", media="image/png", size=1)
    imports.apply(shop.company, "phones", [])
    queues.create(shop.company, "care", "售后排队", Rules(music="welcome"), ("care1",))
    began_at = datetime.now(UTC).isoformat()
    left = {"survey": [MARK], "voicemail": MESSAGE, "variables": {"customer_tag": "gold"}}
    calls.record(cdr("their-call", shop.company.id, did=shop.did, began_at=began_at, **left))
    calls.record(cdr("their-missed-call", shop.company.id, began_at=began_at, result="missed"))
    channels.put(shop.company, None, [Channel("email", "owner@example.com")])
    deliveries.plan(shop.company, tasks.notice(shop.company, "their-call", "", "留言"))
    sessions.begin(shop.company, shop.owner, "their-secret", "Chrome", "127.0.0.1", datetime.now(UTC))
    return shop


@pytest.fixture
def ours(theirs: Shop) -> Company:
    return companies.create("乙公司")


@pytest.mark.parametrize("function", ASKED, ids=name_of)
def test_the_company_comes_first(function: Callable[..., Any]) -> None:
    first = next(iter(inspect.signature(function).parameters.values()))
    assert (first.name, first.annotation) == ("company", "Company")


def test_those_that_no_company_asks_are_really_there() -> None:
    assert set(public_functions()) >= NOT_ASKED_BY_A_COMPANY


@pytest.mark.parametrize("function", ASKED, ids=name_of)
def test_nothing_of_another_company_is_seen_or_touched(
    function: Callable[..., Any], ours: Company, theirs: Shop
) -> None:
    before = rows_of(theirs.company)
    try:
        answer = function(ours, **arguments(function, theirs))
    except StoreError:
        answer = None
    if isinstance(answer, Iterator):
        answer = list(answer)
    assert rows_of(theirs.company) == before
    assert companies_in(answer) <= {ours.id}
    if isinstance(answer, Today):
        assert answer.calls == 0
    if isinstance(answer, Assets):
        assert answer == Assets(dialling=dialling.rules_of(ours))
    if function in COUNTED:
        assert not answer


def test_the_rows_compared_are_everything(theirs: Shop) -> None:
    of_companies = {table.__name__ for table in TABLES} - {"SwitchRecord"}  # of nobody until they are read
    assert {table for table, _ in rows_of(theirs.company)} == of_companies


def arguments(function: Callable[..., Any], theirs: Shop) -> dict[str, Any]:
    """What the other company would give to reach its own things."""
    known: dict[str, Any] = {
        "slug": slug_for(function),
        "did": theirs.did,
        "call_id": "their-call",
        "filters": Filters(),
        "flow": flows.find(theirs.company, "main") if function is numbers.leading_to else "main",
        "group": groups.find(theirs.company, "care"),
        "phone": "care1" if function.__module__.endswith("agents") else phones.find(theirs.company, "care1"),
        "queue": queues.find(theirs.company, "care"),
        "rules": Rules(music="welcome"),
        "given": [Entry("number", "13900009998")],
        "ids": [entry.id for entry in CallerListEntry.select()],
        "days": [date(2026, 11, 24)],
        "target": "13900000003",
        "extensions": {"care1": "1"},
        "user": theirs.owner if function.__module__.endswith(("users", "agents", "sessions")) else None,
        "user_id": theirs.owner.id,
        "number": 1 if function.__module__.endswith("flows") else "13900000003",
        "document": WEEKDAYS if function.__module__.endswith("hours") else DOCUMENT,
        "revision": 0,
        "members": (),
        "name": "乙",
        "locale": "en",
        "label": "乙",
        "text": "乙",
        "language": "zh",
        "sound": prompts.Sound("x.wav", 1, "乙"),
        "file": "x.wav",
        "duration_ms": 1,
        "email": theirs.owner.email,
        "password": PASSWORD,
        "kind": {"lists": "black", "channels": "email"}.get(function.__module__.rpartition(".")[2], "group"),
        "at": datetime.now(UTC),
        "now": datetime.now(UTC),
        "since": datetime(2000, 1, 1, tzinfo=UTC),
        "until": datetime(2100, 1, 1, tzinfo=UTC),
        "task_id": Task.get(Task.company == theirs.company).id,
        "to": "care1",
        "channels": [Channel("email", "other@example.com")],
        "address": "owner@example.com",
        "delivery_id": Delivery.get(Delivery.company == theirs.company).id,
        "task": Task.get(Task.company == theirs.company, Task.kind == "notice"),
        "tasks": list(Task.select().where(Task.company == theirs.company)),
        "reason": "refused",
        "detail": "",
        "again": False,
        "day": date(2026, 11, 24),
        "test_id": FlowTest.get(FlowTest.company == theirs.company).id,
        "session_id": UserSession.get(UserSession.company == theirs.company).id,
        "secret": "ours",
        "device": "Chrome",
        "plan_id": FlowPlan.get(FlowPlan.company == theirs.company).id,
        "view_id": CallView.get(CallView.company == theirs.company).id,
        "query": "result=missed",
        "anis": ["13800138000"],
        "before": flows.version(theirs.company, "main", 1),
        "version": 1,
        "problems": [],
        "situation": {},
        "entries": [("number", "13900009999")],
        "media": "image/png",
        "size": 1,
        "state": "accepted",
        "changes": [imports.Change("care1", None, None)],
        "import_id": PhoneImport.get(PhoneImport.company == theirs.company).id,
        "expected": {},
    }
    wanted = list(inspect.signature(function).parameters.values())[1:]
    return {p.name: known[p.name] for p in wanted if p.default is p.empty or p.name in ("user", "members")}


def slug_for(function: Callable[..., Any]) -> str:
    module = function.__module__.rpartition(".")[2]
    slugs = {
        "phones": "care1",
        "proofs": "care1",
        "groups": "care",
        "hours": "office",
        "prompts": "closed",
        "references": "care",
        "lists": "black",
        "queues": "care",
    }
    return slugs.get(module, "main")


def rows_of(company: Company) -> list[tuple[str, dict[str, Any]]]:
    """Every row that belongs to the company, whatever table it is in."""
    return [
        (table.__name__, row.__data__)
        for table in TABLES
        for row in table.select().order_by(table.id)
        if owner(row) == company.id
    ]


def owner(row: Table) -> int | None:
    """The id of the company that a row belongs to."""
    if isinstance(row, Company):
        return int(row.id)
    above = (
        getattr(row, "flow", None) if row.__class__.__name__ == "FlowVersion" else getattr(row, "call", None)
    )
    company: int | None = getattr(row if above is None else above, "company_id", None)
    return company


def companies_in(answer: Any) -> set[int | None]:
    """The companies whose rows are anywhere in an answer."""
    if isinstance(answer, Table):
        return {owner(answer)}
    if isinstance(answer, ModuleType | str | bytes) or answer is None:
        return set()
    if is_dataclass(answer):
        parts = [getattr(answer, name) for name in answer.__dataclass_fields__]
        return set().union(*map(companies_in, parts))
    if isinstance(answer, dict):
        return set().union(*map(companies_in, answer.values()))
    if isinstance(answer, list | tuple):
        return set().union(*map(companies_in, answer))
    return set()
