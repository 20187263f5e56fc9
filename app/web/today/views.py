from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from flask import Blueprint, Response, render_template

from app.errors import LiveError
from app.live.shared import Shared
from app.routing.opening_hours import DAYS
from app.store import calls, emergencies, numbers
from app.store.models import Call, Company
from app.store.today import recorded
from app.web import events, live
from app.web.board.now import waiting_of
from app.web.formats import local, now
from app.web.hours.forms import WEEKDAYS
from app.web.session import company
from app.web.today.first_steps import first_steps
from app.web.today.hours import rows

today = Blueprint("today", __name__)

LATEST = 8
TO_CALL_BACK = 5
LOOKED_AT = 20  # callers whose later calls are looked up
A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Missed:
    """Somebody to call back: his last call, and how often he tried in vain."""

    call: Call
    times: int


@today.get("/")
def show() -> str:
    return render_template("today/show.html", mark=_look(company(), _shared())(), **_day())


@today.get("/today/live")
def part() -> str:
    """The part of the page that refreshes itself."""
    return render_template("today/_live.html", **_day())


@today.get("/today/events")
def changes() -> Response:
    return events.stream(_look(company(), _shared()))


def _shared() -> Shared | None:
    """None while Redis is away."""
    try:
        return live.shared()
    except LiveError:
        return None


def _look(here: Company, shared: Shared | None) -> Callable[[], str]:
    """What gives the mark of all that the page shows; asked outside of requests, too."""

    def look() -> str:
        emergency = emergencies.current(here)
        return events.mark_of(recorded(here, now()), _live(here, shared), emergency.id if emergency else None)

    return look


def _live(here: Company, shared: Shared | None) -> tuple[int, int] | None:
    """How many wait in queues, and how many calls are live; None while Redis is away."""
    if shared is None:
        return None
    try:
        state = shared.board(here.id)
    except LiveError:
        return None
    return waiting_of(state), int(state["calls"])


def _day() -> dict[str, object]:
    here, at = company(), now()
    today_there = local(at).date()
    day, week_ago = calls.today(here, at), calls.today(here, at - A_WEEK)
    missed = calls.missed(here, calls.start_of_day(here, today_there))
    latest = calls.search(here, calls.Filters()).items[:LATEST]
    return {
        "day": day,
        "week_ago": week_ago,
        "hours": rows(day.by_hour, week_ago.by_hour),
        "latest": latest,
        "to_call_back": list(islice(_to_call_back(here, missed, today_there), TO_CALL_BACK)),
        "numbers": numbers.every(here),
        "steps": first_steps(here, bool(latest)),
        "live": _live(here, _shared()),
        "weekday": WEEKDAYS[DAYS[local(at).weekday()]],
    }


def _to_call_back(here: Company, missed: Sequence[Call], day: date) -> Iterator[Missed]:
    """One entry for each caller, the newest first; without those who were reached later."""
    times = Counter(call.ani for call in missed)
    newest = {call.ani: call for call in reversed(missed) if call.ani}
    waiting = list(islice(reversed(newest.values()), LOOKED_AT))
    reached = calls.reached_last(here, [call.ani for call in waiting], calls.start_of_day(here, day))
    for call in waiting:
        if call.ani not in reached or reached[call.ani] <= call.began_at:
            yield Missed(call, times[call.ani])
