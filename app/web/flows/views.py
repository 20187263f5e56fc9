"""The list of flows, new ones, and the end of them."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.flow.check import check
from app.store import assets as company_assets
from app.store import flows as store
from app.store import numbers
from app.store.db import Conflict
from app.web.flows import bases
from app.web.flows.drafts import Editing
from app.web.flows.editor import first_open
from app.web.flows.starters import STARTERS
from app.web.live import redis
from app.web.session import company, me
from app.web.slugs import free_slug
from app.web.texts import _

flows = Blueprint("flows", __name__, url_prefix="/flows")

MAX_NAME = 100


@flows.get("")
def index() -> str:
    here = company()
    rows = [
        (editing := Editing(flow), editing.changes(), numbers.leading_to(here, flow))
        for flow in store.every(here)
    ]
    return render_template("flows/list.html", rows=rows)


@flows.route("/new", methods=["GET", "POST"])
def new() -> str | Response:
    here = company()
    if request.method == "GET":
        return render_template("flows/new.html", starters=STARTERS)
    name = " ".join(request.form.get("name", "").split())[:MAX_NAME] or _("新流程")
    starter = STARTERS.get(request.form.get("starter", ""), next(iter(STARTERS.values())))
    draft = starter.build(name, company_assets.of(here))
    slug = free_slug("flow", {flow.slug for flow in store.every(here)})
    store.create(here, slug, name, draft, me())
    if check(draft, company_assets.of(here))[0] is None:
        flash(_("流程已建好。右边列出了发布前还要补上的内容。"), "info")
    return redirect(url_for("editor.show", slug=slug, open=first_open(draft)))


@flows.post("/<slug>/delete")
def delete(slug: str) -> Response:
    flow = store.find(company(), slug)
    last = bases.Former(flow.id, flow.draft_revision, flow.draft, removed_by=me().name)
    try:
        store.delete(company(), slug)
    except Conflict:
        flash(_("「%(name)s」还有号码在用，不能删除。", name=flow.name), "danger")
        return redirect(url_for("editor.show", slug=slug))
    bases.keep(redis(), company(), slug, last)
    flash(_("已删除「%(name)s」。", name=flow.name), "success")
    return redirect(url_for("flows.index"))
