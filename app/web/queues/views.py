from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.flow.nodes.queue import STRATEGIES
from app.store import phones, prompts
from app.store import queues as store
from app.store.members import Member
from app.store.models import CallQueue
from app.store.queues import Rules
from app.store.references import flows_with
from app.web.flows.publishing import unpublished_changes
from app.web.forms import tidy
from app.web.groups.forms import HINTS
from app.web.groups.members import sent
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
    if _is_saving() and form.validate():
        slug = free_slug("queue", {queue.slug for queue in store.every(company())})
        store.create(company(), slug, tidy(form.name.data), _rules(form), _members())
        flash(_("已添加 %(name)s。", name=form.name.data), "success")
        return redirect(url_for("queues.index"))
    return _page(form, None, _members())


@queues.route("/<slug>/edit", methods=["GET", "POST"])
def edit(slug: str) -> str | Response:
    queue = store.find(company(), slug)
    form = _form(queue)
    if _is_saving() and form.validate():
        name = tidy(form.name.data)
        store.change(company(), slug, name=name, rules=_rules(form), members=_members())
        flash(_("已保存。"), "success")
        return redirect(url_for("queues.index"))
    return _page(form, queue, _members() if request.method == "POST" else store.members(company(), queue))


def _is_saving() -> bool:
    """The arrows, for browsers without scripts, send the form to be shown again and not to be saved."""
    return request.method == "POST" and "move" not in request.form


def _form(queue: CallQueue | None) -> QueueForm:
    usual = Rules()
    form = QueueForm(
        name=queue.name if queue else "",
        music=queue.music.slug if queue and queue.music else "",
        strategy=queue.strategy if queue else usual.strategy,
        ring_timeout_s=queue.ring_timeout_s if queue else usual.ring_timeout_s,
        wrap_up_s=queue.wrap_up_s if queue else usual.wrap_up_s,
        max_size=queue.max_size if queue else usual.max_size,
        max_misses=queue.max_misses if queue else usual.max_misses,
        rest_s=queue.rest_s if queue else usual.rest_s,
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
        form.max_misses.data,
        form.rest_s.data,
    )


def _everybody() -> dict[str, Member]:
    """The phones that may answer, by their ids."""
    every = phones.every(company())
    return {phone.slug: Member(phone.slug, name=phone.name, number=phone.number) for phone in every}


def _members() -> list[Member]:
    """The phones that were ticked, in order, each once."""
    return sent(_everybody())


def _page(form: QueueForm, queue: CallQueue | None, inside: Sequence[Member]) -> str:
    chosen = {member.id for member in inside}
    return render_template(
        "queues/edit.html",
        form=form,
        queue=queue,
        inside=inside,
        outside=[member for id, member in _everybody().items() if id not in chosen],
        strategies=STRATEGIES,
        hints=HINTS,
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
