"""A test call to a phone: it rings, whoever answers hears a sentence, and the page tells what came of it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.live import phone_tests
from app.live.phone_tests import ASKED, BARRED, FAILED, IN_CALL, LOST, OVER_LIMIT, RINGING
from app.store import flows, numbers
from app.store import phones as store
from app.web import live
from app.web.limits import limiter
from app.web.session import company
from app.web.texts import _, later

testing = Blueprint("testing", __name__, url_prefix="/phones/<slug>/test")

PER_COMPANY = "10 per minute"
GOOD, BAD, WAITING = "good", "bad", "waiting"
OUTCOMES = {
    ASKED: (WAITING, later("正在呼出……")),
    RINGING: (WAITING, later("正在响铃，请接听……")),
    "answered": (GOOD, later("接通了：这个电话能接到来电。")),
    "busy": (BAD, later("占线：电话正忙，或设了遇忙转移。过一会儿再试。")),
    "no_answer": (BAD, later("响了 25 秒没有人接。请确认有人在电话旁。")),
    "rejected": (BAD, later("被拒接：有人按了挂断，或手机拦截了 400 来电。请把 400 号码加入手机白名单。")),
    "unreachable": (BAD, later("无法接通：可能关机、停机、没有信号，或号码有误。请核对号码和话费。")),
    "cancelled": (BAD, later("呼叫被中断，请再试一次。")),
    IN_CALL: (BAD, later("这个电话正在接来电，没有打扰它。通话结束后再试。")),
    BARRED: (BAD, later("公司没有开通拨打这类号码，请联系服务商。")),
    OVER_LIMIT: (BAD, later("这一分钟呼出的电话太多，请过一分钟再试。")),
    FAILED: (BAD, later("没有打出去：请确认线路正常、400 号码已发布，再试一次。")),
    LOST: (BAD, later("呼叫控制没有回应：请在「系统状态」里查看，再试一次。")),
}


@testing.post("")
@limiter.limit(PER_COMPANY, key_func=lambda: f"phone-test:{company().id}")
def begin(slug: str) -> str | Response:
    """Have the phone rung. Without scripts, the phone's page tells what came of it when it is loaded again."""
    phone = store.find(company(), slug)
    did = _shown()
    if not did:
        flash(_("还没有已发布的 400 号码：测试呼叫要显示它。请先发布流程。"), "warning")
        return redirect(url_for("phones.detail", slug=slug))
    test = phone_tests.ask(live.redis(), company().id, phone.number, did)
    if "HX-Request" in request.headers:
        return show(slug, test.id)
    return redirect(url_for("testing.show", slug=slug, test_id=test.id))


@testing.get("/<test_id>")
def show(slug: str, test_id: str) -> str:
    """How it stands; asks again by itself until it is over."""
    phone = store.find(company(), slug)
    test = phone_tests.find(live.redis(), company().id, test_id[:64])
    state = test.state if test else LOST
    tone, words = OUTCOMES.get(state, OUTCOMES[FAILED])
    page = "phones/_test.html" if "HX-Request" in request.headers else "phones/test.html"
    return render_template(page, phone=phone, test_id=test_id, tone=tone, words=words)


def _shown() -> str:
    """The company's first 400 number whose flow is published, "" for none."""
    here = company()
    published = (
        number.did
        for number in numbers.every(here)
        if number.flow and flows.published(here, number.flow.slug)
    )
    return next(published, "")
