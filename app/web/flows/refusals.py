"""What somebody is told whose change could not be saved, and what he can do about it: nothing that he did is lost."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.flow import diff
from app.flow.outline import target_label
from app.store import assets, flows
from app.store.db import Conflict, NotFound
from app.store.flows import DraftConflict
from app.web import failures
from app.web.flows import bases, drafts
from app.web.flows.drafts import Clashing, Saved
from app.web.language import say
from app.web.live import redis
from app.web.session import company, me
from app.web.texts import _
from app.words import Words

refusals = Blueprint("refusals", __name__, url_prefix="/flows/<slug>")

OUR_OWN = ("csrf_token", "revision", "live_revision", "base_revision", "over", "open")
MAX_NAMED = 3  # steps


def refused(slug: str, text: str, code: int = 422) -> AnyResponse:
    """One sentence above the editor, or in the sheet that is open."""
    if "HX-Request" not in request.headers:
        flash(text, "danger")
        return redirect(url_for("editor.show", slug=slug))
    return _notice(render_template("flows/_refused.html", text=text, slug=slug, reload=code == 409), code)


def conflicting(slug: str, conflict: DraftConflict) -> AnyResponse:
    """Who changed what, what the own change was, and both ways on: with mine, or with theirs."""
    parts = {
        "slug": slug,
        "text": drafts.conflict_text(slug),
        "theirs": _differences(conflict, "theirs"),
        "mine": _differences(conflict, "mine"),
        "again": _same_again(conflict.revision),
        "path": request.path,
    }
    if "HX-Request" not in request.headers:
        return make_response(render_template("flows/conflict.html", **parts), 409)
    return _notice(render_template("flows/_conflict.html", **parts), 409)


def gone(slug: str) -> AnyResponse:
    """The flow was deleted while it was edited; the usual page when there never was one, or long ago."""
    former = bases.removed(redis(), company(), slug)
    if former is None or request.method == "GET":
        return make_response(*failures.not_found(NotFound(f"no flow {slug}")))
    parts = {"slug": slug, "name": former.draft.get("name") or slug, "who": former.removed_by}
    if "HX-Request" not in request.headers:
        return make_response(render_template("flows/gone.html", **parts), 409)
    return _notice(render_template("flows/_gone.html", **parts), 409)


@refusals.post("/bring-back")
def bring_back(slug: str) -> AnyResponse:
    """Make a deleted flow again from its last draft; its versions are gone."""
    former = bases.removed(redis(), company(), slug)
    if former is None:
        raise NotFound(f"no flow {slug}")
    name = str(former.draft.get("name") or slug)
    try:
        flows.create(company(), slug, name, former.draft, me())
        flash(
            _("「%(name)s」已恢复为草稿。要让来电使用它，请重新发布，并在号码里选它。", name=name), "success"
        )
    except Conflict:
        flash(_("这个流程已经恢复了。"), "info")
    return redirect(url_for("editor.show", slug=slug))


def beside(done: Saved) -> str:
    """That somebody else's changes are kept, too; "" when there were none."""
    if not done.others:
        return ""
    known = assets.of(company())
    labels = [
        say(target_label(done.flow.draft, node, known))
        for node in done.others
        if node in done.flow.draft["nodes"]
    ]
    steps = _("、").join(labels[:MAX_NAMED]) or _("其他步骤")
    return _("有人同时改了「%(steps)s」。两边的改动都保存好了，请看一眼。", steps=steps)


def _notice(body: str, code: int) -> AnyResponse:
    return Response(body, code, {"HX-Retarget": "#notice", "HX-Reswap": "innerHTML"})


def _differences(conflict: DraftConflict, whose: str) -> list[Words]:
    if not isinstance(conflict, Clashing):
        return []
    return diff.describe(conflict.base, getattr(conflict, whose), assets.of(company()))


def _same_again(seen: int) -> list[tuple[str, Any]]:
    """The fields that send the same change again, with the word that theirs was seen."""
    typed = [pair for pair in request.form.items(multi=True) if pair[0] not in OUR_OWN]
    return [*typed, ("base_revision", str(drafts.expected_revision())), ("over", str(seen))]
