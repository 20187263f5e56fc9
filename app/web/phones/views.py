from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.calls.explain import LEG_RESULTS
from app.integrations import papers
from app.routing import regions
from app.routing.number_kinds import is_number
from app.routing.numbers import normalise
from app.store import agents, channels, groups, hours, imports, proofs, queues, users
from app.store import phones as store
from app.store.db import Conflict
from app.store.models import Phone
from app.store.references import flows_with
from app.web.board.views import DOING
from app.web.board.views import STATES as SEAT_STATES
from app.web.company.addresses import shown
from app.web.company.dialling import refusal
from app.web.flows.publishing import unpublished_changes
from app.web.formats import phone as pretty
from app.web.forms import tidy
from app.web.gate import owners_only
from app.web.phones import rows
from app.web.phones.forms import PhoneForm
from app.web.phones.proofs import KINDS, STATES, forget
from app.web.session import company, me
from app.web.slugs import free_slug
from app.web.texts import _

phones = Blueprint("phones", __name__, url_prefix="/phones")


@phones.get("")
def index() -> str:
    """All phones; htmx asks for the rows alone, every few seconds and while somebody types."""
    shown = _rows()
    if request.headers.get("HX-Target") == "rows":
        return render_template("phones/_rows.html", **shown)
    here = company()
    members = groups.members_of_all(here)
    return render_template(
        "phones/list.html",
        **shown,
        filters=rows.FILTERS,
        groups=[(group, members.get(group.id, [])) for group in groups.every(here)],
        last_import=imports.last(here),
        changes=unpublished_changes(),
    )


def _rows() -> dict[str, object]:
    search = request.args.get("search", "").strip()[: rows.MAX_SEARCH]
    show = request.args.get("show", "")
    every = rows.every()
    return {
        "rows": rows.chosen(every, search, show),
        "total": len(every),
        "search": search,
        "show": show if show in rows.FILTERS else "",
        "proof_states": STATES,
        "states": SEAT_STATES,
        "doing": DOING,
    }


@phones.get("/<slug>")
def detail(slug: str) -> str:
    """One phone: how it is now, its proof, where it is used, its last calls; htmx asks for how it is alone."""
    phone = store.find(company(), slug)
    row = next(row for row in rows.every() if row.phone.id == phone.id)
    shown = {"row": row, "states": SEAT_STATES, "doing": DOING, "mine": agents.sits_at(company(), slug, me())}
    if request.headers.get("HX-Target") == "now":
        return render_template("phones/_now.html", **shown)
    return render_template(
        "phones/detail.html",
        **shown,
        phone=phone,
        used=_used(phone),
        legs=store.last_legs(company(), phone),
        leg_results=LEG_RESULTS,
        proof_states=STATES,
        proof_kinds=KINDS,
        scan_endings=papers.ENDINGS,
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
    return render_template("phones/edit.html", form=form, phone=None, used=[])


@phones.route("/<slug>/edit", methods=["GET", "POST"])
@owners_only
def edit(slug: str) -> str | Response:
    phone = store.find(company(), slug)
    form = _form(phone)
    if form.validate_on_submit() and _saved(form, phone, slug):
        flash(_("已保存。"), "success")
        return redirect(url_for("phones.detail", slug=slug))
    return render_template("phones/edit.html", form=form, phone=phone, used=_used(phone))


def _form(phone: Phone | None) -> PhoneForm:
    here = company()
    seated = agents.every(here).get(phone.id) if phone else None
    ways = shown(channels.of(here, phone)) if phone else {}
    own_hours = phone.hours.slug if phone and phone.hours else ""
    form = PhoneForm(obj=phone, user=str(seated.id) if seated else "", own_hours=own_hours, **ways)
    named = [SelectChoice(row.slug, row.name) for row in hours.every(here)]
    form.own_hours.choices = [SelectChoice("", _("任何时间")), *named]
    people = [SelectChoice(str(user.id), user.name or user.email) for user in users.every(here)]
    form.user.choices = [SelectChoice("", _("（没有指定）")), *people]
    return form


def _saved(form: PhoneForm, phone: Phone | None, slug: str) -> bool:
    """Save the form; false, with the reason in it, when another phone has the number or the extension."""
    name, extension, own = tidy(form.name.data), tidy(form.extension.data), form.own_hours.data or ""
    if not _is_free(form, phone):
        return False
    try:
        if phone is None:
            phone = store.create(company(), slug, form.dialable, name, extension, own)
        else:
            store.change(company(), slug, number=form.dialable, name=name, extension=extension, hours=own)
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
            _(
                "「%(name)s」还在使用，不能删除：%(where)s",
                name=phone.name,
                where=_("、").join(words for words, _url in used),
            ),
            "danger",
        )
        return redirect(url_for("phones.edit", slug=slug))
    proof = proofs.every(company()).get(phone.id)
    store.delete(company(), slug)
    forget(proof.file if proof else "")
    flash(_("已删除 %(name)s。", name=phone.name), "success")
    return redirect(url_for("phones.index"))


def _used(phone: Phone) -> list[tuple[str, str]]:
    """Where the phone is in use, in words and as addresses of pages."""
    here = company()
    return [
        *(
            (_("接听组「%(name)s」", name=group.name), url_for("groups.edit", slug=group.slug))
            for group in store.groups_with(here, phone)
        ),
        *(
            (
                _("号码 %(number)s 的备用电话", number=pretty(number.did)),
                url_for("numbers.detail", did=number.did),
            )
            for number in store.numbers_with(here, phone)
        ),
        *(
            (_("队列「%(name)s」", name=queue.name), url_for("queues.edit", slug=queue.slug))
            for queue in queues.queues_with(here, phone)
        ),
        *(
            (_("流程「%(name)s」", name=flow.name), url_for("editor.show", slug=flow.slug))
            for flow in flows_with(here, "phone", phone.slug)
        ),
    ]
