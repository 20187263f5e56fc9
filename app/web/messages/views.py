from __future__ import annotations

from pathlib import Path

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from werkzeug.wrappers import Response

from app.store import phones, tasks, voicemails
from app.web.gate import members_may
from app.web.session import company, me
from app.web.texts import _, later

messages = Blueprint("messages", __name__, url_prefix="/messages")

MAX_PAGE = 10_000
KINDS = {
    "missed_call": (later("未接来电"), "phone-x"),
    "low_mark": (later("低分"), "mood-sad"),
    "notice": (later("通知"), "bell"),
}


@messages.get("")
def index() -> str:
    """Voice messages, the newest first; with `all` those too that somebody took care of."""
    shows_all = "all" in request.args
    page = voicemails.search(company(), _page(), unheard=not shows_all)
    return render_template("messages/list.html", page=page, shows_all=shows_all, **_counts())


@messages.get("/tasks")
def to_do() -> str:
    """Things to do; with `all` those that are done."""
    shows_all = "all" in request.args
    page = tasks.search(company(), _page(), done=shows_all)
    names = {phone.slug: phone.name for phone in phones.every(company())}
    return render_template(
        "messages/tasks.html", page=page, shows_all=shows_all, kinds=KINDS, names=names, **_counts()
    )


def _page() -> int:
    asked = request.args.get("page", "1")
    return min(int(asked), MAX_PAGE) if asked.isdecimal() and len(asked) < 6 else 1


def _counts() -> dict[str, int]:
    """What the tabs say."""
    return {"unheard": voicemails.count_unheard(company()), "open_tasks": tasks.search(company()).total}


@messages.get("/<call_id>/sound")
def sound(call_id: str) -> Response:
    """The message itself; 404 when its file is gone, or when the name leads out of the folder."""
    message = voicemails.find(company(), call_id)
    folder = Path(current_app.config["SETTINGS"].recordings_dir).resolve()
    return send_from_directory(folder, message.file or "-", conditional=True)


@messages.post("/<call_id>/done")
@members_may
def take_care(call_id: str) -> Response:
    """Somebody heard it and took care of it."""
    voicemails.mark_heard(company(), call_id, me())
    flash(_("已标记为处理过。"), "success")
    return redirect(url_for("messages.index"))


@messages.post("/tasks/<int:task_id>/done")
@members_may
def finish(task_id: int) -> Response:
    tasks.finish(company(), task_id, me())
    flash(_("已完成。"), "success")
    return redirect(url_for("messages.to_do"))
