"""Steps and whole branches, copied, moved to another slot, and put into another order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from app.flow import branch
from app.flow.branch import Slot
from app.flow.kinds import KINDS
from app.flow.nodes.base import Exit
from app.flow.outline import Draft, Row, exits_of, node_label, nodes_of, outline, target_label
from app.store import flows
from app.store.db import NotFound
from app.web.flows import refusals
from app.web.flows.drafts import Editing
from app.web.flows.editor import saved
from app.web.session import company
from app.words import Words

branches = Blueprint("branches", __name__, url_prefix="/flows/<slug>")

COPY, MOVE = "copy", "move"


class Offer(NamedTuple):
    """A step with its slots: the way out, what it leads to, "" for a free one."""

    row: Row
    label: Words
    icon: str
    slots: list[tuple[Exit, str, Words]]


@branches.errorhandler(NotFound)
def _gone(_error: NotFound) -> AnyResponse:
    return refusals.gone(str((request.view_args or {}).get("slug", "")))


@branches.post("/nodes/<node>/duplicate")
def duplicate(slug: str, node: str) -> AnyResponse:
    """A second step of the same settings, not connected yet."""
    draft = flows.find(company(), slug).draft
    made = branch.duplicate(draft, node)[1] if node in nodes_of(draft) else ""
    return saved(slug, lambda draft: branch.duplicate(draft, node)[0], unfold=made)


@branches.post("/nodes/<node>/arrange")
def arrange(slug: str, node: str) -> AnyResponse:
    """Among the steps under the same step, before another of them or last."""
    before = request.form.get("before", "")
    return saved(slug, lambda draft: branch.arrange(draft, node, before), node=node)


@branches.post("/slots/swap")
def swap(slug: str) -> AnyResponse:
    """Two slots change places: what was dragged, and where it was dropped."""
    form = request.form
    dragged = Slot(form.get("from_node", ""), form.get("from_exit", ""))
    dropped = Slot(form.get("node", ""), form.get("exit", ""))
    return saved(slug, lambda draft: branch.swap(draft, dragged, dropped), node=dropped.node)


@branches.get("/nodes/<node>/place")
def ask_place(slug: str, node: str) -> str:
    """All slots to which a branch can be moved or copied."""
    editing = Editing(flows.find(company(), slug))
    nodes = nodes_of(editing.draft)
    if node not in nodes:
        raise NotFound(f"no step {node}")
    how = COPY if request.args.get("how") == COPY else MOVE
    inside = branch.branch(editing.draft, node)
    return render_template(
        "flows/place.html",
        flow=editing.flow,
        node=node,
        how=how,
        label=node_label(nodes[node], editing.assets),
        size=len(inside),
        offers=list(_offers(editing, set() if how == COPY else set(inside), node)),
        opened=request.args.getlist("open"),
    )


def _offers(editing: Editing, without: set[str], moving: str) -> Iterator[Offer]:
    draft: Draft = editing.draft
    tree = outline(draft)
    for row in (*tree.rows, *tree.loose):
        node = nodes_of(draft)[row.node]
        kind = KINDS.get(str(node.get("kind")))
        if kind is None or row.node in without:
            continue
        given: dict[str, Any] = exits_of(node)
        slots = [
            (way, given.get(way.name, ""), target_label(draft, given.get(way.name, ""), editing.assets))
            for way in kind.ways_of(node)
            if given.get(way.name) != moving
        ]
        if slots:
            yield Offer(row, node_label(node, editing.assets), kind.icon, slots)


@branches.post("/nodes/<node>/place")
def place(slug: str, node: str) -> AnyResponse:
    """Move the branch to the slot, or a copy of it."""
    holder, _colon, exit_name = request.form.get("slot", "").partition(":")
    slot = Slot(holder, exit_name)
    if request.form.get("how") == COPY:
        return saved(slug, lambda draft: branch.copy_branch(draft, node, slot)[0], node=holder)
    return saved(slug, lambda draft: branch.connect(draft, node, slot), node=holder)
