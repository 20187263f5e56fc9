from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.routing import regions
from app.routing.number_kinds import is_number
from app.routing.numbers import normalise
from app.store import agents, channels, groups, queues, users
from app.store import phones as store
from app.store.db import Conflict
from app.store.models import Phone
from app.store.references import flows_with
from app.web.company.addresses import shown
from app.web.company.dialling import refusal
from app.web.flows.publishing import unpublished_changes
from app.web.formats import phone as pretty
from app.web.forms import tidy
from app.web.gate import owners_only
from app.web.phones.forms import PhoneForm
from app.web.session import company
from app.web.slugs import free_slug
from app.web.texts import _

phones = Blueprint("phones", __name__, url_prefix="/phones")


@phones.get("")
def index() -> str:
    here = company()
    every = store.every(here)
    members = groups.members_of_all(here)
    return render_template(
        "phones/list.html",
        phones=[(phone, regions.lookup(phone.number), store.groups_with(here, phone)) for phone in every],
        groups=[(group, members.get(group.id, [])) for group in groups.every(here)],
        changes=unpublished_changes(),
    )


@phones.get("/look")
def look() -> str:
    """What a number that is being typed is: its region and carrier, or why it cannot be rung."""
    typed = request.args.get("number", "")
    number = normalise(typed)
    known = (
        next((phone for phone in store.every(company()) if phone.number == number), None) if number else None
    )
    why = refusal(typed)
    return render_template(
        "phones/_look.html",
        typed=typed.strip(),
        number="" if why else number,
        region=None if why else regions.lookup(number),
        known=None if why else known,
        why=why if is_number(number) else "",
    )


@phones.route("/new", methods=["GET", "POST"])
def new() -> str | Response:
    form = _form(None)
    if form.validate_on_submit():
        slug = free_slug("phone", {phone.slug for phone in store.every(company())})
        if _saved(form, None, slug):
            flash(_("已添加 %(name)s。", name=form.name.data), "success")
            return redirect(url_for("phones.index"))
    return render_template("phones/edit.html", form=form, phone=None)


@phones.route("/<slug>/edit", methods=["GET", "POST"])
@owners_only
def edit(slug: str) -> str | Response:
    phone = store.find(company(), slug)
    form = _form(phone)
    if form.validate_on_submit() and _saved(form, phone, slug):
        flash(_("已保存。"), "success")
        return redirect(url_for("phones.index"))
    return render_template("phones/edit.html", form=form, phone=phone, used=_used(phone))


def _form(phone: Phone | None) -> PhoneForm:
    here = company()
    seated = agents.every(here).get(phone.id) if phone else None
    ways = shown(channels.of(here, phone)) if phone else {}
    form = PhoneForm(obj=phone, user=str(seated.id) if seated else "", **ways)
    people = [SelectChoice(str(user.id), user.name or user.email) for user in users.every(here)]
    form.user.choices = [SelectChoice("", _("（没有指定）")), *people]
    return form


def _saved(form: PhoneForm, phone: Phone | None, slug: str) -> bool:
    """Save the form; false, with the reason in it, when another phone has the number or the extension."""
    name, extension = tidy(form.name.data), tidy(form.extension.data)
    if not _is_free(form, phone):
        return False
    try:
        if phone is None:
            phone = store.create(company(), slug, form.dialable, name, extension)
        else:
            store.change(company(), slug, number=form.dialable, name=name, extension=extension)
    except Conflict:
        form.number.errors = [_("这个号码或分机号刚被别人占用")]
        return False
    channels.put(company(), phone, form.channels().values())
    agents.seat(company(), slug, users.find(company(), int(form.user.data)) if form.user.data else None)
    return True


def _is_free(form: PhoneForm, phone: Phone | None) -> bool:
    others = [other for other in store.every(company()) if phone is None or other.id != phone.id]
    for other in others:
        if other.number == form.dialable:
            form.number.errors = [_("「%(name)s」已经在用这个号码", name=other.name)]
        if other.extension and other.extension == form.extension.data:
            form.extension.errors = [_("「%(name)s」已经在用这个分机号", name=other.name)]
    return not (form.number.errors or form.extension.errors)


@phones.post("/<slug>/delete")
def delete(slug: str) -> Response:
    phone = store.find(company(), slug)
    used = _used(phone)
    if used:
        flash(
            _("「%(name)s」还在使用，不能删除：%(where)s", name=phone.name, where=_("、").join(used)),
            "danger",
        )
        return redirect(url_for("phones.edit", slug=slug))
    store.delete(company(), slug)
    flash(_("已删除 %(name)s。", name=phone.name), "success")
    return redirect(url_for("phones.index"))


def _used(phone: Phone) -> list[str]:
    """Where the phone is in use, in words."""
    here = company()
    return [
        *(_("接听组「%(name)s」", name=group.name) for group in store.groups_with(here, phone)),
        *(
            _("号码 %(number)s 的备用电话", number=pretty(number.did))
            for number in store.numbers_with(here, phone)
        ),
        *(_("队列「%(name)s」", name=queue.name) for queue in queues.queues_with(here, phone)),
        *(_("流程「%(name)s」", name=flow.name) for flow in flows_with(here, "phone", phone.slug)),
    ]
