"""Where a company's phones, groups, hours and prompts are used, so that nothing in use is removed."""

from __future__ import annotations

from app.flow.outline import references
from app.store import flows
from app.store.models import Company


def flows_using(company: Company, kind: str, slug: str) -> list[str]:
    """The names of the flows whose draft or published version refers to an asset."""
    used = []
    for flow in flows.every(company):
        published = flows.published(company, flow.slug)
        documents = [flow.draft, *([published.document] if published else [])]
        if any((kind, slug) in references(document) for document in documents):
            used.append(flow.name)
    return used
