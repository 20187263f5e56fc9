"""The year on one page: what each day is, and closing the company on days that are pointed at."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, abort, render_template, request
from flask_babel import format_date

from app.routing import calendar as holidays
from app.routing import opening_hours
from app.routing.opening_hours import OpeningHours, Span
from app.store import closures
from app.store import hours as store
from app.store.models import Hours
from app.web.flows.publishing import unpublished_changes
from app.web.formats import local, now
from app.web.hours.closures import MAX_DAYS
from app.web.hours.forms import WEEKDAYS
from app.web.hours.year import NO_HOURS, Day, day_of, year
from app.web.language import current, say
from app.web.session import company
from app.web.texts import _

calendar = Blueprint("calendar", __name__, url_prefix="/hours/calendar")

YEARS_BACK, YEARS_AHEAD = 1, 2


@calendar.get("")
def show() -> str:
    """Twelve months; `year` and `hours` (a slug) may be chosen, and a day or a span of days as well."""
    today, every = local(now()).date(), store.every(company())
    number, row = _year(today), _chosen(every)
    closed = _closures()
    return render_template(
        "hours/calendar.html",
        months=year(_read(row), closed, number),
        year=number,
        years=_years(today),
        every=every,
        today=today,
        keeps_holidays=row is None or _read(row).holidays,
        is_announced=holidays.is_announced(number),
        weekdays=WEEKDAYS,
        changes=unpublished_changes(),
        **_picked(row, closed),
    )


@calendar.get("/days")
def picked() -> str:
    """What the chosen days are, and what can be done about them."""
    shown = _picked(_chosen(store.every(company())), _closures())
    if not shown["picked"]:
        abort(400)
    return render_template("hours/_picked.html", weekdays=WEEKDAYS, today=local(now()).date(), **shown)


@calendar.app_template_filter("month_name")
def month_name(day: date) -> str:
    return str(format_date(day, "LLLL"))


@calendar.app_template_filter("full_date")
def full_date(day: date) -> str:
    """2026年10月1日周四; Thu, 1 Oct 2026."""
    return str(format_date(day, {"zh": "y年M月d日EEE", "en": "EEE, d MMM y"}[current()]))


@calendar.app_template_filter("hours_said")
def hours_said(day: Day) -> str:
    """When a day is open, or that it is not."""
    return _("、").join(map(_span, day.spans)) or _("休息")


@calendar.app_template_filter("day_said")
def day_said(day: Day) -> str:
    """A day in one line, for who points at it or hears it read."""
    expected = _("（预计）") if day.is_expected else ""
    why = " ".join(dict.fromkeys(say(words) for words in (day.festival, day.why) if words.zh))
    return " ".join(filter(None, (full_date(day.day), why + expected, hours_said(day))))


def _span(span: Span) -> str:
    start, end = (f"{minute // 60:02}:{minute % 60:02}" for minute in span)
    return f"{start}–{end}"


def _picked(row: Hours | None, closed: dict[date, str]) -> dict[str, object]:
    """The days from `first` to `last`, in whichever order they were pointed at; none when none were."""
    first, last = _date("first"), _date("last") or _date("first")
    if first is None or last is None:
        return {"picked": [], "row": row}
    first, last = min(first, last), max(first, last)
    last = min(last, first + timedelta(days=MAX_DAYS - 1))
    hours = _read(row)
    every = [day_of(hours, closed, first + timedelta(days=n)) for n in range((last - first).days + 1)]
    return {"picked": every, "row": row, "own": [each for each in every if each.day in closed]}


def _date(name: str) -> date | None:
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return day if day.year in _years(local(now()).date()) else None


def _years(today: date) -> range:
    return range(today.year - YEARS_BACK, today.year + YEARS_AHEAD + 1)


def _year(today: date) -> int:
    asked = request.args.get("year", type=int)
    return asked if asked is not None and asked in _years(today) else today.year


def _chosen(every: list[Hours]) -> Hours | None:
    """The opening hours that were asked for, else the first; None when there are none."""
    asked = request.args.get("hours", "")
    return next((row for row in every if row.slug == asked), every[0] if every else None)


def _read(row: Hours | None) -> OpeningHours:
    return opening_hours.read(row.slug, row.name, row.document) if row else NO_HOURS


def _closures() -> dict[date, str]:
    return {each.day: each.note for each in closures.every(company())}
