"""The menu editor: an outline of cards, saved change by change."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.errors import StoreError
from app.flow import edit
from app.flow.check import leads_back
from app.flow.fields import BadValue, Field, PhonesField, RefField, declared
from app.flow.kinds import KINDS
from app.flow.outline import exit_words, node_label, nodes_of, outline, sources, target_label
from app.store import assets, dialling, flows, numbers
from app.store.db import NotFound
from app.store.flows import DraftConflict
from app.store.models import Flow
from app.web.flows import drafts, refusals
from app.web.flows.cards import cards
from app.web.flows.drafts import Change, Editing
from app.web.flows.palette import palette
from app.web.flows.picture import drawing
from app.web.language import say
from app.web.session import company
from app.web.texts import _

editor = Blueprint("editor", __name__, url_prefix="/flows/<slug>")


@editor.errorhandler(NotFound)
def _gone(_error: NotFound) -> AnyResponse:
    return refusals.gone(str((request.view_args or {}).get("slug", "")))


@editor.get("/")
def show(slug: str) -> str:
    return render_template("flows/edit.html", **_page(slug))


def _page(slug: str, unfold: str = "") -> dict[str, Any]:
    """Everything that the editor shows; `open` names the cards whose settings are unfolded, `unfold` one more."""
    editing = Editing(flows.find(company(), slug))
    opened = {*request.values.getlist("open"), unfold}
    placed, loose = cards(editing.draft, editing.assets, editing.problems, opened)
    return {
        "editing": editing,
        "flow": editing.flow,
        "changes": editing.changes(),
        "cards": placed,
        "loose": loose,
        "labels": {card.node: card.label for card in (*placed, *loose)},
        "kinds": KINDS,
        "palette": list(palette()),
        "is_bare": request.values.get("view") == "picture",
        "drawing": drawing(editing.draft, editing.assets, editing.problems),
        "numbers": numbers.leading_to(company(), editing.flow),
    }


def saved(slug: str, change: Change, *, node: str = "", unfold: str = "", whole: bool = True) -> AnyResponse:
    """Save a change and show what it led to: the whole outline, or only the state and the problems around it.

    `node` is where the change was made, `unfold` a new node whose settings come next.
    """
    try:
        done = drafts.save(slug, change, together=True)
    except DraftConflict as conflict:
        return refusals.conflicting(slug, conflict)
    except BadValue as bad:
        return refusals.refused(slug, say(bad.words))
    except NotFound:
        raise
    except StoreError:
        return refusals.refused(slug, _("流程太大，没有保存。可以把一部分步骤做成子流程。"))
    return _shown(slug, node, unfold, whole, refusals.beside(done))


def _shown(slug: str, node: str = "", unfold: str = "", whole: bool = True, note: str = "") -> AnyResponse:
    if "HX-Request" not in request.headers:
        if note:
            flash(note, "info")
        opened = [*request.form.getlist("open"), *([unfold] if unfold else [])]
        return redirect(url_for("editor.show", slug=slug, open=opened, _anchor=_anchor(unfold or node)))
    if whole or note:
        page = render_template("flows/_editor.html", note=note, **_page(slug, unfold))
        return make_response(
            page, {"HX-Trigger-After-Settle": json.dumps({"step-shown": {"step": unfold or node}})}
        )
    return make_response(render_template("flows/_state_only.html", **_page(slug)), {"HX-Reswap": "none"})


def _anchor(node: str) -> str | None:
    """Where a step's card is on the page. Steps may be called like parts of the page, so theirs is prefixed."""
    return f"step-{node}" if node else None


@editor.get("/nodes/<node>")
def card(slug: str, node: str) -> str | AnyResponse:
    """One card, folded or unfolded."""
    page = _page(slug)
    found = next((card for card in (*page["cards"], *page["loose"]) if card.node == node), None)
    if found is None or "HX-Request" not in request.headers:
        return redirect(
            url_for("editor.show", slug=slug, open=request.args.getlist("open"), _anchor=_anchor(node))
        )
    return render_template("flows/_card.html", card=found, **page)


@editor.post("/nodes/<node>")
def change_node(slug: str, node: str) -> AnyResponse:
    """The title and the fields of a card."""
    before = nodes_of(flows.find(company(), slug).draft).get(node, {})

    def change(draft: dict[str, Any]) -> dict[str, Any]:
        draft = edit.set_title(draft, node, request.form.get("title", ""))
        for name, spec in _specs(before).items():
            if _is_given(name, spec):
                with named(spec):
                    given = _given(name, spec)
                    if isinstance(spec, RefField) and spec.to == "flow":
                        refuse_circle(slug, str(given))
                    draft = edit.set_field(draft, node, name, given)
        return draft

    return saved(slug, change, node=node, whole=_is_renamed(before))


