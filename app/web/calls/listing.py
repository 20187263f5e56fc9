"""Putting the caller of a call on a list: black, VIP, white."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.calls.publish import publish_assets
from app.errors import DocumentError, LiveError
from app.store import calls as store
from app.store import lists
from app.store.lists import Entry, ListFull
from app.web.calls.views import calls
from app.web.flows.publishing import unpublished_changes
from app.web.formats import moment
from app.web.live import redis
from app.web.session import company, me
from app.web.texts import _


@calls.post("/<call_id>/list")
def put_on_list(call_id: str) -> Response:
    """The next call notices, unless there are other changes that somebody has yet to put in force."""
    call = store.detail(company(), call_id).call
    slug = request.form.get("list", "")
    chosen = lists.find(company(), slug)
    waits = bool(unpublished_changes())
    entry = Entry("number", call.ani, _("来自 %(when)s 的通话", when=moment(call.began_at)))
    try:
        if not call.ani:
            flash(_("这个来电没有显示号码，不能加入名单。"), "warning")
        elif not lists.add(company(), slug, [entry], me()):
            flash(_("它已经在「%(name)s」里了。", name=chosen.name), "info")
        else:
            flash(_put_in_force(chosen.name, waits), "success")
    except ListFull:
        flash(_("一个名单最多 %(n)s 项，没有添加。", n=lists.MAX_ENTRIES), "danger")
    return redirect(url_for("calls.detail", call_id=call_id))


def _put_in_force(name: str, waits: bool) -> str:
    later = _("已加入「%(name)s」。到「名单」页点「立即生效」后，来电才按它处理。", name=name)
    if waits:
        return later
    try:
        publish_assets(redis(), company(), me(), _("名单「%(name)s」加入来电号码", name=name))
    except (DocumentError, LiveError):
        return later
    return _("已加入「%(name)s」，下一个来电起生效。", name=name)
