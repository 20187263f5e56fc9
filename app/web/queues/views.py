from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.flow.nodes.queue import STRATEGIES
from app.store import phones, prompts
from app.store import queues as store
from app.store.members import MAX_MEMBERS
from app.store.models import CallQueue
from app.store.queues import Rules
from app.store.references import flows_with
from app.web.flows.publishing import unpublished_changes
from app.web.forms import tidy
from app.web.language import say
from app.web.queues.forms import QueueForm
from app.web.session import company
from app.web.slugs import free_slug
from app.web.texts import _

queues = Blueprint("queues", __name__, url_prefix="/queues")


@queues.get("")
def index() -> str:
    here = company()
    members = store.members_of_all(here)
    rows = [
        (queue, members.get(queue.id, []), flows_with(here, "queue", queue.slug))
        for queue in store.every(here)
    ]
    return render_template(
        "queues/list.html", rows=rows, strategies=STRATEGIES, changes=unpublished_changes()
    )


@queues.route("/new", methods=["GET", "POST"])
def new() -> str | Response:
    form = _form(None)
    if form.validate_on_submit():
        slug = free_slug("queue", {queue.slug for queue in store.every(company())})
        store.create(company(), slug, tidy(form.name.data), _rules(form), _members())
        flash(_("已添加 %(name)s。", name=form.name.data), "success")
        return redirect(url_for("queues.index"))
    return _page(form, None, _members())


@queues.route("/<slug>/edit", methods=["GET", "POST"])
def edit(slug: str) -> str | Response:
    queue = store.find(company(), slug)
    form = _form(queue)
    if form.validate_on_submit():
        name = tidy(form.name.data)
        store.change(company(), slug, name=name, rules=_rules(form), members=_members())
        flash(_("已保存。"), "success")
        return redirect(url_for("queues.index"))
    chosen = [phone.slug for phone in store.members(company(), queue)]
    return _page(form, queue, _members() if request.method == "POST" else chosen)


def _form(queue: CallQueue | None) -> QueueForm:
    usual = Rules()
    form = QueueForm(
        name=queue.name if queue else "",
        music=queue.music.slug if queue and queue.music else "",
        strategy=queue.strategy if queue else usual.strategy,
        ring_timeout_s=queue.ring_timeout_s if queue else usual.ring_timeout_s,
        wrap_up_s=queue.wrap_up_s if queue else usual.wrap_up_s,
        max_size=queue.max_size if queue else usual.max_size,
    )
    form.strategy.choices = [SelectChoice(key, say(words)) for key, words in STRATEGIES.items()]
    named = [SelectChoice(prompt.slug, prompt.name) for prompt in prompts.every(company())]
    form.music.choices = [SelectChoice("", _("系统音乐")), *named]
    return form


def _rules(form: QueueForm) -> Rules:
    return Rules(
        form.strategy.data,
        form.ring_timeout_s.data,
        form.wrap_up_s.data,
        form.max_size.data,
        form.music.data or "",
    )


def _members() -> list[str]:
    """The phones that were ticked, in order, each once."""
    known = {phone.slug for phone in phones.every(company())}
    return [slug for slug in dict.fromkeys(request.form.getlist("members")) if slug in known][:MAX_MEMBERS]


def _page(form: QueueForm, queue: CallQueue | None, chosen: Sequence[str]) -> str:
    by_slug = {phone.slug: phone for phone in phones.every(company())}
    return render_template(
        "queues/edit.html",
        form=form,
        queue=queue,
        inside=[by_slug[slug] for slug in chosen if slug in by_slug],
        outside=[phone for slug, phone in by_slug.items() if slug not in chosen],
        used=flows_with(company(), "queue", queue.slug) if queue else [],
    )


@queues.post("/<slug>/delete")
def delete(slug: str) -> Response:
    queue = store.find(company(), slug)
    used = flows_with(company(), "queue", slug)
    if used:
        where = _("、").join(_("流程「%(name)s」", name=flow.name) for flow in used)
        flash(_("「%(name)s」还在使用，不能删除：%(where)s", name=queue.name, where=where), "danger")
        return redirect(url_for("queues.edit", slug=slug))
    store.delete(company(), slug)
    flash(_("已删除 %(name)s。", name=queue.name), "success")
    return redirect(url_for("queues.index"))
