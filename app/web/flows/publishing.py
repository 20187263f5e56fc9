"""Publishing a draft: now or at a time, for good or until another."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.calls import last_week, planned
from app.calls.publish import publish_assets, publish_flow
from app.errors import DocumentError, LiveError
from app.store import assets as company_assets
from app.store import flows, plans
from app.store.db import Conflict
from app.store.models import Flow
from app.store.plans import TooManyPlans
from app.web.flows import drafts, when
from app.web.flows.drafts import asset_changes
from app.web.flows.proposal import Proposal
from app.web.flows.when import BadTime, When
from app.web.formats import moment
from app.web.language import say
from app.web.live import redis
from app.web.session import company, me
from app.web.texts import _

publishing = Blueprint("publishing", __name__, url_prefix="/flows")

MAX_NOTE = 200
BACK = ("hours", "lists", "queues", "prompts")  # families of pages that show what is not published yet


@publishing.get("/<slug>/publish")
def ask(slug: str) -> str:
    """The differences in words, before anything happens."""
    return _sheet(flows.find(company(), slug), when.suggested())


def _sheet(flow: Flow, given: dict[str, str], problem: str = "") -> str:
    return render_template(
        "flows/publish.html",
        flow=flow,
        proposal=Proposal(flow, flow.draft),
        given=given,
        problem=problem,
        planned=plans.waiting(company(), flow.slug),
        told=_last_week(flow),
    )


def _last_week(flow: Flow) -> dict[str, object] | None:
    try:
        return last_week.found(redis(), flow)
    except LiveError:
        return None


@publishing.post("/<slug>/publish")
def publish(slug: str) -> Response | tuple[str, int]:
    """Publish what the sheet showed, or plan it; nothing when the draft has changed since."""
    flow = flows.find(company(), slug)
    if drafts.expected_revision() != flow.draft_revision:
        flash(drafts.conflict_text(slug), "danger")
        return redirect(url_for("editor.show", slug=slug))
    try:
        _publish(slug, when.read(request.form))
    except BadTime as wrong:
        return _sheet(flow, request.form.to_dict(), str(wrong)), 422
    except TooManyPlans:
        text = _("已经有 %(n)s 个定时发布在等，请先取消不要的。", n=plans.MOST_WAITING)
        return _sheet(flow, request.form.to_dict(), text), 422
    except DocumentError as wrong:
        flash(why_not(wrong), "danger")
    except LiveError:
        flash(late(), "warning")
    return redirect(url_for("editor.show", slug=slug))


def _publish(slug: str, at: When) -> None:
    reason = note()
    if at.at:
        plan = planned.plan(company(), slug, at.at, me(), reason, at.until)
        flash(
            _("已计划在 %(when)s 发布。之后再改草稿，不影响这次计划。", when=moment(plan.due_at)), "success"
        )
        return
    if at.until:
        version = planned.publish_until(redis(), company(), slug, at.until, me(), reason)
    else:
        version = publish_flow(redis(), company(), slug, me(), reason)
    flash(_("已发布第 %(n)s 版，下一个来电就按新的流程走。", n=version.version), "success")


def note() -> str:
    """Why, as the form says it."""
    return request.form.get("note", "").strip()[:MAX_NOTE]


def why_not(wrong: DocumentError) -> str:
    """Which test failed, else that there are errors, which the editor shows."""
    failed = [say(problem.words) for problem in wrong.problems if problem.code == "test_failed"]
    return _("不能发布。%(why)s", why=failed[0]) if failed else _("还有错误没有解决，不能发布。")


def late() -> str:
    return _("已发布，但实时服务暂时连不上；恢复后一分钟内自动生效。")


@publishing.post("/<slug>/plans/<int:plan_id>/cancel")
def cancel(slug: str, plan_id: int) -> Response:
    """Take back what was planned."""
    try:
        plans.cancel(company(), plan_id, me())
        flash(_("已取消，到时不会发布。"), "success")
    except Conflict:
        flash(_("它已经发布或取消了。"), "warning")
    return redirect(url_for("publishing.versions", slug=slug))


@publishing.post("/publish-assets")
def publish_changed_assets() -> Response:
    """Let the published flows know of what changed outside of the flows themselves."""
    try:
        publish_assets(redis(), company(), me(), _("更新电话、接听组、名单、营业时间"))
        flash(_("更改已生效。"), "success")
    except DocumentError as wrong:
        problem = next(problem for problem in wrong.problems if problem.is_error)
        flash(_("不能生效：%(why)s", why=say(problem.words)), "danger")
    except LiveError:
        flash(late(), "warning")
    back = request.form.get("back")
    return redirect(url_for(f"{back}.index" if back in BACK else "phones.index"))


def unpublished_changes() -> list[str]:
    """What calls do not know yet of changed phones, groups, hours and prompts, over all flows, without repetition."""
    assets = company_assets.of(company())
    versions = [flows.published(company(), flow.slug) for flow in flows.every(company())]
    words = [words for version in versions if version for words in asset_changes(version, assets)]
    return list(dict.fromkeys(map(say, words)))
