"""The calls that fit the filters as a file, made by a worker while the page shows how far it is."""

from __future__ import annotations

from flask import abort, current_app, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from app.calls import export
from app.errors import LiveError
from app.web import language
from app.web.calls.saved import asked_again
from app.web.calls.views import address, calls
from app.web.formats import local, now
from app.web.gate import owners_only
from app.web.live import redis
from app.web.session import company
from app.web.texts import _


@calls.post("/exports")
def begin_export() -> Response:
    """Have the file made. Only owners take away a list of customers."""
    question = asked_again()
    try:
        token = export.ask(redis(), company(), question.filters, language.current())
    except LiveError:
        flash(_("实时服务暂时连不上，请稍后再试。"), "warning")
        return redirect(address(question.query))
    return redirect(url_for("calls.show_export", token=token))


@calls.get("/exports/<token>")
@owners_only
def show_export(token: str) -> str:
    """How far it is, asked again and again; then the file."""
    try:
        told = export.found(redis(), company(), token)
    except LiveError:
        told = {"state": export.WAITING, "done": 0, "of": 0}
    if told is None:
        abort(404)
    is_part = request.headers.get("HX-Target") == "export"
    template = "calls/_export.html" if is_part else "calls/export.html"
    return render_template(template, told=told, token=token, most=export.MOST)


@calls.get("/exports/<token>/file")
@owners_only
def take_export(token: str) -> Response:
    """The file itself, under a name that says its day."""
    settings = current_app.config["SETTINGS"]
    try:
        told = export.found(redis(), company(), token)
    except LiveError:
        abort(503)
    file = export.file_of(settings, company(), token)
    if told is None or told["state"] != export.DONE or not file.is_file():
        abort(404)
    name = f"calls-{local(now()):%Y%m%d-%H%M}.csv"
    return send_file(file, mimetype="text/csv", as_attachment=True, download_name=name)
