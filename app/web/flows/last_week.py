"""What the last week's calls would have come to under the draft."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.calls import last_week as use_case
from app.errors import LiveError
from app.store import flows, numbers
from app.web.flows.drafts import Editing
from app.web.live import redis
from app.web.session import company
from app.web.texts import _, later

last_week = Blueprint("last_week", __name__, url_prefix="/flows/<slug>/last-week")

PARTS = {"last-week": "flows/_last_week.html", "last-week-brief": "flows/_last_week_brief.html"}
"""What is asked for again and again while it is being worked out, by the id of its place in a page."""
GUESSES = {
    "phone": later("有的电话当时没有响过，按它平时的接听情况估计"),
    "longer": later("等的时间比当时长，假定来电者愿意等、电话还是没人接"),
    "keys": later("当时没有听到这个菜单，按来电者后来去的地方估计他会按哪个键"),
    "web": later("当时没有问过网络服务，按没有回复估计"),
}
DIFFERENCES = {
    "result": later("结果不同"),
    "answerer": later("换人接听"),
    "wait": later("等待不同"),
    "way": later("走的路不同"),
}


@last_week.get("")
def show(slug: str) -> str:
    """The page; while it is being worked out it asks for its middle part again and again."""
    editing = Editing(flows.find(company(), slug))
    values: dict[str, Any] = {
        "flow": editing.flow,
        "editing": editing,
        "numbers": numbers.leading_to(company(), editing.flow),
        "told": _told(editing),
        "guesses": GUESSES,
        "differences": DIFFERENCES,
        "days": use_case.DAYS,
        "moment_of": datetime.fromisoformat,
    }
    return render_template(PARTS.get(request.headers.get("HX-Target", ""), "flows/last_week.html"), **values)


def _told(editing: Editing) -> dict[str, Any] | None:
    try:
        return use_case.found(redis(), editing.flow)
    except LiveError:
        return None


@last_week.post("")
def ask(slug: str) -> Response | str:
    """Have it worked out; the sheet asks by itself and goes on looking."""
    try:
        use_case.ask(redis(), company(), flows.find(company(), slug))
    except LiveError:
        if request.headers.get("HX-Target") in PARTS:
            return ""
        flash(_("实时服务暂时连不上，请稍后再试。"), "warning")
    if request.headers.get("HX-Target") in PARTS:
        return show(slug)
    return redirect(url_for("last_week.show", slug=slug))
