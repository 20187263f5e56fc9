from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, render_template, request, url_for

from app.calls.cdr import Cdr
from app.calls.explain import LEG_RESULTS, explain
from app.errors import DocumentError
from app.flow import compile as compiler
from app.flow.kinds import KINDS
from app.flow.outline import exit_words
from app.store import call_views, flows, lists, numbers, phones, voicemails
from app.store import calls as store
from app.store.db import NotFound
from app.store.models import Voicemail
from app.web import language
from app.web.calls.causes import plain
from app.web.calls.filters import CHOICES, RANGES, RECORDS, RESULTS, STANDINGS, asked
from app.web.calls.timeline import Row, timeline
from app.web.flows.picture import drawing
from app.web.formats import local, now
from app.web.session import company, me

calls = Blueprint("calls", __name__, url_prefix="/calls")


@calls.get("")
def search() -> str:
    """The list; htmx asks for its rows alone."""
    here = company()
    question = asked(request.args, local(now()).date())
    page = store.search(here, question.filters, question.older, question.newer)
    views = call_views.every(here, me().id)
    if request.headers.get("HX-Target") == "results":
        return render_template("calls/_rows.html", page=page, question=question, views=views)
    return render_template(
        "calls/list.html",
        page=page,
        question=question,
        views=views,
        ranges=RANGES,
        results=CHOICES,
        records=RECORDS,
        phones=phones.every(here),
        numbers=numbers.every(here),
        provinces=store.provinces(here),
    )


def address(query: str) -> str:
    """The address of the list with these filters."""
    return f"{url_for('calls.search')}?{query}" if query else url_for("calls.search")


@calls.get("/<call_id>")
def detail(call_id: str) -> str:
    found = store.detail(company(), call_id)
    cdr = found.cdr
    line = timeline(cdr)
    return render_template(
        "calls/detail.html",
        call=found.call,
        legs=found.legs,
        sentence=explain(cdr, language.current(), language.timezone()),
        rows=[(row, outcome(row)) for row in line.rows],
        kinds=KINDS,
        ticks=line.ticks,
        drawing=_drawing(found.call.flow_id, found.call.snapshot_version),
        trail=list(_trail(cdr)),
        message=_message(call_id),
        lists=lists.every(company()),
        technical=_technical(cdr),
    )


def _drawing(flow: str, number: int) -> dict[str, Any] | None:
    """The flow as this call met it; None when that version is gone or cannot be read any more."""
    try:
        version = flows.version(company(), flow, number)
        return drawing(version.document, compiler.load(version.snapshot).assets)
    except (NotFound, DocumentError):
        return None


def _message(call_id: str) -> Voicemail | None:
    """The message that the caller left, if he did and it is still there."""
    try:
        return voicemails.find(company(), call_id)
    except NotFound:
        return None


def _trail(cdr: Cdr) -> Iterator[dict[str, Any]]:
    """The steps of the flow itself that the call passed; what happened in sub-flows is that of the step that enters them."""
    rang = {leg["node"].partition(".")[0] for leg in cdr["legs"]}
    for step in cdr["trail"]:
        node, inner, _ = step["node"].partition(".")
        yield {"node": node, "exit": "" if inner else step["exit"], "rang": node in rang}


def outcome(row: Row) -> str:
    """What came of a row, in words: the exit taken, or how the ringing ended."""
    if row.result:
        return language.say(LEG_RESULTS[row.result])
    if row.kind in KINDS and row.exit:
        return language.say(exit_words({"kind": row.kind}, row.exit))
    return ""


def _technical(cdr: Cdr) -> str:
    """The record as it was written, for whoever has to look deeper."""
    return json.dumps(cdr, ensure_ascii=False, indent=2)


@calls.app_context_processor
def words() -> dict[str, Any]:
    """What templates call results and causes."""
    return {"RESULTS": RESULTS, "STANDINGS": STANDINGS, "LEG_RESULTS": LEG_RESULTS, "plain": plain}
