from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.flow.nodes.hunt import STRATEGIES
from app.store import groups as store
from app.store import hours
from app.store.groups import GroupLoop
from app.store.members import Member
from app.store.models import HuntGroup
from app.store.references import flows_with
from app.web.forms import tidy
from app.web.groups import members
from app.web.groups.forms import HINTS, GroupForm
from app.web.session import company
from app.web.slugs import free_slug
from app.web.texts import _

groups = Blueprint("groups", __name__, url_prefix="/groups")


@groups.route("/new", methods=["GET", "POST"])
def new() -> str | Response:
    form = _form(None)
    everybody = members.known(None)
    if _is_saving() and form.validate():
        slug = free_slug("group", {group.slug for group in store.every(company())})
        name, own_hours = tidy(form.name.data), form.hours.data or ""
        store.create(company(), slug, name, members.sent(everybody), own_hours)
        flash(_("已添加 %(name)s。", name=form.name.data), "success")
        return redirect(url_for("phones.index"))
    return _page(form, None, members.sent(everybody))


@groups.route("/<slug>/edit", methods=["GET", "POST"])
def edit(slug: str) -> str | Response:
    group = store.find(company(), slug)
    form = _form(group)
    if _is_saving() and form.validate() and _saved(form, group):
        flash(_("已保存。"), "success")
        return redirect(url_for("phones.index"))
    is_typed = request.method == "POST"
    current = members.sent(members.known(group)) if is_typed else store.members(company(), group)
    return _page(form, group, current)


def _form(group: HuntGroup | None) -> GroupForm:
    own = group.hours.slug if group and group.hours else ""
    form = GroupForm(name=group.name if group else "", hours=own)
    named = [SelectChoice(row.slug, row.name) for row in hours.every(company())]
    form.hours.choices = [SelectChoice("", _("任何时间")), *named]
    return form


def _is_saving() -> bool:
    """The arrows, for browsers without scripts, send the form to be shown again and not to be saved."""
    return request.method == "POST" and "move" not in request.form


def _saved(form: GroupForm, group: HuntGroup) -> bool:
    """Save the form; false, with the reason in it, when the group would contain itself."""
    chosen = members.sent(members.known(group))
    name, own_hours = tidy(form.name.data), form.hours.data or ""
    try:
        store.change(company(), group.slug, name=name, members=chosen, hours=own_hours)
    except GroupLoop:
        form.form_errors.append(_("接听组不能包含自己：选中的组里已经有「%(name)s」", name=group.name))
        return False
    return True


def _page(form: GroupForm, group: HuntGroup | None, inside: Sequence[Member]) -> str:
    chosen = {member.id for member in inside}
    outside = [member for id, member in members.known(group).items() if id not in chosen]
    return render_template(
        "groups/edit.html",
        form=form,
        group=group,
        inside=inside,
        outside=outside,
        used=_used(group) if group else [],
        strategies=STRATEGIES,
        hints=HINTS,
        rings_s=members.RINGS_S,
        a_ring_s=members.A_RING_S,
    )


def _used(group: HuntGroup) -> list[str]:
    """Where the group is in use, in words."""
    return [
        *(_("接听组「%(name)s」", name=other.name) for other in store.groups_with(company(), group)),
        *(_("流程「%(name)s」", name=flow.name) for flow in flows_with(company(), "group", group.slug)),
    ]


@groups.post("/<slug>/delete")
def delete(slug: str) -> Response:
    group = store.find(company(), slug)
    used = _used(group)
    if used:
        where = _("、").join(used)
        flash(_("「%(name)s」还在使用，不能删除：%(where)s", name=group.name, where=where), "danger")
        return redirect(url_for("groups.edit", slug=slug))
    store.delete(company(), slug)
    flash(_("已删除 %(name)s。", name=group.name), "success")
    return redirect(url_for("phones.index"))
