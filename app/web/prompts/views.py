from __future__ import annotations

from pathlib import Path

from flask import Blueprint, abort, current_app, render_template, send_from_directory
from werkzeug.wrappers import Response

from app.flow.system_prompts import SYSTEM_PROMPTS, system_file
from app.store import prompts as store
from app.web.session import company

prompts = Blueprint("prompts", __name__, url_prefix="/prompts")


@prompts.get("")
def index() -> str:
    return render_template(
        "prompts/list.html", prompts=store.every(company()), system=list(enumerate(SYSTEM_PROMPTS.items(), 1))
    )


@prompts.get("/<slug>/sound")
def sound(slug: str) -> Response:
    """The sound of a prompt, for the play button."""
    prompt = store.find(company(), slug)
    return _sound(prompt.file)


@prompts.get("/system/<int:number>/sound")
def system_sound(number: int) -> Response:
    """The sound of one of the system's own prompts, counted from 1."""
    keys = list(SYSTEM_PROMPTS)
    if not 1 <= number <= len(keys):
        abort(404)
    return _sound(system_file(keys[number - 1]))


def _sound(file: str) -> Response:
    """The file out of the prompts folder; 404 when there is none, or when the name leads out of the folder."""
    folder = Path(current_app.config["SETTINGS"].prompts_dir)
    return send_from_directory(folder, file or "-", conditional=True)
