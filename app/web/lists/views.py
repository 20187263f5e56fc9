from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.store import lists as store
from app.store.lists import ListFull
from app.store.references import flows_with
from app.web.flows.publishing import unpublished_changes
from app.web.forms import tidy
from app.web.language import say
from app.web.lists import lines
from app.web.lists.forms import KINDS, ListForm
from app.web.session import company, me
from app.web.slugs import free_slug
from app.web.texts import _

lists = Blueprint("lists", __name__, url_prefix="/lists")

MAX_SEARCH = 50
MAX_PAGE = 10_000
REFUSED_SHOWN = 200


@lists.get("")
def index() -> str:
    here, sizes = company(), store.sizes(company())
    rows = [(row, sizes.get(row.id, 0), flows_with(here, "list", row.slug)) for row in store.every(here)]
    return render_template("lists/list.html", rows=rows, kinds=KINDS, changes=unpublished_changes())


@lists.route("/new", methods=["GET", "POST"])
def new() -> str | AnyResponse:
    form = ListForm(kind="black")
    if form.validate_on_submit():
        slug = free_slug("list", {row.slug for row in store.every(company())})
        store.create(company(), slug, tidy(form.name.data), form.kind.data)
        return redirect(url_for("lists.detail", slug=slug))
    return render_template("lists/edit.html", form=form, row=None, kinds=KINDS)


@lists.get("/<slug>")
def detail(slug: str) -> str:
    """The entries; htmx asks for them alone while somebody types."""
    shown = _entries(slug)
    if request.headers.get("HX-Target") == "entries":
        return render_template("lists/_entries.html", **shown)
    return _page(slug, shown)


def _entries(slug: str) -> dict[str, object]:
    search = request.args.get("search", "").strip()[:MAX_SEARCH]
    asked = request.args.get("page", "1")
    number = min(int(asked), MAX_PAGE) if asked.isdecimal() and len(asked) < 6 else 1
    return {
        "row": store.find(company(), slug),
        "page": store.entries(company(), slug, search, number),
        "search": search,
        "entry_kinds": lines.ENTRY_KINDS,
    }


def _page(slug: str, shown: dict[str, object], read: lines.Read | None = None, typed: str = "") -> str:
    return render_template(
        "lists/detail.html",
        **shown,
        size=store.sizes(company()).get(store.find(company(), slug).id, 0),
        used=flows_with(company(), "list", slug),
        kinds=KINDS,
        refused=read.refused[:REFUSED_SHOWN] if read else (),
        refused_count=len(read.refused) if read else 0,
        typed=typed,
        changes=unpublished_changes(),
    )


@lists.post("/<slug>/add")
def add(slug: str) -> str | AnyResponse:
    """Add the lines that were pasted and those of a file; what cannot be read stays in the form, line by line."""
    store.find(company(), slug)
    try:
        read = lines.read(_given())
        added = store.add(company(), slug, read.entries, me())
    except lines.UnknownFile as unknown:
        flash(say(unknown.words), "danger")
        return redirect(url_for("lists.detail", slug=slug))
    except ListFull:
        flash(_("一个名单最多 %(n)s 项，没有添加。", n=store.MAX_ENTRIES), "danger")
        return redirect(url_for("lists.detail", slug=slug))
    flash(_outcome(added, len(read.entries) - added), "success" if added else "info")
    if read.refused:
        return _page(
            slug, _entries(slug), read, "\n".join(each.line for each in read.refused[:REFUSED_SHOWN])
        )
    return redirect(url_for("lists.detail", slug=slug))


def _given() -> str:
    file = request.files.get("file")
    if file and file.filename:
        return lines.text_of(file.filename, file.read())
    return request.form.get("lines", "")


def _outcome(added: int, there: int) -> str:
    if not there:
        return _("已添加 %(n)s 项。", n=added)
    return _("已添加 %(n)s 项，%(m)s 项原来就有。", n=added, m=there)


@lists.post("/<slug>/remove")
def remove(slug: str) -> AnyResponse:
    ids = [int(id) for id in request.form.getlist("entry") if id.isdecimal() and len(id) < 12]
    gone = store.remove(company(), slug, ids)
    flash(_("已移除 %(n)s 项。", n=gone), "success")
    return redirect(url_for("lists.detail", slug=slug, search=request.form.get("search") or None))


@lists.get("/<slug>/export")
def export(slug: str) -> Response:
    """All entries as a file that can be imported again; with the mark by which spreadsheets know UTF-8."""
    name = store.find(company(), slug).slug
    text = "\ufeff" + "".join(lines.write(store.all_entries(company(), slug)))
    return Response(
        text, mimetype="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}.csv"'}
    )


@lists.route("/<slug>/edit", methods=["GET", "POST"])
def edit(slug: str) -> str | AnyResponse:
    row = store.find(company(), slug)
    form = ListForm(obj=row)
    if form.validate_on_submit():
        store.change(company(), slug, name=tidy(form.name.data), kind=form.kind.data)
        flash(_("已保存。"), "success")
        return redirect(url_for("lists.detail", slug=slug))
    return render_template("lists/edit.html", form=form, row=row, kinds=KINDS)


@lists.post("/<slug>/delete")
def delete(slug: str) -> AnyResponse:
    row = store.find(company(), slug)
    used = flows_with(company(), "list", slug)
    if used:
        where = _("、").join(_("流程「%(name)s」", name=flow.name) for flow in used)
        flash(_("「%(name)s」还在使用，不能删除：%(where)s", name=row.name, where=where), "danger")
        return redirect(url_for("lists.detail", slug=slug))
    store.delete(company(), slug)
    flash(_("已删除 %(name)s。", name=row.name), "success")
    return redirect(url_for("lists.index"))
