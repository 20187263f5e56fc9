"""Flows as YAML files: download, and upload into the draft."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.flow import text
from app.flow.document import read
from app.flow.problems import Problem, error
from app.store import flows
from app.web.flows import drafts
from app.web.gate import owners_only
from app.web.session import company
from app.web.texts import _

files = Blueprint("files", __name__, url_prefix="/flows/<slug>")

MAX_SHOWN = 20  # problems


@files.get("/export.yaml")
@owners_only
def export(slug: str) -> Response:
    flow = flows.find(company(), slug)
    return Response(
        text.dump(flow.draft),
        mimetype="application/yaml",
        headers={"Content-Disposition": f'attachment; filename="{flow.slug}.yaml"'},
    )


@files.get("/import")
def ask(slug: str) -> str:
    return render_template("flows/import.html", flow=flows.find(company(), slug), problems=[])


@files.post("/import")
def take(slug: str) -> str | AnyResponse:
    """Put the uploaded document in the draft; one that cannot be read is refused with all that is wrong in it."""
    flow = flows.find(company(), slug)
    data, problems = _uploaded()
    if problems:
        return render_template("flows/import.html", flow=flow, problems=problems[:MAX_SHOWN])
    try:
        drafts.save(slug, lambda _draft: data)
        flash(_("文件已放入草稿，检查后发布即可。"), "success")
    except flows.DraftConflict:
        flash(drafts.conflict_text(slug), "danger")
    return redirect(url_for("editor.show", slug=slug))


def _uploaded() -> tuple[dict[str, Any], list[Problem]]:
    upload = request.files.get("file")
    raw = upload.read() if upload else b""
    try:
        data, problems = text.parse(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return {}, [error("bad_text", "", "文件不是 UTF-8 文本", "the file is not UTF-8 text")]
    if not problems:
        _document, problems = read(data)
    return data if isinstance(data, dict) else {}, [problem for problem in problems if problem.is_error]
