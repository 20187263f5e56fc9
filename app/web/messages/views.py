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

from app.calls import notices
from app.errors import LiveError
from app.store import deliveries, phones, tasks, voicemails
from app.store.db import Conflict
from app.web.company.words import REASONS, WAYS
from app.web.gate import members_may, owners_only
from app.web.live import redis
from app.web.session import company, me
from app.web.texts import _, later

messages = Blueprint("messages", __name__, url_prefix="/messages")

MAX_PAGE = 10_000
KEPT_DAYS = voicemails.KEPT_DELETED.days
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
    return render_template(
        "messages/list.html",
        page=page,
        shows_all=shows_all,
        kept_days=KEPT_DAYS,
        has_deleted=voicemails.deleted(company()).total > 0,
        **_counts(),
    )


@messages.get("/tasks")
def to_do() -> str:
    """Things to do; with `all` those that are done."""
    shows_all = "all" in request.args
    page = tasks.search(company(), _page(), done=shows_all)
    names = {phone.slug: phone.name for phone in phones.every(company())}
    return render_template(
        "messages/tasks.html",
        page=page,
        shows_all=shows_all,
        kinds=KINDS,
        names=names,
        deliveries=deliveries.of_tasks(company(), page.items),
        ways=WAYS,
        reasons=REASONS,
        **_counts(),
    )


def _page() -> int:
    asked = request.args.get("page", "1")
    return min(int(asked), MAX_PAGE) if asked.isdecimal() and len(asked) < 6 else 1


def _counts() -> dict[str, int]:
    """What the tabs say."""
    return {"unheard": voicemails.count_unheard(company()), "open_tasks": tasks.search(company()).total}


@messages.get("/<call_id>/sound")
def sound(call_id: str) -> Response:
    """The message itself; 404 when its file is gone, or when the name leads out of the folder.

    Owners hear deleted ones as well, to know what they bring back.
    """
    find = voicemails.find_any if me().role == "owner" else voicemails.find
    message = find(company(), call_id)
    folder = Path(current_app.config["SETTINGS"].recordings_dir).resolve()
    return send_from_directory(folder, message.file or "-", conditional=True)


@messages.post("/<call_id>/done")
@members_may
def take_care(call_id: str) -> Response:
    """Somebody heard it and took care of it."""
    voicemails.mark_heard(company(), call_id, me())
    flash(_("已标记为处理过。"), "success")
    return redirect(url_for("messages.index"))


@messages.post("/<call_id>/again")
@members_may
def take_up(call_id: str) -> Response:
    """It is to be heard again, by somebody else or later."""
    voicemails.mark_unheard(company(), call_id)
    flash(_("已标记为未处理。"), "success")
    return redirect(url_for("messages.index", all=1))


@messages.get("/deleted")
@owners_only
def deleted() -> str:
    """Deleted messages as long as they can be brought back."""
    page = voicemails.deleted(company(), _page())
    return render_template("messages/deleted.html", page=page, shows_all=False, kept_days=KEPT_DAYS)


@messages.post("/<call_id>/delete")
def delete(call_id: str) -> Response:
    voicemails.delete(company(), call_id, me())
    flash(_("留言已删除，%(n)s 天内可在「已删除」里恢复。", n=KEPT_DAYS), "success")
    return redirect(url_for("messages.index"))


@messages.post("/<call_id>/restore")
def restore(call_id: str) -> Response:
    voicemails.restore(company(), call_id)
    flash(_("留言已恢复。"), "success")
    return redirect(url_for("messages.deleted"))


@messages.post("/tasks/<int:task_id>/done")
@members_may
def finish(task_id: int) -> Response:
    tasks.finish(company(), task_id, me())
    flash(_("已完成。"), "success")
    return redirect(url_for("messages.to_do"))


@messages.post("/deliveries/<int:delivery_id>/again")
def send_again(delivery_id: int) -> Response:
    """Send a notice once more that had not arrived."""
    try:
        notices.enqueue(redis(), [deliveries.try_again(company(), delivery_id)])
        flash(_("正在重新发送。"), "success")
    except Conflict:
        flash(_("它已经在发送了。"), "warning")
    except LiveError:
        flash(_("实时服务暂时连不上；恢复后几分钟内自动发送。"), "warning")
    return redirect(url_for("messages.to_do"))
