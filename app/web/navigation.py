"""The families of pages in the order in which people use them, and names that templates need."""

from __future__ import annotations

from flask import Flask, g

from app.routing.numbers import carrier_of_400, pretty
from app.store import phones
from app.store.models import Call
from app.web.language import say
from app.web.session import company
from app.web.texts import later

# endpoint, blueprints that belong to it, icon, name
NAVIGATION = (
    ("today.show", ("today",), "layout-dashboard", later("今日")),
    ("calls.search", ("calls",), "phone-incoming", later("通话记录")),
    (
        "flows.index",
        ("flows", "editor", "coverage", "exits", "publishing", "trying", "last_week", "files"),
        "dialpad",
        later("语音导航"),
    ),
    (
        "phones.index",
        ("phones", "proofs", "importing", "testing", "extensions", "groups"),
        "users",
        later("电话与接听组"),
    ),
    ("board.show", ("board", "queues"), "headset", later("排队与坐席")),
    ("messages.index", ("messages",), "inbox", later("留言与待办")),
    ("surveys.index", ("surveys",), "star", later("满意度")),
    ("lists.index", ("lists",), "list-check", later("名单")),
    ("numbers.index", ("numbers",), "hash", later("号码")),
    ("hours.index", ("hours", "closures", "calendar"), "clock", later("营业时间")),
    ("prompts.index", ("prompts",), "volume", later("语音")),
)


def carrier(did: str) -> str:
    """The carrier of a 400 number, "" when it is none."""
    words = carrier_of_400(did)
    return say(words) if words else ""


def answerer(call: Call) -> str:
    """Who answered a call: the phone's name, else its number; a dash when nobody did."""
    if not call.answered_by:
        return "—"
    if "phone_names" not in g:
        g.phone_names = _names()
    return str(g.phone_names.get(call.answered_by) or pretty(call.answered_by))


def _names() -> dict[str, str]:
    """Names by id and by number: a number that was typed into a flow is its own id."""
    every = phones.every(company())
    return {phone.number: phone.name for phone in every} | {phone.slug: phone.name for phone in every}


def install(app: Flask) -> None:
    app.jinja_env.globals.update(NAVIGATION=NAVIGATION, carrier=carrier, answerer=answerer)
