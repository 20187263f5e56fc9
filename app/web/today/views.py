from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from flask import Blueprint, render_template

from app.store import calls, numbers
from app.store.models import Call, Company
from app.web.formats import local, now
from app.web.session import company
from app.web.today.chart import chart

today = Blueprint("today", __name__)

LATEST = 8
TO_CALL_BACK = 5
LOOKED_AT = 20  # callers whose later calls are looked up


@dataclass(frozen=True, slots=True)
class Missed:
    """Somebody to call back: his last call, and how often he tried in vain."""

    call: Call
    times: int


@today.get("/")
def show() -> str:
    return render_template("today/show.html", **_day())


@today.get("/today/live")
def live() -> str:
    """The part of the page that refreshes itself."""
    return render_template("today/_live.html", **_day())


def _day() -> dict[str, object]:
    here, at = company(), now()
    today_there = local(at).date()
    day = calls.today(here, at)
    missed = calls.missed(here, calls.start_of_day(here, today_there))
    return {
        "day": day,
        "chart": chart(day.by_hour),
        "latest": calls.search(here, calls.Filters()).items[:LATEST],
        "waiting": list(islice(_to_call_back(here, missed, today_there), TO_CALL_BACK)),
        "numbers": numbers.every(here),
    }


def _to_call_back(here: Company, missed: Sequence[Call], day: date) -> Iterator[Missed]:
    """One entry for each caller, the newest first; without those who were reached later."""
    times = Counter(call.ani for call in missed)
    newest = {call.ani: call for call in reversed(missed) if call.ani}
    for call in islice(reversed(newest.values()), LOOKED_AT):
        reached = calls.search(here, calls.Filters(since=day, result="answered", ani=call.ani)).items
        if not any(other.began_at > call.began_at for other in reached):
            yield Missed(call, times[call.ani])
