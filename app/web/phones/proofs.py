"""The real-name proof of a phone: sent in, looked at by owners, accepted or refused by the carrier."""

from __future__ import annotations

from pathlib import Path

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    request,
    send_from_directory,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from app.integrations import papers
from app.integrations.papers import BadPaper
from app.settings import Settings
from app.store import phones
from app.store import proofs as store
from app.web.forms import tidy
from app.web.gate import owners_only
from app.web.language import say
from app.web.session import company, me
from app.web.texts import _, later

proofs = Blueprint("proofs", __name__, url_prefix="/phones/<slug>/proof")

FORM_BYTES = 1024 * 1024  # what an upload's form has beside the file
KINDS = {"bill": later("话费账单"), "identity": later("身份证件"), "letter": later("承诺书")}
STATES = {
    "none": (later("没有凭证"), "is-stopped"),
    "submitted": (later("已提交"), "is-changed"),
    "accepted": (later("已通过"), "is-live"),
    "refused": (later("未通过"), "is-stopped"),
}
DECISIONS = (store.ACCEPTED, store.REFUSED)


@proofs.url_value_preprocessor
def _let_scans_in(_endpoint: str | None, _values: dict[str, str] | None) -> None:
    """Scans are large. Before anybody reads the form."""
    request.max_content_length = papers.MAX_BYTES + FORM_BYTES


@proofs.teardown_request
def _forget_files(_error: BaseException | None) -> None:
    """Whatever was sent along lies in a temporary file."""
    request.close()


@proofs.post("")
def send(slug: str) -> AnyResponse:
    """Send in a proof; it takes the place of the one before."""
    phones.find(company(), slug)
    kind, file = request.form.get("kind", ""), request.files.get("file")
    back = redirect(url_for("phones.detail", slug=slug, _anchor="proof"))
    if kind not in KINDS or not file or not file.filename:
        flash(_("请选择凭证种类和文件。"), "danger")
        return back
    content = file.read(papers.MAX_BYTES + 1)
    try:
        ending = papers.ending_of(content)
    except BadPaper as bad:
        flash(say(bad.words), "danger")
        return back
    name = papers.keep(folder(), content, ending)
    media = papers.MEDIA[ending]
    before = store.put(company(), slug, kind=kind, file=name, media=media, size=len(content), user=me())
    forget(before)
    flash(_("已提交凭证。运营商答复后，在这里记下结果。"), "success")
    return back


@proofs.post("/decision")
def decide(slug: str) -> AnyResponse:
    """Note down what the carrier said."""
    phones.find(company(), slug)
    state, reason = request.form.get("state", ""), tidy(request.form.get("reason"))
    if state not in DECISIONS:
        abort(400)
    if state == store.REFUSED and not reason:
        flash(_("请写上运营商不通过的原因，方便重新提交。"), "danger")
    else:
        store.decide(company(), slug, state, reason)
        flash(_("已记下运营商的答复。"), "success")
    return redirect(url_for("phones.detail", slug=slug, _anchor="proof"))


@proofs.get("/file")
@owners_only
def show(slug: str) -> Response:
    """The scan itself, taken for nothing but what it is."""
    proof = store.find(company(), slug)
    return send_from_directory(folder(), proof.file, mimetype=proof.media, max_age=0)


def folder() -> Path:
    """Where the company's proofs are."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings.home / "proofs" / str(company().id)


def forget(name: str) -> None:
    """Remove the file of a proof that is no more; "" for none."""
    if name:
        (folder() / name).unlink(missing_ok=True)
