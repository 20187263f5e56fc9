from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, send_from_directory, url_for
from werkzeug.wrappers import Response

from app.calls import sounds
from app.calls.sounds import TooBusy
from app.flow.system_prompts import SYSTEM_PROMPTS, system_file
from app.integrations import audio
from app.integrations.speech import SpeechError
from app.store import prompts as store
from app.store.db import Conflict
from app.store.references import flows_with, used_in
from app.web.flows.publishing import unpublished_changes
from app.web.limits import limiter
from app.web.prompts import making
from app.web.prompts.forms import FILE_ENDINGS, LANGUAGE_NAMES, ListenForm, NameForm, NewPromptForm, SoundForm
from app.web.session import company, me
from app.web.slugs import free_slug
from app.web.texts import _, later

prompts = Blueprint("prompts", __name__, url_prefix="/prompts")

FORM_BYTES = 1024 * 1024  # what an upload's form has beside the file
SOUNDS_PER_ADDRESS = "60 per 5 minutes"
SOURCES = {"speech": later("朗读"), "upload": later("上传"), "recording": later("录音")}


@prompts.url_value_preprocessor
def _let_sounds_in(_endpoint: str | None, _values: dict[str, str] | None) -> None:
    """Sounds are larger than anything else that is sent to the console. Before anybody reads the form."""
    request.max_content_length = audio.MAX_BYTES + FORM_BYTES


@prompts.teardown_request
def _forget_files(_error: BaseException | None) -> None:
    """Whatever was sent along lies in a temporary file."""
    request.close()


@prompts.context_processor
def _names() -> dict[str, object]:
    return {
        "LANGUAGE_NAMES": LANGUAGE_NAMES,
        "SOURCES": SOURCES,
        "FILE_ENDINGS": FILE_ENDINGS,
        "MAX_BYTES": audio.MAX_BYTES,
    }


@prompts.get("")
def index() -> str:
    here = company()
    return render_template(
        "prompts/list.html",
        prompts=store.every(here),
        spoken=store.spoken(here),
        used=used_in(here, "prompt"),
        changes=unpublished_changes(),
        system=list(enumerate(SYSTEM_PROMPTS.items(), 1)),
    )


@prompts.route("/new", methods=["GET", "POST"])
def new() -> str | Response:
    form = NewPromptForm()
    if form.validate_on_submit():
        sound = making.made(form, form.language.data)
        if sound:
            slug = free_slug("prompt", {prompt.slug for prompt in store.every(company())})
            options = {**sound._asdict(), "language": form.language.data, "user": me()}
            store.create(company(), slug, form.tidy_name, **options)
            flash(_("已添加 %(name)s。", name=form.tidy_name), "success")
            return redirect(url_for("prompts.index"))
    return render_template("prompts/sound.html", form=form, prompt=None, spoken_in=None)


@prompts.route("/<slug>/edit", methods=["GET", "POST"])
def edit(slug: str) -> str | Response:
    prompt = store.find(company(), slug)
    form = NameForm(obj=prompt)
    if form.validate_on_submit():
        store.rename(company(), slug, form.tidy_name)
        flash(_("已保存。"), "success")
        return redirect(url_for("prompts.index"))
    spoken = store.spoken(company()).get(slug, {})
    return render_template(
        "prompts/edit.html",
        form=form,
        prompt=prompt,
        spoken=spoken,
        current={version.id for version in spoken.values()},
        versions=store.versions(company(), slug),
        used=flows_with(company(), "prompt", slug),
        changes=unpublished_changes(),
    )


@prompts.route("/<slug>/sounds/<language>", methods=["GET", "POST"])
def change_sound(slug: str, language: str) -> str | Response:
    """A new sound in one language."""
    prompt = store.find(company(), slug)
    if language not in LANGUAGE_NAMES:
        abort(404)
    now = store.spoken(company()).get(slug, {}).get(language)
    form = SoundForm(text=now.text if now else "")
    if form.validate_on_submit():
        sound = making.made(form, language)
        if sound:
            store.add_sound(company(), slug, language, sound, me())
            sounds.sweep(company(), making.folder())
            flash(_("已换成新的声音。"), "success")
            return redirect(url_for("prompts.edit", slug=slug))
    return render_template("prompts/sound.html", form=form, prompt=prompt, spoken_in=language)


@prompts.post("/<slug>/versions/<language>/<int:number>/restore")
def restore(slug: str, language: str, number: int) -> Response:
    store.restore(company(), slug, language, number, me())
    flash(_("已恢复第 %(n)s 版。", n=number), "success")
    return redirect(url_for("prompts.edit", slug=slug))


@prompts.post("/listen")
@limiter.limit(SOUNDS_PER_ADDRESS)
def listen() -> str | tuple[str, int]:
    """How a text would sound that is not saved yet."""
    form = ListenForm()
    if not form.validate():
        return render_template("prompts/_heard.html", problem=_("请填写要朗读的文字")), 422
    try:
        heard = making.spoken((form.text.data or "").strip(), form.language.data, form.voice.data)
    except SpeechError:
        return render_template("prompts/_heard.html", problem=_("这段文字读不出来，请换一种写法")), 422
    except TooBusy:
        return render_template("prompts/_heard.html", problem=making.busy()), 422
    note = making.offline_note() if heard.offline else ""
    return render_template(
        "prompts/_heard.html", sound=heard.sound, name=sounds.heard_name(heard.sound), note=note
    )


@prompts.post("/<slug>/delete")
def delete(slug: str) -> Response:
    prompt = store.find(company(), slug)
    try:
        sounds.remove(company(), slug, making.folder())
    except Conflict:
        flash(_("「%(name)s」还在使用，不能删除：%(where)s", name=prompt.name, where=_where(slug)), "danger")
        return redirect(url_for("prompts.edit", slug=slug))
    flash(_("已删除 %(name)s。", name=prompt.name), "success")
    return redirect(url_for("prompts.index"))


def _where(slug: str) -> str:
    flows = flows_with(company(), "prompt", slug)
    return _("、").join(_("流程「%(name)s」", name=flow.name) for flow in flows) or _("等待队列")


@prompts.get("/<slug>/sound")
def sound(slug: str) -> Response:
    """The sound of a prompt, for the play button."""
    return _sound(store.find(company(), slug).file)


@prompts.get("/<slug>/versions/<language>/<int:number>/sound")
def version_sound(slug: str, language: str, number: int) -> Response:
    return _sound(store.version(company(), slug, language, number).file)


@prompts.get("/heard/<name>/sound")
def heard_sound(name: str) -> Response:
    """A sound of the company's that is not saved yet."""
    if not name.isalnum():
        abort(404)
    return _sound(f"{company().id}/{name}.wav")


@prompts.get("/system/<int:number>/sound")
def system_sound(number: int) -> Response:
    """The sound of one of the system's own prompts, counted from 1."""
    keys = list(SYSTEM_PROMPTS)
    if not 1 <= number <= len(keys):
        abort(404)
    return _sound(system_file(keys[number - 1]))


def _sound(file: str) -> Response:
    """The file out of the prompts folder; 404 when there is none, or when the name leads out of the folder."""
    return send_from_directory(making.folder(), file or "-", conditional=True)
