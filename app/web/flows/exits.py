"""Where an exit leads: the picker with all steps, new steps, bound phones, and a number to type."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from app.flow import branch, edit
from app.flow.branch import Slot
from app.flow.kinds import KINDS
from app.flow.outline import exit_words, exits_of, node_label, nodes_of, outline
from app.flow.system_prompts import SYSTEM_PROMPTS
from app.store import dialling, flows
from app.store.db import NotFound
from app.web.flows import refusals
from app.web.flows.drafts import Editing
from app.web.flows.editor import refuse_circle, saved
from app.web.flows.palette import palette
from app.web.session import company
from app.words import Words

exits = Blueprint("exits", __name__, url_prefix="/flows/<slug>/nodes/<node>/exits")

NEW, COPY = "new:", "copy:"


class Reference(NamedTuple):
    """A kind of step that a group, queue, prompt or flow fills at once: the field, and what the list is called."""

    kind: str
    field: str
    to: str
    words: Words


REFERENCES = (
    Reference("hunt", "group", "group", Words("转给接听组", "Ring a group")),
    Reference("queue", "queue", "queue", Words("进入队列", "Wait in a queue")),
    Reference("announce", "prompt", "prompt", Words("播放语音", "Play a prompt")),
    Reference("subflow", "flow", "flow", Words("进入其他流程", "Enter another flow")),
)


@exits.errorhandler(NotFound)
def _gone(_error: NotFound) -> AnyResponse:
    return refusals.gone(str((request.view_args or {}).get("slug", "")))


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
        references=[(one, _named(editing, one, slug)) for one in REFERENCES],
        opened=request.args.getlist("open"),
    )


def _named(editing: Editing, reference: Reference, slug: str) -> list[tuple[str, str]]:
    """What such a step can be filled with; not the flow itself."""
    found = editing.assets.of(reference.to).items()
    return [(key, asset.name or key) for key, asset in found if reference.to != "flow" or key != slug]


@exits.post("/<exit_name>")
def lead(slug: str, node: str, exit_name: str) -> AnyResponse:
    """Lead the exit to a step, a new one, a copy of a branch, a number, or nowhere."""
    target = request.form.get("target", "").strip() or request.form.get("number", "").strip()
    if target.startswith(NEW):
        return _lead_to_new(slug, Slot(node, exit_name), *target.removeprefix(NEW).partition(":")[::2])
    if target.startswith(COPY):
        slot, copied = Slot(node, exit_name), target.removeprefix(COPY)
        return saved(slug, lambda draft: branch.copy_branch(draft, copied, slot)[0], node=node)
    rules = dialling.rules_of(company())
    return saved(slug, lambda draft: edit.set_exit(draft, node, exit_name, target, rules), node=node)


def _lead_to_new(slug: str, slot: Slot, kind: str, asset: str) -> AnyResponse:
    """A new step, at work at once when it is named what it plays, rings or enters."""
    made = edit.free_id(flows.find(company(), slug).draft, kind)
    field = next((reference.field for reference in REFERENCES if reference.kind == kind), "")

    def change(draft: dict[str, Any]) -> dict[str, Any]:
        draft = edit.add_node(draft, made, kind)
        if asset and field:
            if kind == "subflow":
                refuse_circle(slug, asset)
            draft = edit.set_field(draft, made, field, asset)
        return edit.set_exit(draft, *slot, made)

    return saved(slug, change, node=slot.node, unfold="" if asset else made)
