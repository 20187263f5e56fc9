"""A small company with a flow, in whatever database is connected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.store import companies, flows, groups, hours, numbers, phones, prompts, users
from app.store.models import Company, User

PASSWORD = "right horse battery"
WEEKDAYS = {"weekly": {"mon-fri": ["09:00-18:00"]}}

DOCUMENT: dict[str, Any] = {
    "spec": 1,
    "name": "总线",
    "start": "open",
    "nodes": {
        "open": {"kind": "schedule", "hours": "office", "exits": {"open": "menu", "closed": "closed"}},
        "menu": {"kind": "menu", "prompt": "welcome", "exits": {"1": "care"}},
        "care": {"kind": "hunt", "group": "care"},
        "closed": {"kind": "announce", "prompt": "closed"},
    },
}


@dataclass(frozen=True, slots=True)
class Shop:
    company: Company
    owner: User
    did: str
    flow: str = "main"


def open_shop(name: str, did: str = "4008001234") -> Shop:
    """A company with two phones, a group, hours, prompts, an unpublished flow, and a number that leads to it."""
    company = companies.create(name)
    owner = users.create(company, f"owner@{did}.example", "店主", PASSWORD, role="owner")
    phones.create(company, "care1", "13900000003", "售后一号", "803")
    phones.create(company, "care2", "13900000004", "售后二号", "804")
    groups.create(company, "care", "售后组", ("care1", "care2"))
    hours.create(company, "office", "办公时间", WEEKDAYS)
    prompts.create(company, "welcome", "欢迎语", text="售后请按1。", file="1/welcome.wav")
    prompts.create(company, "closed", "下班提示", text="下班了。", file="1/closed.wav")
    flows.create(company, "main", "总线", DOCUMENT, owner)
    numbers.create(company, did)
    numbers.change(company, did, label="总机", flow="main")
    return Shop(company, owner, did)
