"""What was published of a flow: by whom, why, and what changed; looking at it, comparing it, going back to it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.calls import planned
from app.errors import DocumentError, LiveError
from app.flow import diff, text
from app.flow.snapshot import Assets
from app.store import assets as company_assets
from app.store import flows, plans
from app.store.models import FlowPlan, FlowVersion
from app.store.models.plan import REFUSED
from app.web.flows import drafts
from app.web.flows.proposal import Proposal
from app.web.flows.publishing import late, note, publishing, why_not
from app.web.live import redis
from app.web.numbers.picture import picture
from app.web.session import company, me
from app.web.texts import _
from app.words import Words

__all__ = ["publishing"]  # whoever loads the family's pages gets these as well

ON_A_PAGE = 20
DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Entry:
    """One version with what it changed against the one before, and the plan that it came of, if any."""

    version: FlowVersion
    changes: list[Words]
    plan: FlowPlan | None


@publishing.get("/<slug>/versions")
def versions(slug: str) -> str:
    """What is planned, then the versions, newest first."""
    flow = flows.find(company(), slug)
    below = request.args.get("below", "")[:9]
    found = flows.history(company(), slug, int(below) if below.isdecimal() else 0, ON_A_PAGE + 1)
    settled = plans.settled(company(), slug)
    newest = flows.history(company(), slug, limit=1)
    return render_template(
        "flows/versions.html",
        flow=flow,
        entries=_entries(found, settled)[:ON_A_PAGE],
        newest=newest[0].version if newest else 0,
        older=found[ON_A_PAGE - 1].version if len(found) > ON_A_PAGE else 0,
        planned=[] if below else plans.waiting(company(), slug),
        refused=[] if below else [plan for plan in settled if plan.state == REFUSED][:3],
    )


def _entries(found: list[FlowVersion], settled: list[FlowPlan]) -> list[Entry]:
    known, by_version = company_assets.of(company()), {plan.version: plan for plan in settled}
    before: list[FlowVersion | None] = [*found[1:], None]
    return [
        Entry(version, _changes(former, version, known), by_version.get(version.version))
        for version, former in zip(found, before, strict=False)
    ]


def _changes(former: FlowVersion | None, version: FlowVersion, known: Assets) -> list[Words]:
    return diff.describe(former.document, version.document, known) if former else []


@publishing.get("/<slug>/versions/<int:number>")
def version(slug: str, number: int) -> str:
    """A version as a tree in words, and as text."""
    found = flows.version(company(), slug, number)
    return render_template(
        "flows/version.html",
        flow=found.flow,
        version=found,
        newest=flows.history(company(), slug, limit=1)[0].version,
        picture=picture(found.document, company_assets.of(company())),
        text=text.dump(found.document),
    )


@publishing.get("/<slug>/versions/compare")
def compare(slug: str) -> str:
    """The differences between any two versions, or a version and the draft, in words."""
    flow, every = flows.find(company(), slug), flows.history(company(), slug)
    newest = str(every[0].version) if every else DRAFT
    old, new = (request.args.get(side, other)[:10] for side, other in (("old", newest), ("new", DRAFT)))
    before, after = (
        flow.draft if side == DRAFT else flows.version(company(), slug, _number(side)).document
        for side in (old, new)
    )
    return render_template(
        "flows/compare.html",
        flow=flow,
        every=every,
        old=old,
        new=new,
        changes=diff.describe(before, after, company_assets.of(company())),
    )


def _number(typed: str) -> int:
    return int(typed) if typed.isdecimal() else 0


@publishing.get("/<slug>/versions/<int:number>/rollback")
def ask_rollback(slug: str, number: int) -> str:
    """What going back would change, before anything happens."""
    found = flows.version(company(), slug, number)
    return render_template(
        "flows/rollback.html",
        flow=found.flow,
        version=found,
        proposal=Proposal(found.flow, found.document),
        planned=plans.waiting(company(), slug),
    )


@publishing.post("/<slug>/versions/<int:number>/rollback")
def rollback(slug: str, number: int) -> Response:
    """Publish an old version's document as a new version; nothing when something newer was published since the sheet."""
    flows.find(company(), slug)
    newest = flows.published(company(), slug)
    if newest is None or str(newest.version) != request.form.get("newest"):
        flash(_("这期间有人发布了新的版本，请重新确认。"), "warning")
        return redirect(url_for("publishing.versions", slug=slug))
    why = note()
    reason = _("恢复第 %(n)s 版：%(why)s", n=number, why=why) if why else _("恢复第 %(n)s 版", n=number)
    try:
        version = planned.roll_back(redis(), company(), slug, number, me(), reason)
        flash(
            _("已恢复第 %(old)s 版，作为第 %(n)s 版发布；草稿没有动。", old=number, n=version.version),
            "success",
        )
    except DocumentError as wrong:
        flash(why_not(wrong), "danger")
    except LiveError:
        flash(late(), "warning")
    return redirect(url_for("publishing.versions", slug=slug))


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
