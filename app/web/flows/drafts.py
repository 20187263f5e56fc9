"""Saving changes to a draft: one at a time, never over somebody else's."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from flask import request

from app.flow import asset_diff, diff
from app.flow import compile as compiler
from app.flow.check import check
from app.flow.coverage.cover import Coverage
from app.flow.merge import Clash, changed_nodes, merge
from app.flow.problems import Problem, Severity
from app.flow.review import review
from app.flow.snapshot import Assets
from app.store import assets as company_assets
from app.store import flows
from app.store.flows import DraftConflict
from app.store.models import Flow, FlowVersion
from app.web.flows import bases, coverages, history
from app.web.formats import clock, day
from app.web.live import redis
from app.web.session import company, me
from app.web.texts import _
from app.words import Words

Change = Callable[[dict[str, Any]], dict[str, Any]]


class Clashing(DraftConflict):
    """Somebody else changed the same places; the drafts to be shown side by side."""

    def __init__(self, flow: Flow, base: dict[str, Any], mine: dict[str, Any], clashes: list[Clash]) -> None:
        super().__init__(flow.slug, flow.draft_revision)
        self.base, self.mine, self.theirs = base, mine, flow.draft
        self.clashes = clashes


class Saved(NamedTuple):
    """The flow with its new draft, and the steps that somebody else had changed since the page was shown."""

    flow: Flow
    others: Sequence[str] = ()


def expected_revision() -> int:
    """The revision that the page showed. A live page keeps its own, newer than the one in its forms.

    A change that is sent again (`base_revision`) was made on a page that may be older still.
    """
    form = request.form
    text = form.get("base_revision") or form.get("live_revision") or form.get("revision", "")
    return int(text) if text.isdecimal() else -1


def save(slug: str, change: Change, *, together: bool = False) -> Saved:
    """Apply a change to the draft that the page showed; with `together` beside whatever others changed since.

    DraftConflict when there is a newer draft or the page's is not known any more, Clashing when somebody changed the
    same place, BadValue when the change is refused.
    """
    flow = flows.find(company(), slug)
    shown = expected_revision()
    if shown == flow.draft_revision:
        return Saved(_stored(flow, change(flow.draft)))
    if not together:
        raise DraftConflict(slug, flow.draft_revision)
    return _put_together(flow, shown, change)


def _put_together(flow: Flow, shown: int, change: Change) -> Saved:
    seen_all = request.form.get("over") == str(flow.draft_revision)  # he was shown theirs, and wants his
    base = bases.at(redis(), company(), flow, shown)
    if base is None and seen_all:
        return Saved(_stored(flow, change(flow.draft)))
    if base is None:
        raise DraftConflict(flow.slug, flow.draft_revision)
    mine = change(base)
    merged, clashes = merge(base, mine, flow.draft, mine_wins=seen_all)
    if clashes:
        raise Clashing(flow, base, mine, clashes)
    return Saved(_stored(flow, merged), changed_nodes(base, flow.draft))


def _stored(flow: Flow, changed: dict[str, Any]) -> Flow:
    if json.dumps(changed) == json.dumps(flow.draft):  # the order of nodes counts
        return flow
    earlier = history.of(redis(), flow, me()).drafts
    bases.keep(redis(), company(), flow.slug, bases.Former(flow.id, flow.draft_revision, flow.draft))
    saved = flows.save_draft(company(), flow.slug, changed, flow.draft_revision, me())
    history.keep(redis(), saved, me(), (*earlier, flow.draft))
    return saved


def undo(slug: str) -> Flow:
    """Put the draft back to what it was before the user's last change; nothing when somebody else changed it since."""
    flow = _as_shown(slug)
    kept = history.of(redis(), flow, me())
    if not kept.drafts:
        return flow
    return _back_to(flow, kept.drafts[-1], kept.drafts[:-1], (*kept.undone, flow.draft))


def redo(slug: str) -> Flow:
    """Make the change again that the user took back last; nothing after any other change."""
    flow = _as_shown(slug)
    kept = history.of(redis(), flow, me())
    if not kept.undone:
        return flow
    return _back_to(flow, kept.undone[-1], (*kept.drafts, flow.draft), kept.undone[:-1])


def _as_shown(slug: str) -> Flow:
    flow = flows.find(company(), slug)
    if expected_revision() != flow.draft_revision:
        raise DraftConflict(slug, flow.draft_revision)
    return flow


def _back_to(flow: Flow, draft: dict[str, Any], earlier: history.Drafts, undone: history.Drafts) -> Flow:
    bases.keep(redis(), company(), flow.slug, bases.Former(flow.id, flow.draft_revision, flow.draft))
    saved = flows.save_draft(company(), flow.slug, draft, flow.draft_revision, me())
    history.keep(redis(), saved, me(), earlier, undone)
    return saved


def conflict_text(slug: str) -> str:
    """Who changed the draft in the meantime, and when."""
    flow = flows.find(company(), slug)
    who = flow.updated_by.name if flow.updated_by else _("其他人")
    return _(
        "%(who)s 在%(day)s %(clock)s 修改了这份草稿，您刚才的改动没有保存。",
        who=who,
        day=day(flow.updated_at),
        clock=clock(flow.updated_at),
    )


class Editing:
    """A flow as its pages see it: draft, problems, what is published, and what would change."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.draft: dict[str, Any] = flow.draft
        self.assets: Assets = company_assets.of(company())
        self.document, self._found = check(self.draft, self.assets, flow.slug)
        self.published: FlowVersion | None = flows.published(company(), flow.slug)
        kept = history.of(redis(), flow, me())
        self.undoable, self.redoable = bool(kept.drafts), bool(kept.undone)

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self._found if problem.is_error]

    @cached_property
    def coverage(self) -> Coverage | None:
        """Who answers when; None while the draft has errors."""
        return coverages.of(self.document, self.assets) if self.document else None

    @cached_property
    def problems(self) -> list[Problem]:
        """Everything there is to say about the draft, the gravest first."""
        if self.coverage is None:
            return sorted(self._found, key=lambda problem: not problem.is_error)
        return review(self._found, self.coverage)

    @property
    def warnings(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity is Severity.WARNING]

    def changes(self) -> list[Words]:
        """What publishing would change, compared with what calls run on now."""
        if self.published is None:
            return []
        return [
            *diff.describe(self.published.document, self.draft, self.assets),
            *asset_changes(self.published, self.assets),
        ]


def asset_changes(published: FlowVersion, assets: Assets) -> list[Words]:
    """Changes of phones, groups, hours and prompts that calls do not know yet."""
    snapshot = compiler.load(published.snapshot)
    return asset_diff.describe(snapshot.assets, assets, published.document)
