"""Which flows refer to a phone, group, opening hours or prompt: what is referred to is not deleted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.flow.outline import references
from app.store.db import Conflict, first
from app.store.models import Company, Flow, FlowVersion

LIMIT = 200


def flows_with(company: Company, kind: str, slug: str) -> list[Flow]:
    """The flows whose draft or newest version refers to this asset; `kind` is phone, group, hours or prompt."""
    flows = Flow.select().where(Flow.company == company).order_by(Flow.slug).limit(LIMIT)
    return [flow for flow in flows if any((kind, slug) in references(d) for d in _documents(flow))]


def used_in(company: Company, kind: str) -> dict[str, list[Flow]]:
    """For every asset of a kind that is referred to, the flows that do so; for lists, where one question is enough."""
    flows = Flow.select().where(Flow.company == company).order_by(Flow.slug).limit(LIMIT)
    found: dict[str, list[Flow]] = {}
    for flow in flows:
        for slug in {slug for d in _documents(flow) for of, slug in references(d) if of == kind}:
            found.setdefault(slug, []).append(flow)
    return found


def refuse_when_used(company: Company, kind: str, slug: str) -> None:
    """Conflict when a flow refers to this asset; the message names the flows."""
    flows = flows_with(company, kind, slug)
    if flows:
        raise Conflict(f"{kind} {slug} is used by: " + ", ".join(flow.slug for flow in flows))


def _documents(flow: Flow) -> Iterator[Any]:
    yield flow.draft
    versions = FlowVersion.select().where(FlowVersion.flow == flow)
    newest = first(versions.order_by(FlowVersion.version.desc()))
    if newest:
        yield newest.document
