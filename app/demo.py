"""The demo company 示例公司: something to call and to look at on a fresh machine.

Its phones are meant for the simulated switch; replace them before you connect a carrier.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.calls.publish import publish_missing
from app.calls.spoken import create_prompt
from app.errors import LiveError
from app.live.connection import JOB_TIMEOUT_S, connect
from app.processes.redis import url_of
from app.settings import Settings
from app.store import companies, db, flows, groups, hours, numbers, phones, users
from app.store.models import Company

NAME = "示例公司"
DID = "4008001234"
EMAIL = "owner@demo.example"
FLOW = "main"

PHONES = (
    ("desk", "13900000001", "前台", "801"),
    ("sales1", "13900000002", "售前一号", "802"),
    ("care1", "13900000003", "售后一号", "803"),
    ("care2", "13900000004", "售后二号", "804"),
)
GROUPS = (("sales", "售前组", ("sales1", "desk")), ("care", "售后组", ("care1", "care2")))
HOURS = {"weekly": {"mon-fri": ["09:00-18:00"], "sat": ["10:00-16:00"]}}
PROMPTS = (
    (
        "welcome",
        "欢迎语",
        "您好，欢迎致电示例公司。售前咨询请按1，售后服务请按2，查询分机请按3，人工服务请按0。",
    ),
    (
        "closed",
        "下班提示",
        "您好，现在是下班时间。紧急事务请按1，我们会转接值班电话；其他事务请在工作时间来电。",
    ),
    ("extension", "分机提示", "请直拨分机号，人工服务请按0。"),
)
DOCUMENT: dict[str, Any] = {
    "spec": 1,
    "name": "示例公司总线",
    "start": "hours",
    "fallback": "13900000001",
    "nodes": {
        "hours": {
            "kind": "schedule",
            "title": "工作时间",
            "hours": "office",
            "exits": {"open": "welcome", "closed": "closed"},
        },
        "welcome": {
            "kind": "menu",
            "title": "总菜单",
            "prompt": "welcome",
            "exits": {
                "1": "sales",
                "2": "care",
                "3": "extension",
                "0": "13900000001",
                "no_key": "13900000001",
            },
        },
        "sales": {
            "kind": "hunt",
            "title": "售前咨询",
            "group": "sales",
            "ring_timeout_s": 15,
            "exits": {"no_answer": "care"},
        },
        "care": {
            "kind": "hunt",
            "title": "售后服务",
            "group": "care",
            "strategy": "round_robin",
            "ring_timeout_s": 15,
        },
        "extension": {
            "kind": "extension",
            "title": "查询分机",
            "prompt": "extension",
            "exits": {"operator": "13900000001"},
        },
        "closed": {
            "kind": "menu",
            "title": "下班菜单",
            "prompt": "closed",
            "tries": 2,
            "exits": {"1": "sales"},
        },
    },
}


@dataclass(frozen=True, slots=True)
class FirstLogin:
    """How the owner of the demo company signs in; kept in the data folder until somebody deletes it."""

    email: str
    password: str


def run(settings: Settings) -> int:
    made = ensure(settings)
    put_in_force(settings)
    login = first_login(settings)
    print(f"{NAME} {DID}" + ("" if made else " is there already"))
    if login:
        print(f"sign in as {login.email} with {login.password}")
    return 0


def ensure(settings: Settings) -> bool:
    """Fill the demo company when the database has no company at all; true when it was made now."""
    db.connect(settings.database_url)
    with db.database.connection_context():
        if companies.every(limit=1):
            return False
        _fill(settings)
        return True


def put_in_force(settings: Settings) -> None:
    """Tell call control what is published. Without Redis the scheduler does it within a minute of its return."""
    with connect(url_of(settings), JOB_TIMEOUT_S) as redis, db.database.connection_context():
        try:
            publish_missing(redis)
        except LiveError as away:
            print(f"published, and in force once Redis is there ({away})")


def first_login(settings: Settings) -> FirstLogin | None:
    """The first login, while its file is there."""
    file = settings.first_login
    if not file.exists():
        return None
    email, password = file.read_text().split()
    return FirstLogin(email, password)


def _fill(settings: Settings) -> None:
    password = secrets.token_urlsafe(9)
    with db.writing():
        company = companies.create(NAME, settings.timezone)
        owner = users.create(company, EMAIL, "店主", password, role="owner")
        _fill_assets(company, Path(settings.prompts_dir))
        flows.create(company, FLOW, DOCUMENT["name"], DOCUMENT, owner)
        numbers.create(company, DID, "总机")
        numbers.change(company, DID, label="总机", flow=FLOW, fallback="desk")
        flows.publish(company, FLOW, owner, "第一版")
        _keep_login(settings, FirstLogin(EMAIL, password))


def _fill_assets(company: Company, prompts_folder: Path) -> None:
    for slug, number, name, extension in PHONES:
        phones.create(company, slug, number, name, extension)
    for slug, name, members in GROUPS:
        groups.create(company, slug, name, members)
    hours.create(company, "office", "办公时间", HOURS)
    for slug, name, text in PROMPTS:
        create_prompt(company, slug, name, text, prompts_folder)


def _keep_login(settings: Settings, login: FirstLogin) -> None:
    descriptor = os.open(settings.first_login, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{login.email} {login.password}\n")
