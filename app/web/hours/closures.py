"""Days on which the whole company is closed, whatever its opening hours say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.errors import StoreError
from app.store import closures as store
from app.web.session import company
from app.web.texts import _

closures = Blueprint("closures", __name__, url_prefix="/closures")

MAX_DAYS = 60
MAX_NOTE = 50


@closures.post("/add")
def add() -> Response:
    """Close on the days from `first` to `last`, which may be left out."""
    days = list(_days())
    if not days:
        flash(_("请填开始和结束的日期，从早到晚，最多 %(n)s 天。", n=MAX_DAYS), "danger")
        return _back()
    try:
        store.add(company(), days, " ".join(request.form.get("note", "").split())[:MAX_NOTE])
        flash(_("已添加，生效后这些天全公司休息。"), "success")
    except StoreError:
        flash(_("休息日太多，没有添加；请先移除过去的。"), "danger")
    return _back()


@closures.post("/remove")
def remove() -> Response:
    store.remove(company(), list(_days()))
    flash(_("已移除，生效后这些天按营业时间。"), "success")
    return _back()


def _days() -> Iterator[date]:
    """The days that were sent; none when they make no sense."""
    try:
        first = date.fromisoformat(request.form.get("first", ""))
        last = date.fromisoformat(request.form.get("last", "") or first.isoformat())
    except ValueError:
        return iter(())
    count = (last - first).days + 1
    return (first + timedelta(days=n) for n in range(count if 0 < count <= MAX_DAYS else 0))


def _back() -> Response:
    """To the list, or to the calendar where the days were pointed at."""
    if shown := request.form.get("calendar", type=int):
        hours = request.form.get("hours") or None
        return redirect(url_for("calendar.show", year=shown, hours=hours))
    return redirect(url_for("hours.index", _anchor="closures"))
