"""Publishing a draft, and the versions that were published."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.calls import flow_tests
from app.calls.flow_tests import Verdict
from app.calls.publish import publish_assets, publish_flow
from app.errors import DocumentError, LiveError
from app.flow import diff
from app.flow.check import check
from app.flow.outline import node_label, nodes_of
from app.flow.problems import Problem
from app.store import assets as company_assets
from app.store import flows, numbers
from app.store.models import Flow, FlowVersion, Number
from app.web.flows import drafts
from app.web.flows.drafts import Editing, asset_changes
from app.web.language import say
from app.web.live import redis
from app.web.session import company, me
from app.web.texts import _
from app.words import Words

publishing = Blueprint("publishing", __name__, url_prefix="/flows")

MAX_NOTE = 200
BACK = ("hours", "lists", "queues", "prompts")  # families of pages that show what is not published yet


@publishing.get("/<slug>/publish")
def ask(slug: str) -> str:
    """The differences in words, before anything happens."""
    editing = Editing(flows.find(company(), slug))
    return render_template(
        "flows/publish.html",
        flow=editing.flow,
        editing=editing,
        changes=editing.changes(),
        labels={key: node_label(node, editing.assets) for key, node in nodes_of(editing.draft).items()},
        numbers=numbers.leading_to(company(), editing.flow),
        above=[_above(flow, editing) for flow in flows.entering(company(), slug)],
        tests=_tests(editing),
    )


def _tests(editing: Editing) -> list[Verdict]:
    """What comes of the flow's tests, failed ones first."""
    found = [] if editing.errors else flow_tests.verdicts(company(), editing.flow.slug)
    return sorted(found, key=lambda verdict: verdict.passes)


class Above(NamedTuple):
    """A flow that enters the one to be published: its numbers get the change too, unless it has problems then."""

    flow: Flow
    numbers: list[Number]
    errors: list[Problem]


def _above(flow: Flow, editing: Editing) -> Above:
    version, assets = flows.published(company(), flow.slug), editing.assets
    errors: list[Problem] = []
    if version and editing.document:
        entered = replace(assets, flows={**assets.flows, editing.flow.slug: editing.document})
        errors = [found for found in check(version.document, entered, flow.slug)[1] if found.is_error]
    return Above(flow, numbers.leading_to(company(), flow), errors)


@publishing.post("/<slug>/publish")
def publish(slug: str) -> Response:
    """Publish what the sheet showed; nothing when the draft has changed since."""
    flow = flows.find(company(), slug)
    if drafts.expected_revision() != flow.draft_revision:
        flash(drafts.conflict_text(slug), "danger")
        return redirect(url_for("editor.show", slug=slug))
    try:
        version = publish_flow(
            redis(), company(), slug, me(), request.form.get("note", "").strip()[:MAX_NOTE]
        )
        flash(_("已发布第 %(n)s 版，下一个来电就按新的流程走。", n=version.version), "success")
    except DocumentError as wrong:
        flash(_why_not(wrong), "danger")
    except LiveError:
        flash(_late(), "warning")
    return redirect(url_for("editor.show", slug=slug))


def _why_not(wrong: DocumentError) -> str:
    """Which test failed, else that there are errors, which the editor shows."""
    failed = [say(problem.words) for problem in wrong.problems if problem.code == "test_failed"]
    return _("不能发布。%(why)s", why=failed[0]) if failed else _("还有错误没有解决，不能发布。")


def _late() -> str:
    return _("已发布，但实时服务暂时连不上；恢复后一分钟内自动生效。")


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
        flash(_late(), "warning")
    back = request.form.get("back")
    return redirect(url_for(f"{back}.index" if back in BACK else "phones.index"))


@publishing.get("/<slug>/versions")
def versions(slug: str) -> str:
    flow = flows.find(company(), slug)
    return render_template("flows/versions.html", flow=flow, versions=_with_changes(slug))


def _with_changes(slug: str) -> list[tuple[FlowVersion, list[Words]]]:
    """Each version with what it changed against the one before."""
    found, assets = flows.versions(company(), slug), company_assets.of(company())
    before: list[FlowVersion | None] = [*found[1:], None]
    return [
        (version, diff.describe(former.document, version.document, assets) if former else [])
        for version, former in zip(found, before, strict=False)
    ]


@publishing.post("/<slug>/versions/<int:number>/restore")
def restore(slug: str, number: int) -> Response:
    """Put an old version in the draft; callers notice nothing until it is published."""
    version = flows.version(company(), slug, number)
    try:
        drafts.save(slug, lambda _draft: version.document)
        flash(_("第 %(n)s 版已放入草稿，检查后发布即可。", n=number), "success")
    except flows.DraftConflict:
        flash(drafts.conflict_text(slug), "danger")
    return redirect(url_for("editor.show", slug=slug))


def unpublished_changes() -> list[str]:
    """What calls do not know yet of changed phones, groups, hours and prompts, over all flows, without repetition."""
    assets = company_assets.of(company())
    versions = [flows.published(company(), flow.slug) for flow in flows.every(company())]
    words = [words for version in versions if version for words in asset_changes(version, assets)]
    return list(dict.fromkeys(map(say, words)))