def refuse_circle(slug: str, into: str) -> None:
    """A flow never enters itself, neither directly nor through others."""
    if into and leads_back(slug, into, assets.of(company())):
        raise BadValue(
            "这个流程会回到自己里面，来电会绕圈，请选别的", "that flow leads back into itself: choose another"
        )


def _specs(node: Mapping[str, Any]) -> dict[str, Field]:
    kind = KINDS.get(str(node.get("kind")))
    return declared(kind) if kind else {}


def _is_given(name: str, spec: Field) -> bool:
    """Check boxes that are off are not sent at all."""
    return name in request.form or spec.widget in ("choices", "phones", "flag")


def _given(name: str, spec: Field) -> Any:
    if isinstance(spec, PhonesField):
        return _phones(name)
    if spec.widget == "flag":
        return "true" if name in request.form else "false"
    return request.form.getlist(name) if spec.widget == "choices" else request.form[name].strip()


def _phones(name: str) -> list[str]:
    """Ticked phones in the order in which they stand on the page, then typed numbers."""
    typed = edit.phone_numbers(request.form.get(f"{name}_typed", ""), dialling.rules_of(company()))
    return list(dict.fromkeys([*request.form.getlist(name), *typed]))


@contextmanager
def named(spec: Field) -> Iterator[None]:
    """Whatever is refused in here is told with the field's name."""
    try:
        yield
    except BadValue as bad:
        raise BadValue(f"{spec.words.zh}：{bad.words.zh}", f"{spec.words.en}: {bad.words.en}") from bad


def _is_renamed(before: Mapping[str, Any]) -> bool:
    """Whether other cards call this one by another name now, or it has other exits."""
    specs = _specs(before)
    rows = (name for name, spec in specs.items() if spec.widget == "rows")
    if any(list(before.get(name) or []) != request.form.get(name, "").split("\r\n") for name in rows):
        return True
    names = [name for name, spec in specs.items() if isinstance(spec, RefField)]
    return any(
        str(before.get(name) or "") != request.form.get(name, "").strip() for name in ("title", *names)
    )


@editor.post("/nodes")
def add_node(slug: str) -> AnyResponse:
    """A new step, not connected to anything yet unless it is the first."""
    kind = request.form.get("kind", "")
    node = edit.free_id(flows.find(company(), slug).draft, kind)
    return saved(slug, lambda draft: edit.add_node(draft, node, kind), unfold=node)


@editor.post("/nodes/<node>/move")
def move(slug: str, node: str) -> AnyResponse:
    steps = -1 if request.form.get("way") == "up" else 1
    return saved(slug, lambda draft: edit.move(draft, node, steps), node=node)


@editor.post("/nodes/<node>/start")
def start_here(slug: str, node: str) -> AnyResponse:
    return saved(slug, lambda draft: edit.set_start(draft, node), node=node)


@editor.get("/nodes/<node>/remove")
def ask_remove(slug: str, node: str) -> str | AnyResponse:
    """What would be disconnected."""
    editing = Editing(flows.find(company(), slug))
    nodes = nodes_of(editing.draft)
    if node not in nodes:
        return redirect(url_for("editor.show", slug=slug))
    return render_template(
        "flows/remove.html",
        flow=editing.flow,
        node=node,
        label=node_label(nodes[node], editing.assets),
        is_start=editing.draft.get("start") == node and len(nodes) > 1,
        leading=[
            (node_label(nodes[other], editing.assets), exit_words(nodes[other], name))
            for other, name in sources(editing.draft, node)
        ],
        cut_off=[
            target_label(editing.draft, other, editing.assets) for other in edit.cut_off(editing.draft, node)
        ],
        opened=request.args.getlist("open"),
    )


@editor.post("/nodes/<node>/remove")
def remove(slug: str, node: str) -> AnyResponse:
    return saved(slug, lambda draft: edit.remove_node(draft, node))


@editor.post("/settings")
def change_settings(slug: str) -> AnyResponse:
    """The flow's name and the phone that is rung when the flow itself fails."""
    name, fallback = request.form.get("name", ""), request.form.get("fallback", "")
    rules = dialling.rules_of(company())
    return saved(slug, lambda draft: edit.set_fallback(edit.set_name(draft, name), fallback, rules))


@editor.post("/undo")
def undo(slug: str) -> AnyResponse:
    return _walked(slug, drafts.undo)


@editor.post("/redo")
def redo(slug: str) -> AnyResponse:
    return _walked(slug, drafts.redo)


def _walked(slug: str, walk: Callable[[str], Flow]) -> AnyResponse:
    try:
        walk(slug)
    except DraftConflict:
        return refusals.refused(slug, drafts.conflict_text(slug), 409)
    return _shown(slug)


def first_open(draft: dict[str, Any]) -> list[str]:
    """The step that is unfolded in a new flow: the first one."""
    return [row.node for row in outline(draft).rows[:1]]
