"""Filters of the call list that were given a name: one's own, or everybody's in the company."""

from __future__ import annotations

from flask import abort, flash, redirect, request
from werkzeug.wrappers import Response

from app.store import call_views
from app.store.call_views import TooManyViews
from app.web.calls.filters import Asked, of_query
from app.web.calls.views import address, calls
from app.web.formats import local, now
from app.web.gate import members_may
from app.web.session import company, me
from app.web.texts import _

MAX_NAME = 50
MAX_QUERY = 500


def asked_again() -> Asked:
    """The filters that the form's page shows."""
    return of_query(request.form.get("query", "")[:MAX_QUERY], local(now()).date())


@calls.post("/views")
@members_may
def save() -> Response:
    """Keep the filters under a name; only owners may do that for everybody."""
    question, name = asked_again(), " ".join(request.form.get("name", "").split())[:MAX_NAME]
    shared = "shared" in request.form
    if shared and me().role != "owner":
        abort(403)
    if not (name and question.query and len(question.query) <= MAX_QUERY):
        flash(_("请先选好条件，再填一个名称。"), "warning")
        return redirect(address(question.query))
    try:
        call_views.save(company(), name, question.query, None if shared else me())
        flash(_("已保存「%(name)s」，在列表上方点一下就能再用。", name=name), "success")
    except TooManyViews:
        flash(_("最多保存 %(n)s 个常用筛选，请先删掉不用的。", n=call_views.MOST), "warning")
    return redirect(address(question.query))


@calls.post("/views/<int:view_id>/remove")
@members_may
def remove(view_id: int) -> Response:
    """Members may remove their own."""
    view = call_views.find(company(), view_id)
    if view.user_id != me().id and not (view.user_id is None and me().role == "owner"):
        abort(403)
    call_views.remove(company(), view_id)
    flash(_("已删除「%(name)s」。", name=view.name), "success")
    return redirect(address(asked_again().query))
