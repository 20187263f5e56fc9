"""Phones, extensions and groups from a file and into one: looked at first, imported when confirmed, taken back on demand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.integrations import spreadsheets
from app.integrations.spreadsheets import BadTable, Row
from app.store import dialling, imports
from app.store import phones as store
from app.store.db import Conflict, NotFound
from app.store.imports import ChangedSince
from app.store.members import GROUP
from app.web.language import say
from app.web.phones import plans
from app.web.phones.plans import COLUMNS, TITLES, NoHeading, Plan
from app.web.session import company, me
from app.web.texts import _, later

importing = Blueprint("importing", __name__, url_prefix="/phones/files")

FORM_BYTES = 2 * 1024 * 1024
FORMATS = {
    "csv": (spreadsheets.write_csv, "text/csv"),
    "xlsx": (spreadsheets.write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
SAMPLES = {
    "phones": ((later("前台"), "057188888888", "801"), (later("售后一号"), "13800138000", "802")),
    "extensions": (("057188888888", "801"), ("13800138000", "802")),
    "groups": ((later("售后组"), "13800138000", "1", "20"), (later("售后组"), "057188888888", "1", "")),
}
LINES_SHOWN = 300


@importing.url_value_preprocessor
def _let_files_in(_endpoint: str | None, _values: dict[str, str] | None) -> None:
    """A file, or the rows of one that was looked at. Before anybody reads the form."""
    request.max_content_length = spreadsheets.MAX_BYTES + FORM_BYTES
    request.max_form_memory_size = FORM_BYTES


@importing.teardown_request
def _forget_files(_error: BaseException | None) -> None:
    """Whatever was sent along lies in a temporary file."""
    request.close()


@importing.route("/<kind>", methods=["GET", "POST"])
def show(kind: str) -> str | AnyResponse:
    """Choose a file; look at what it would change; confirm."""
    if kind not in COLUMNS:
        abort(404)
    rows: list[Row] = []
    try:
        rows = _rows() if request.method == "POST" else []
        plan = _plan(kind, rows) if rows else None
    except BadTable as bad:
        return _page(kind, error=say(bad.words))
    except NoHeading as none:
        names = _("、").join(none.missing)
        return _page(kind, error=_("第一行应是标题，没有找到：%(names)s。可以下载样表照着填。", names=names))
    if plan and plan.changes and "confirmed" in request.form:
        if _applied(plan):
            return redirect(url_for("phones.index"))
        plan = _plan(kind, rows)
    return _page(kind, plan, rows)


def _page(kind: str, plan: Plan | None = None, rows: list[Row] | None = None, error: str = "") -> str:
    if plan:
        plan.lines.sort(key=attrgetter("row"))
        plan.problems.sort(key=attrgetter("row"))
    kept = [[row.number, row.cells, row.formulas] for row in rows or ()]
    return render_template(
        "phones/import.html",
        kind=kind,
        titles=TITLES,
        columns=[plans.heading(column) for column in COLUMNS[kind]],
        sample=SAMPLES[kind],
        plan=plan,
        shown=LINES_SHOWN,
        rows=json.dumps(kept, ensure_ascii=False, separators=(",", ":")) if plan else "",
        error=error,
        most=spreadsheets.MAX_ROWS,
        endings=",".join(spreadsheets.ENDINGS),
    )


def _rows() -> list[Row]:
    """Those of the file, or of the file that was looked at before."""
    if "rows" in request.form:
        return list(_kept(request.form["rows"]))
    file = request.files.get("file")
    if not file or not file.filename:
        raise BadTable("请先选择文件", "Choose a file first")
    return spreadsheets.read(file.filename, file.read())


def _kept(text: str) -> Iterator[Row]:
    """The rows that a page of ours carried; what it makes of them is checked again."""
    try:
        for number, cells, formulas in json.loads(text)[: spreadsheets.MAX_ROWS + 1]:
            texts = tuple(str(cell)[: spreadsheets.MAX_CELL] for cell in cells[: spreadsheets.MAX_COLUMNS])
            yield Row(int(number), texts, tuple(map(int, formulas)))
    except (TypeError, ValueError) as wrong:
        raise BadTable("请重新选择文件", "Choose the file again") from wrong


def _plan(kind: str, rows: list[Row]) -> Plan:
    here = company()
    known = imports.state_of_phones(here)
    if kind == "groups":
        return plans.plan_groups(rows, imports.state_of_groups(here), known)
    return plans.plan_phones(kind, rows, known, dialling.rules_of(here))


def _applied(plan: Plan) -> bool:
    """Carry it out; false, with the reason on the page, when somebody was faster or a group would hold itself."""
    try:
        imports.apply(company(), plan.store_kind, plan.changes, me())
    except Conflict:
        flash(_("没有导入：有人同时改了这些内容，或者接听组包含了自己。请看下面的新预览。"), "danger")
        return False
    new, changed = plan.count(plans.NEW), plan.count(plans.CHANGED)
    flash(_("已导入：新增 %(new)s 个，修改 %(changed)s 个。", new=new, changed=changed), "success")
    return True


@importing.post("/undo/<int:import_id>")
def undo(import_id: int) -> AnyResponse:
    try:
        imports.undo(company(), import_id)
    except NotFound:
        flash(_("这次导入已经撤销，或者后面又导入过。"), "warning")
    except ChangedSince as changed:
        flash(_("没有撤销：「%(name)s」在导入之后又修改过。", name=changed.name), "danger")
    except Conflict:
        flash(_("没有撤销：导入的电话或组已经在使用。请先把它们从流程、接听组和队列里移出。"), "danger")
    else:
        flash(_("已撤销上次导入，恢复到导入前。"), "success")
    return redirect(url_for("phones.index"))


@importing.get("/<kind>.<ending>")
def export(kind: str, ending: str) -> Response:
    """All of them, as a file that can be imported again."""
    if kind not in COLUMNS or ending not in FORMATS:
        abort(404)
    return _file(kind, kind, ending, list(_exported(kind)))


@importing.get("/sample/<kind>.<ending>")
def sample(kind: str, ending: str) -> Response:
    if kind not in COLUMNS or ending not in FORMATS:
        abort(404)
    return _file(f"{kind}-sample", kind, ending, [tuple(map(str, row)) for row in SAMPLES[kind]])


def _file(name: str, kind: str, ending: str, rows: list[tuple[str, ...]]) -> Response:
    write, mimetype = FORMATS[ending]
    content = write([[plans.heading(column) for column in COLUMNS[kind]], *rows])
    headers = {"Content-Disposition": f'attachment; filename="{name}.{ending}"'}
    return Response(content, mimetype=mimetype, headers=headers)


def _exported(kind: str) -> Iterator[tuple[str, ...]]:
    here = company()
    if kind != "groups":
        for phone in store.every(here):
            yield tuple(getattr(phone, column) for column in COLUMNS[kind])
        return
    phones, groups = imports.state_of_phones(here), imports.state_of_groups(here)
    for group in groups.values():
        for id, weight, ring_s in group["members"]:
            yield group["name"], _member(id, phones, groups), str(weight), str(ring_s or "")


def _member(id: str, phones: dict[str, Any], groups: dict[str, Any]) -> str:
    """As `plans.plan_groups` finds it again."""
    return str(groups[id.removeprefix(GROUP)]["name"] if id.startswith(GROUP) else phones[id]["number"])
