from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.calls import notices
from app.calls.publish import publish_company
from app.errors import LiveError
from app.integrations.notices import Undelivered
from app.settings import Settings
from app.store import channels, companies
from app.web.company import dialling
from app.web.company.addresses import FIELDS, AddressFields, shown
from app.web.company.words import REASONS
from app.web.gate import owners_only
from app.web.limits import PER_ADDRESS, limiter
from app.web.live import redis
from app.web.session import company, me
from app.web.texts import _

settings = Blueprint("settings", __name__, url_prefix="/company")


@settings.get("")
@owners_only
def show() -> str:
    return _page(AddressFields(data=shown(channels.of(company(), None))))


def _page(form: AddressFields) -> str:
    over_limit_at = dialling.over_limit_at()
    return render_template(
        "company/show.html", form=form, dialling=dialling.rows(), over_limit_at=over_limit_at
    )


@settings.post("")
def save() -> str | Response:
    """How notices reach the owner, and everybody who has no way of his own."""
    form = AddressFields()
    if not form.validate_on_submit():
        return _page(form)
    channels.put(company(), None, form.channels().values())
    flash(_("已保存。"), "success")
    return redirect(url_for("settings.show"))


@settings.post("/webhook-secret")
def renew_secret() -> Response:
    changed = companies.renew_webhook_secret(company())
    try:
        publish_company(redis(), changed)
        flash(_("密钥已更换，下一个来电起用新密钥签名。"), "success")
    except LiveError:
        flash(_("已保存，但实时服务暂时连不上；恢复后一分钟内自动生效。"), "warning")
    return redirect(url_for("settings.show", _anchor="secret"))


@settings.post("/test")
@limiter.limit(PER_ADDRESS)
def test() -> str:
    """Send something to an address as it is typed, saved or not, and tell whether it was taken."""
    form, name = AddressFields(), request.form.get("test", "")
    form.validate()
    wrong = form[name].errors if name in FIELDS else [_("请先填写地址")]
    channel = None if wrong else form.channels().get(name)
    if channel is None:
        return _tested(wrong[0] if wrong else _("请先填写地址"))
    here: Settings = current_app.config["SETTINGS"]
    notice = notices.test_notice(company(), _("这是一条测试消息，由 %(who)s 发出。", who=me().name))
    try:
        notices.send(here, channel, notice)
    except Undelivered as why:
        return _tested(REASONS[why.reason], why.detail)
    return _tested("")


def _tested(problem: str, detail: str = "") -> str:
    return render_template("company/_tested.html", problem=problem, detail=detail)


@settings.app_context_processor
def offered() -> dict[str, object]:
    """Which ways the operator has set up."""
    here: Settings = current_app.config["SETTINGS"]
    return {"has_mail": bool(here.smtp and here.mail_from), "has_sms": bool(here.sms_url)}
