"""Who answers when: the week as a heat table, the hours without anybody, and what one call comes to."""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint, render_template, request

from app.flow.coverage.cover import Coverage
from app.flow.coverage.days import Day
from app.flow.coverage.periods import clock
from app.flow.coverage.ways import MAX_WAYS
from app.flow.problems import Problem
from app.routing.opening_hours import MINUTES_A_DAY
from app.store import flows
from app.web.flows import rows, week
from app.web.flows.drafts import Editing
from app.web.session import company

covering = Blueprint("coverage", __name__, url_prefix="/flows/<slug>/coverage")


class Chosen(NamedTuple):
    """The call whose ways are shown."""

    caller: int
    day: Day
    minute: int

    @property
    def clock(self) -> str:
        return clock(self.minute)


@covering.get("")
def show(slug: str) -> str:
    editing = Editing(flows.find(company(), slug))
    coverage = editing.coverage
    if coverage is None:
        return render_template("flows/coverage.html", flow=editing.flow, editing=editing, coverage=None)
    chosen = _chosen(coverage)
    moment = coverage.times.moment_at(chosen.day.code, chosen.minute)
    found = rows.rows(coverage, moment, chosen.caller)
    return render_template(
        "flows/coverage.html",
        flow=editing.flow,
        editing=editing,
        coverage=coverage,
        chosen=chosen,
        week=week.week(coverage, chosen.caller),
        hours=week.answered_hours(coverage, chosen.caller),
        soonest=_soonest_s(coverage, chosen.caller),
        gaps=_gaps(editing.problems),
        rows=found,
        is_cut=len(found) >= MAX_WAYS,
    )


def _chosen(coverage: Coverage) -> Chosen:
    """What the address asks for; else the first hour of the week in which somebody answers."""
    caller = min(_number("caller", 0), len(coverage.callers) - 1)
    days = {day.code: day for day in coverage.times.days}
    day, minute = days.get(request.args.get("day", "")), _number("minute", -1)
    if day and 0 <= minute < MINUTES_A_DAY:
        return Chosen(caller, day, minute)
    answered = (
        Chosen(caller, day, stretch.start_minute)
        for day in coverage.times.days
        for stretch in coverage.times.stretches[day.code]
        if coverage.worlds[stretch.moment, caller].phones
    )
    return next(answered, Chosen(caller, coverage.times.days[0], 0))


def _number(name: str, otherwise: int) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else otherwise


def _gaps(problems: list[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.code == "nobody_rings"]


def _soonest_s(coverage: Coverage, caller: int) -> int | None:
    """Seconds until the first phone rings for a caller who goes the shortest way; None when none ever does."""
    found = (
        way.ms
        for (_, origin), reached in coverage.worlds.items()
        for way in reached.people.values()
        if origin == caller
    )
    soonest = min(found, default=None)
    return None if soonest is None else round(soonest / 1000)
