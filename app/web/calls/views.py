from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, render_template, request

from app.calls.cdr import Cdr
from app.calls.explain import LEG_RESULTS, explain
from app.flow.kinds import KINDS
from app.flow.outline import exit_words
from app.store import calls as store
from app.store import numbers, phones
from app.web import language
from app.web.calls.causes import plain
from app.web.calls.filters import CHOICES, RANGES, RECORDS, RESULTS, STANDINGS, asked
from app.web.calls.timeline import Row, timeline
from app.web.formats import local, now
from app.web.session import company

calls = Blueprint("calls", __name__, url_prefix="/calls")


@calls.get("")
def search() -> str:
    """The list; htmx asks for its rows alone."""
    here = company()
    question = asked(request.args, local(now()).date())
    page = store.search(here, question.filters, question.page)
    if request.headers.get("HX-Target") == "results":
        return render_template("calls/_rows.html", page=page, question=question)
    return render_template(
        "calls/list.html",
        page=page,
        question=question,
        ranges=RANGES,
        results=CHOICES,
        records=RECORDS,
        phones=phones.every(here),
        numbers=numbers.every(here),
        provinces=store.provinces(here),
    )


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
        technical=_technical(cdr),
    )


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
