"""Prompts made where they are heard: a new one for a step's setting, or new words for the one it plays."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from app.calls import sounds
from app.flow import edit
from app.flow.fields import RefField, declared
from app.flow.kinds import KINDS
from app.flow.outline import node_label, nodes_of
from app.integrations import audio
from app.store import flows
from app.store import prompts as store
from app.store.db import NotFound
from app.store.models import Prompt
from app.store.references import flows_with
from app.web.flows import refusals
from app.web.flows.drafts import Editing
from app.web.flows.editor import saved
from app.web.language import say
from app.web.prompts import making
from app.web.prompts.forms import FILE_ENDINGS, NewPromptForm, SoundForm
from app.web.prompts.views import FORM_BYTES
from app.web.session import company, me
from app.web.slugs import free_slug

voices = Blueprint("voices", __name__, url_prefix="/flows/<slug>/nodes/<node>/voices/<field>")


@voices.url_value_preprocessor
def _let_sounds_in(_endpoint: str | None, _values: dict[str, str] | None) -> None:
    """As on the pages of prompts. Before anybody reads the form."""
    request.max_content_length = audio.MAX_BYTES + FORM_BYTES


@voices.teardown_request
def _forget_files(_error: BaseException | None) -> None:
    request.close()


@voices.errorhandler(NotFound)
def _gone(_error: NotFound) -> AnyResponse:
    return refusals.gone(str((request.view_args or {}).get("slug", "")))


@voices.route("/new", methods=["GET", "POST"])
def new(slug: str, node: str, field: str) -> AnyResponse:
    """A new prompt, which the step plays from then on."""
    editing = _editing(slug, node, field)
    usual = say(node_label(nodes_of(editing.draft)[node], editing.assets))
    form = NewPromptForm(name=usual)
    if form.validate_on_submit():
        sound = making.made(form, form.language.data)
        if sound:
            made = free_slug("prompt", {prompt.slug for prompt in store.every(company())})
            options = {**sound._asdict(), "language": form.language.data, "user": me()}
            store.create(company(), made, form.tidy_name, **options)
            return saved(slug, lambda draft: edit.set_field(draft, node, field, made), node=node)
    return _sheet(editing, node, field, form)


@voices.route("/<prompt>", methods=["GET", "POST"])
def change(slug: str, node: str, field: str, prompt: str) -> AnyResponse:
    """Other words, or another sound, for a prompt; steps and flows that play it play the new one once published."""
    editing = _editing(slug, node, field)
    found = store.find(company(), prompt)
    form = SoundForm(text=found.text)
    if form.validate_on_submit():
        sound = making.made(form, found.language)
        if sound:
            store.add_sound(company(), prompt, found.language, sound, me())
            sounds.sweep(company(), making.folder())
            return saved(slug, lambda draft: draft, node=node)
    return _sheet(editing, node, field, form, found)


def _editing(slug: str, node: str, field: str) -> Editing:
    """The draft; NotFound when the step has no such setting."""
    editing = Editing(flows.find(company(), slug))
    kind = KINDS.get(str(nodes_of(editing.draft).get(node, {}).get("kind")))
    spec = declared(kind).get(field) if kind else None
    if not isinstance(spec, RefField) or spec.to != "prompt":
        raise NotFound(f"{node} has no prompt {field}")
    return editing


def _sheet(
    editing: Editing, node: str, field: str, form: SoundForm, prompt: Prompt | None = None
) -> AnyResponse:
    page = render_template(
        "flows/voice.html",
        flow=editing.flow,
        node=node,
        field=field,
        form=form,
        prompt=prompt,
        others=[
            flow
            for flow in (flows_with(company(), "prompt", prompt.slug) if prompt else [])
            if flow.slug != editing.flow.slug
        ],
        opened=request.values.getlist("open"),
        FILE_ENDINGS=FILE_ENDINGS,
        MAX_BYTES=audio.MAX_BYTES,
    )
    if request.method == "GET":
        return make_response(page)
    return make_response(page, 422, {"HX-Retarget": "#sheet", "HX-Reswap": "innerHTML"})
