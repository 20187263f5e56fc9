"""Where an exit leads: the picker with all steps, new steps, bound phones, and a number to type."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from app.flow import edit
from app.flow.kinds import KINDS
from app.flow.outline import exit_words, exits_of, node_label, nodes_of, outline
from app.flow.system_prompts import SYSTEM_PROMPTS
from app.store import dialling, flows
from app.web.flows.drafts import Editing
from app.web.flows.editor import saved
from app.web.flows.palette import palette
from app.web.session import company

exits = Blueprint("exits", __name__, url_prefix="/flows/<slug>/nodes/<node>/exits")

NEW = "new:"


@exits.get("/<exit_name>")
def pick(slug: str, node: str, exit_name: str) -> str:
    editing = Editing(flows.find(company(), slug))
    nodes = nodes_of(editing.draft)
    kind = KINDS.get(str(nodes.get(node, {}).get("kind")))
    way = next((way for way in (kind.ways_of(nodes[node]) if kind else ()) if way.name == exit_name), None)
    if way is None:
        abort(404)
    tree = outline(editing.draft)
    rows = (*tree.rows, *tree.loose)
    return render_template(
        "flows/pick.html",
        flow=editing.flow,
        node=node,
        way=way,
        label=node_label(nodes[node], editing.assets),
        exit_words=exit_words(nodes[node], exit_name),
        target=exits_of(nodes[node]).get(exit_name, ""),
        otherwise=exit_words(nodes[node], way.otherwise) if way.otherwise else None,
        farewell=SYSTEM_PROMPTS.get(way.farewell, ""),
        steps=[(row, nodes[row.node], node_label(nodes[row.node], editing.assets)) for row in rows],
        kinds=KINDS,
        palette=list(palette()),
        phones=list(editing.assets.phones.values()),
        opened=request.args.getlist("open"),
    )


@exits.post("/<exit_name>")
def lead(slug: str, node: str, exit_name: str) -> AnyResponse:
    """Lead the exit to a step, a new step ("new:hunt"), a number, or nowhere."""
    target = request.form.get("target", "").strip() or request.form.get("number", "").strip()
    if not target.startswith(NEW):
        rules = dialling.rules_of(company())
        return saved(slug, lambda draft: edit.set_exit(draft, node, exit_name, target, rules), node=node)
    kind = target.removeprefix(NEW)
    made = edit.free_id(flows.find(company(), slug).draft, kind)

    def change(draft: dict[str, Any]) -> dict[str, Any]:
        return edit.set_exit(edit.add_node(draft, made, kind), node, exit_name, made)

    return saved(slug, change, node=node, unfold=made)
