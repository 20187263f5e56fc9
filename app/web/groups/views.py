from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.store import groups as store
from app.store import phones
from app.store.groups import MAX_MEMBERS
from app.store.models import HuntGroup, Phone
from app.store.references import flows_with
from app.web.forms import tidy
from app.web.groups.forms import GroupForm
from app.web.session import company
from app.web.slugs import free_slug
from app.web.texts import _

groups = Blueprint("groups", __name__, url_prefix="/groups")


@groups.route("/new", methods=["GET", "POST"])
def new() -> str | Response:
    form = GroupForm()
    if _is_saving() and form.validate():
        slug = free_slug("group", {group.slug for group in store.every(company())})
        store.create(company(), slug, tidy(form.name.data), _members())
        flash(_("已添加 %(name)s。", name=form.name.data), "success")
        return redirect(url_for("phones.index"))
    return _page(form, None, _members())


@groups.route("/<slug>/edit", methods=["GET", "POST"])
def edit(slug: str) -> str | Response:
    group = store.find(company(), slug)
    form = GroupForm(obj=group)
    if _is_saving() and form.validate():
        store.change(company(), slug, name=tidy(form.name.data), members=_members())
        flash(_("已保存。"), "success")
        return redirect(url_for("phones.index"))
    current = _members() if request.method == "POST" else [p.slug for p in store.members(company(), group)]
    return _page(form, group, current)


def _is_saving() -> bool:
    """The arrows, for browsers without scripts, send the form to be shown again and not to be saved."""
    return request.method == "POST" and "move" not in request.form


def _members() -> list[str]:
    """The phones that were sent, in order, each once; moved by an arrow if one was pressed."""
    known = {phone.slug for phone in phones.every(company())}
    sent = [slug for slug in dict.fromkeys(request.form.getlist("members")) if slug in known][:MAX_MEMBERS]
    way, _colon, slug = request.form.get("move", "").partition(":")
    return _moved(sent, slug, -1 if way == "up" else 1) if slug in sent else sent


def _moved(slugs: list[str], slug: str, steps: int) -> list[str]:
    place = slugs.index(slug)
    rest = [other for other in slugs if other != slug]
    rest.insert(max(0, place + steps), slug)
    return rest


def _page(form: GroupForm, group: HuntGroup | None, members: Sequence[str]) -> str:
    by_slug = {phone.slug: phone for phone in phones.every(company())}
    inside: list[Phone] = [by_slug[slug] for slug in members if slug in by_slug]
    outside = [phone for slug, phone in by_slug.items() if slug not in members]
    used = flows_with(company(), "group", group.slug) if group else []
    return render_template(
        "groups/edit.html", form=form, group=group, inside=inside, outside=outside, used=used
    )


@groups.post("/<slug>/delete")
def delete(slug: str) -> Response:
    group = store.find(company(), slug)
    used = flows_with(company(), "group", slug)
    if used:
        where = _("、").join(_("流程「%(name)s」", name=flow.name) for flow in used)
        flash(_("「%(name)s」还在使用，不能删除：%(where)s", name=group.name, where=where), "danger")
        return redirect(url_for("groups.edit", slug=slug))
    store.delete(company(), slug)
    flash(_("已删除 %(name)s。", name=group.name), "success")
    return redirect(url_for("phones.index"))
