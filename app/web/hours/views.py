from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.flow.fields import BadValue
from app.routing import calendar, opening_hours
from app.routing.opening_hours import DAYS, BadHours, OpeningHours
from app.store import closures
from app.store import hours as store
from app.store.db import Conflict
from app.store.models import Hours
from app.store.references import flows_with
from app.web.flows.publishing import unpublished_changes
from app.web.formats import local, now
from app.web.forms import tidy
from app.web.hours import days
from app.web.hours import document as texts
from app.web.hours.forms import WEEKDAYS, HoursForm
from app.web.language import say
from app.web.session import company
from app.web.slugs import free_slug
from app.web.texts import _

hours = Blueprint("hours", __name__, url_prefix="/hours")

SPANS_SHOWN = 2  # a morning and an afternoon
OFFICE = {"weekly": {"mon-fri": ["09:00-18:00"]}}  # what a new one begins with


@hours.get("")
def index() -> str:
    here, at = company(), local(now())
    closed = _closures()
    rows = [(each, each.without(frozenset(closed))) for each in map(_read, store.every(here))]
    return render_template(
        "hours/list.html",
        rows=[(each, kept.is_open(at), kept.next_opening(at)) for each, kept in rows],
        weekdays=WEEKDAYS,
        closures=[each for each in days.runs(closed) if each.last >= at.date()],
        years=[(year, days.holidays(year)) for year in (at.year, at.year + 1)],
        today=at.date(),
        is_announced=calendar.is_announced,
        changes=unpublished_changes(),
    )


def _closures() -> dict[date, str]:
    """The company's closures with their notes."""
    return {each.day: each.note for each in closures.every(company())}


@hours.get("/<slug>/week")
def week(slug: str) -> str:
    """Seven days as callers find them, from the Monday of the day asked for."""
    return render_template("hours/_days.html", **_week(store.find(company(), slug)))


def _week(row: Hours) -> dict[str, Any]:
    try:
        asked = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        asked = local(now()).date()
    asked = min(max(asked, date(2000, 1, 10)), date(2100, 1, 1))
    first = asked - timedelta(days=asked.weekday())
    return {
        "row": row,
        "week": days.week(_read(row), _closures(), first),
        "weekdays": WEEKDAYS,
        "today": local(now()).date(),
        "before": first - timedelta(days=days.A_WEEK),
        "after": first + timedelta(days=days.A_WEEK),
    }


def _read(row: Hours) -> OpeningHours:
    return opening_hours.read(row.slug, row.name, row.document)


@hours.route("/new", methods=["GET", "POST"])
def new() -> str | Response:
    form = HoursForm(holidays=True)
    if form.validate_on_submit():
        document = _document(form)
        if document is not None:
            slug = free_slug("hours", {row.slug for row in store.every(company())})
            store.create(company(), slug, tidy(form.name.data), document)
            flash(_("已添加 %(name)s。", name=form.name.data), "success")
            return redirect(url_for("hours.index"))
    return _page(form, None, opening_hours.read("", "", OFFICE))


@hours.route("/<slug>/edit", methods=["GET", "POST"])
def edit(slug: str) -> str | Response:
    row = store.find(company(), slug)
    current = _read(row)
    form = HoursForm(
        obj=row,
        closed=texts.closed_text(current),
        open=texts.open_text(current),
        holidays=current.holidays,
    )
    if request.method == "GET":
        form.closed.data, form.open.data = texts.closed_text(current), texts.open_text(current)
    if form.validate_on_submit():
        document = _document(form)
        if document is not None:
            store.change(company(), slug, name=tidy(form.name.data), document=document)
            flash(_("已保存。"), "success")
            return redirect(url_for("hours.index"))
    return _page(form, row, current)


def _pairs(day: str) -> list[tuple[str, str]]:
    """What was typed for a weekday."""
    return list(zip(request.form.getlist(f"{day}_from"), request.form.getlist(f"{day}_to"), strict=False))


def _document(form: HoursForm) -> dict[str, Any] | None:
    """The document that the form gives; None, with the reason in the form, when something is wrong."""
    document: dict[str, Any] = {"weekly": {}, "holidays": form.holidays.data}
    for day in DAYS:
        try:
            texts.weekly({day: _pairs(day)})
        except BadValue as bad:
            form.form_errors.append(_("%(day)s：%(why)s", day=WEEKDAYS[day], why=say(bad.words)))
    for field, read in ((form.closed, texts.closed), (form.open, texts.opened)):
        try:
            document[field.name] = read(field.data or "")
        except BadValue as bad:
            field.errors = [say(bad.words)]
    if form.form_errors or form.closed.errors or form.open.errors:
        return None
    document["weekly"] = texts.weekly({day: _pairs(day) for day in DAYS})
    return _whole(form, document)


def _whole(form: HoursForm, document: dict[str, Any]) -> dict[str, Any] | None:
    """The document in its usual form; dates may still contradict one another."""
    both = sorted(set(document["closed"]) & document["open"].keys())
    if both:
        form.form_errors.append(_("%(day)s 既写成休息又写了特别的时间，请留一处", day=both[0]))
        return None
    try:
        return opening_hours.write(opening_hours.read("", "", document))
    except BadHours as bad:
        form.form_errors.append(say(bad.words))
        return None


def _page(form: HoursForm, row: Hours | None, current: OpeningHours) -> str:
    typed = request.method == "POST"
    pairs = {day: _pairs(day) for day in DAYS} if typed else texts.weekly_pairs(current)
    used = flows_with(company(), "hours", row.slug) if row else []
    padded = {day: _padded(spans) for day, spans in pairs.items()}
    shown = _week(row) if row else {"row": None, "weekdays": WEEKDAYS}
    return render_template("hours/edit.html", form=form, used=used, pairs=padded, **shown)


def _padded(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """With empty inputs up to a morning and an afternoon."""
    return [*pairs, *([("", "")] * (SPANS_SHOWN - len(pairs)))]


@hours.post("/<slug>/delete")
def delete(slug: str) -> Response:
    row = store.find(company(), slug)
    used = flows_with(company(), "hours", slug)
    if used:
        where = _("、").join(_("流程「%(name)s」", name=flow.name) for flow in used)
        flash(_("「%(name)s」还在使用，不能删除：%(where)s", name=row.name, where=where), "danger")
        return redirect(url_for("hours.edit", slug=slug))
    try:
        store.delete(company(), slug)
    except Conflict:
        flash(_("「%(name)s」还有电话或接听组在用，不能删除。", name=row.name), "danger")
        return redirect(url_for("hours.edit", slug=slug))
    flash(_("已删除 %(name)s。", name=row.name), "success")
    return redirect(url_for("hours.index"))
