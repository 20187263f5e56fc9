from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.calls.publish import publish_company
from app.errors import LiveError
from app.routing.numbers import normalise
from app.store import emergencies, numbers, phones
from app.web.company.dialling import refusal
from app.web.live import redis
from app.web.session import company, me, signed_in
from app.web.texts import _

emergency = Blueprint("emergency", __name__, url_prefix="/emergency")


@emergency.get("")
def show() -> str:
    """The switch, and when it was used."""
    here = company()
    return render_template(
        "emergency/show.html",
        current=emergencies.current(here),
        latest=emergencies.latest(here),
        phones=phones.every(here),
        numbers=numbers.every(here),
        names=_names(),
    )


def _names() -> dict[str, str]:
    return {phone.number: phone.name for phone in phones.every(company())}


@emergency.post("/begin")
def begin() -> Response:
    typed = request.form.get("number", "").strip()
    target = normalise(typed) if typed else request.form.get("target", "")
    if why := refusal(typed or target):
        flash(_("没有切换：%(why)s", why=why), "danger")
        return redirect(url_for("emergency.show"))
    emergencies.begin(company(), target, me())
    return _put_in_force(_("紧急切换已打开，下一个来电就转过去。"))


@emergency.post("/end")
def end() -> Response:
    emergencies.end(company(), me())
    return _put_in_force(_("已恢复正常，下一个来电按原来的流程走。"))


def _put_in_force(done: str) -> Response:
    try:
        publish_company(redis(), company())
        flash(done, "success")
    except LiveError:
        flash(_("已保存，但实时服务暂时连不上；恢复后一分钟内自动生效。"), "warning")
    return redirect(url_for("today.show"))


@emergency.app_context_processor
def banner() -> dict[str, object]:
    """What the banner at the top of pages needs; asked for only where it is shown."""
    return {
        "emergency_now": lambda: emergencies.current(company()) if signed_in() else None,
        "phone_name": _name,
    }


def _name(number: str) -> str:
    return _names().get(number, "")
