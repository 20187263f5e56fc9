"""A document that somebody may publish: what it would change, and what speaks against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple

from app.calls import flow_tests
from app.calls.flow_tests import Verdict
from app.flow import diff
from app.flow.check import check
from app.flow.outline import node_label, nodes_of
from app.flow.problems import Problem, Severity
from app.flow.review import review
from app.store import assets as company_assets
from app.store import flows, numbers
from app.store.models import Flow, FlowVersion, Number
from app.web.flows import coverages
from app.web.flows.drafts import asset_changes
from app.web.session import company
from app.words import Words


class Above(NamedTuple):
    """A flow that enters the one to be published: its numbers get the change too, unless it has problems then."""

    flow: Flow
    numbers: list[Number]
    errors: list[Problem]


class Proposal:
    """What publishing a document of a flow now would come to."""

    def __init__(self, flow: Flow, draft: dict[str, Any]) -> None:
        self.flow, self.draft = flow, draft
        self.assets = company_assets.of(company())
        self.document, self._found = check(draft, self.assets, flow.slug)
        self.published: FlowVersion | None = flows.published(company(), flow.slug)
        self.numbers = numbers.leading_to(company(), flow)
        self.above = [self._above(other) for other in flows.entering(company(), flow.slug, self.assets)]

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self._found if problem.is_error]

    @property
    def warnings(self) -> list[Problem]:
        return [problem for problem in self._problems if problem.severity is Severity.WARNING]

    @property
    def notes(self) -> list[Problem]:
        return [problem for problem in self._problems if problem.severity is Severity.NOTE]

    @cached_property
    def _problems(self) -> list[Problem]:
        if self.document is None:
            return self._found
        return review(self._found, coverages.of(self.document, self.assets))

    @cached_property
    def changes(self) -> list[Words]:
        """What would change for calls; nothing before the first publishing."""
        if self.published is None:
            return []
        found = diff.describe(self.published.document, self.draft, self.assets)
        return [*found, *asset_changes(self.published, self.assets)]

    @property
    def labels(self) -> Mapping[str, Words]:
        """What people call the steps that problems are in."""
        return {key: node_label(node, self.assets) for key, node in nodes_of(self.draft).items()}

    @cached_property
    def tests(self) -> list[Verdict]:
        """What comes of the flow's own tests, and those that it spoils of flows which enter it; failed ones first."""
        if self.errors or self.broken:
            return []
        own = flow_tests.verdicts(company(), self.flow.slug, self.draft)
        spoilt = flow_tests.spoilt(company(), self.flow.slug, self.draft, self.assets)
        return sorted([*spoilt, *own], key=lambda verdict: verdict.passes)

    @property
    def failed(self) -> list[Verdict]:
        return [verdict for verdict in self.tests if not verdict.passes]

    @property
    def broken(self) -> list[Above]:
        """The flows that could not enter this one any more."""
        return [other for other in self.above if other.errors]

    @property
    def can_be_published(self) -> bool:
        return not (self.errors or self.broken or self.failed)

    @property
    def changes_nothing(self) -> bool:
        return self.published is not None and not self.changes

    def _above(self, flow: Flow) -> Above:
        version = flows.published(company(), flow.slug)
        errors: list[Problem] = []
        if version and self.document:
            entered = replace(self.assets, flows={**self.assets.flows, self.flow.slug: self.document})
            errors = [found for found in check(version.document, entered, flow.slug)[1] if found.is_error]
        return Above(flow, numbers.leading_to(company(), flow), errors)
