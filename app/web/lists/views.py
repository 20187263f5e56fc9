from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.integrations import spreadsheets
from app.integrations.spreadsheets import ENDINGS, BadTable
from app.store import lists as store
from app.store.lists import Compared, Entry, ListFull
from app.store.references import flows_with
from app.web.flows.publishing import unpublished_changes
from app.web.formats import local, now
from app.web.forms import tidy
from app.web.language import say
from app.web.lists import lines, trying
from app.web.lists.forms import KINDS, ListForm
from app.web.session import company, me
from app.web.slugs import free_slug
from app.web.texts import _

lists = Blueprint("lists", __name__, url_prefix="/lists")

MAX_SEARCH = 50
MAX_PAGE = 10_000
REFUSED_SHOWN = 200
FORM_BYTES = 2 * 1024 * 1024  # the lines of a full list


@lists.url_value_preprocessor
def _let_files_in(_endpoint: str | None, _values: dict[str, str] | None) -> None:
    """A file, or the lines of one that was looked at. Before anybody reads the form."""
    request.max_content_length = spreadsheets.MAX_BYTES + FORM_BYTES
    request.max_form_memory_size = FORM_BYTES


@lists.teardown_request
def _forget_files(_error: BaseException | None) -> None:
    """Whatever was sent along lies in a temporary file."""
    request.close()


@lists.get("")
def index() -> str:
    here, sizes = company(), store.sizes(company())
    rows = [(row, sizes.get(row.id, 0), flows_with(here, "list", row.slug)) for row in store.every(here)]
    typed = request.args.get("number", "").strip()[:MAX_SEARCH]
    return render_template(
        "lists/list.html",
        rows=rows,
        kinds=KINDS,
        typed=typed,
        tried=trying.tried(typed) if typed else None,
        entry_kinds=lines.ENTRY_KINDS,
        changes=unpublished_changes(),
    )


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
        "today": local(now()).date(),
    }


def _page(slug: str, shown: dict[str, object], preview: dict[str, object] | None = None) -> str:
    return render_template(
        "lists/detail.html",
        **shown,
        size=store.sizes(company()).get(store.find(company(), slug).id, 0),
        used=flows_with(company(), "list", slug),
        kinds=KINDS,
        endings=",".join(ENDINGS),
        preview=preview,
        changes=unpublished_changes(),
    )


@lists.post("/<slug>/add")
def add(slug: str) -> str | AnyResponse:
    """Add the lines that were pasted; those of a file, and those with mistakes among them, are looked at first."""
    store.find(company(), slug)
    back = redirect(url_for("lists.detail", slug=slug))
    try:
        typed, is_file = _given()
        last = _last_day()
    except BadTable as bad:
        flash(say(bad.words), "danger")
        return back
    read = lines.read(typed)
    entries = [replace(entry, until=entry.until or last) for entry in read.entries]
    if (read.refused or is_file) and "confirmed" not in request.form:
        return _page(slug, _entries(slug), _preview(slug, typed, entries, read, last))
    compared = store.compare(company(), slug, entries)
    try:
        store.add(company(), slug, entries, me())
    except ListFull:
        flash(_("一个名单最多 %(n)s 项，没有添加。", n=store.MAX_ENTRIES), "danger")
        return back
    flash(_outcome(compared), "success" if compared.new or compared.changed else "info")
    return back


def _given() -> tuple[str, bool]:
    """The lines, and whether a file gave them. BadTable."""
    file = request.files.get("file")
    if file and file.filename:
        return lines.of_file(file.filename, file.read()), True
    return request.form.get("lines", ""), False


def _last_day() -> date | None:
    """What the date field says, None for nothing. BadTable when it is no day."""
    typed = request.form.get("until", "").strip()
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError as wrong:
        raise BadTable(
            "有效期应是日期，例如 2026-12-31", "The last day must be a date, such as 2026-12-31"
        ) from wrong


def _preview(
    slug: str, typed: str, entries: list[Entry], read: lines.Read, last: date | None
) -> dict[str, object]:
    return {
        "lines": typed,
        "until": last or "",
        "refused": read.refused[:REFUSED_SHOWN],
        "refused_count": len(read.refused),
        "compared": store.compare(company(), slug, entries),
    }


def _outcome(compared: Compared) -> str:
    parts = [_("已添加 %(n)s 项", n=len(compared.new))]
    if compared.changed:
        parts.append(_("修改 %(n)s 项", n=len(compared.changed)))
    if compared.same:
        parts.append(_("%(m)s 项原来就有", m=len(compared.same)))
    return _("，").join(parts) + _("。")


@lists.post("/<slug>/remove")
def remove(slug: str) -> AnyResponse:
    gone = store.remove(company(), slug, _chosen())
    flash(_("已移除 %(n)s 项。", n=gone), "success")
    return redirect(url_for("lists.detail", slug=slug, search=request.form.get("search") or None))


@lists.post("/<slug>/until")
def set_until(slug: str) -> AnyResponse:
    """Give the chosen entries another last day, none for ever."""
    try:
        changed = store.set_until(company(), slug, _chosen(), _last_day())
        flash(_("已修改 %(n)s 项的有效期。", n=changed), "success")
    except BadTable as bad:
        flash(say(bad.words), "danger")
    return redirect(url_for("lists.detail", slug=slug, search=request.form.get("search") or None))


def _chosen() -> list[int]:
    return [int(id) for id in request.form.getlist("entry") if id.isdecimal() and len(id) < 12]


@lists.get("/<slug>/export")
def export(slug: str) -> Response:
    """All entries as a file that can be imported again; with the mark by which spreadsheets know UTF-8."""
    name = store.find(company(), slug).slug
    content = lines.write(store.all_entries(company(), slug))
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(content, mimetype="text/csv", headers=headers)


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
