from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.errors import LiveError
from app.flow.kinds import KINDS
from app.flow.outline import node_label, nodes_of
from app.flow.snapshot import Assets
from app.store import agents, assets, flows, numbers, phones, queues
from app.web import live
from app.web.board.now import (
    AVAILABLE,
    BREAK,
    CALLS_BACK,
    OFFLINE,
    RINGS,
    TAKEN,
    TALKS,
    WRAP_UP,
    Board,
    Known,
    board,
    tone,
)
from app.web.formats import now
from app.web.formats import phone as pretty
from app.web.gate import members_may
from app.web.language import say
from app.web.session import company, me
from app.web.texts import _, later

watch = Blueprint("board", __name__, url_prefix="/board")

WRAP_UP_S = 300  # when somebody sets it by hand
DOING = {
    TAKEN: later("占用"),
    RINGS: later("响铃"),
    TALKS: later("通话"),
    CALLS_BACK: later("正在回电"),
}
STATES = {
    AVAILABLE: (later("在岗"), "circle-check"),
    BREAK: (later("小休"), "coffee"),
    WRAP_UP: (later("整理"), "pencil"),
    OFFLINE: (later("离线"), "circle-off"),
}


@watch.get("")
def show() -> str:
    return render_template("board/show.html", **_now())


@watch.get("/live")
def part() -> str:
    """The part of the page that refreshes itself."""
    return render_template("board/_live.html", **_now())


def _now() -> dict[str, Any]:
    here = company()
    return {
        "board": present(dict(_known())),
        "states": STATES,
        "doing": DOING,
        "tone": tone,
        "mine": {phone_id for phone_id, user in agents.every(here).items() if user.id == me().id},
    }


def present(known: Mapping[str, Known]) -> Board | None:
    """How the company's phones and these queues are now; None while Redis is away."""
    here, at = company(), now()
    try:
        shared = live.shared()
        state, away = shared.board(here.id), shared.agents(here.id)
    except LiveError:
        return None
    left_s = {
        number: max(0, round((agent.until - at).total_seconds()))
        for number, agent in away.items()
        if agent.until
    }
    every = phones.every(here)
    return board(state, left_s, known, every, agents.every(here), round(at.timestamp() * 1000))


def _known() -> Iterator[tuple[str, Known]]:
    """The company's queues, and those that steps of flows in force have of their own, by their live ids."""
    here = company()
    members = queues.members_of_all(here)
    for queue in queues.every(here):
        reached = frozenset(phone.number for phone in members.get(queue.id, ()))
        yield queue.slug, Known(queue.name, queue.slug, reached)
    known = assets.of(here)
    for number in numbers.every(here):
        yield from _own_queues(number.did, number.flow.slug if number.flow else "", known)


def _own_queues(did: str, flow: str, known: Assets) -> Iterator[tuple[str, Known]]:
    version = flows.published(company(), flow) if flow else None
    for node, raw in nodes_of(version.document if version else {}).items():
        kind = KINDS.get(str(raw.get("kind")))
        if kind and kind.kind == "queue" and not raw.get("queue"):
            name = say(node_label(raw, known))
            yield f"{did}:{node}", Known(f"{name} · {pretty(did)}", "", frozenset())


@watch.post("/phones/<slug>/state")
@members_may
def change_state(slug: str) -> Response:
    """Owners may set every phone's state, members that of the phone at which they sit."""
    phone = phones.find(company(), slug)
    if me().role != "owner" and not agents.sits_at(company(), slug, me()):
        abort(403)
    state = request.form.get("state", "")
    if state not in STATES:
        abort(400)
    until = now() + timedelta(seconds=WRAP_UP_S) if state == WRAP_UP else None
    try:
        live.shared().set_agent(company().id, phone.number, state, until)
    except LiveError:
        flash(_("实时服务暂时连不上，状态没有改变。"), "warning")
    if "HX-Request" in request.headers:
        return Response(part())
    if request.form.get("back") == "phone":
        return redirect(url_for("phones.detail", slug=slug))
    return redirect(url_for("board.show"))
