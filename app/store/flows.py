"""Flows of a company: drafts, and the versions published from them."""

from __future__ import annotations

import json
from typing import Any

from peewee import JOIN, ModelSelect

from app.errors import StoreError
from app.flow import compile as compiler
from app.flow.check import flows_above
from app.flow.snapshot import Assets
from app.store import assets
from app.store.db import NotFound, first, locked, writing
from app.store.models import Company, Flow, FlowVersion, Number, User
from app.store.models.base import utc_now

LIMIT = 200
MAX_DOCUMENT_BYTES = 256 * 1024


class DraftConflict(StoreError):
    """Somebody else saved the draft in the meantime; `revision` is the draft's now."""

    def __init__(self, slug: str, revision: int) -> None:
        super().__init__(f"the draft of {slug} is at revision {revision} by now")
        self.revision = revision


def every(company: Company, limit: int = LIMIT) -> list[Flow]:
    return list(Flow.select().where(Flow.company == company).order_by(Flow.slug).limit(limit))


def find(company: Company, slug: str) -> Flow:
    """The flow with this slug; NotFound when the company has none."""
    flow = Flow.get_or_none(Flow.company == company, Flow.slug == slug)
    if flow is None:
        raise NotFound(f"no flow {slug}")
    return flow


def create(
    company: Company, slug: str, name: str, document: dict[str, Any], user: User | None = None
) -> Flow:
    """A flow with its first draft. Conflict when the slug is taken."""
    _check_size(document)
    with writing():
        return Flow.create(company=company, slug=slug, name=name, draft=document, updated_by=user)


def save_draft(
    company: Company, slug: str, document: dict[str, Any], revision: int, user: User | None = None
) -> Flow:
    """Replace the draft, which may have errors. DraftConflict when `revision`, the one edited, is old."""
    _check_size(document)
    with writing():
        changed = (
            Flow.update(
                draft=document,
                name=str(document.get("name") or "")[:100] or Flow.name,
                draft_revision=revision + 1,
                updated_at=utc_now(),
                updated_by=user,
            )
            .where(Flow.company == company, Flow.slug == slug, Flow.draft_revision == revision)
            .execute()
        )
        flow = find(company, slug)
        if not changed:
            raise DraftConflict(slug, flow.draft_revision)
        return flow


def publish(
    company: Company,
    slug: str,
    user: User | None = None,
    note: str = "",
    document: dict[str, Any] | None = None,
) -> FlowVersion:
    """Make the draft, or this document, the next version. DocumentError with all its problems when it has errors."""
    with writing():
        flow = _taken(company, slug)
        return _publish(company, flow, flow.draft if document is None else document, user, note)


def publish_again(
    company: Company, slug: str, user: User | None = None, note: str = ""
) -> FlowVersion | None:
    """Publish the newest version's document once more, so that calls notice changed phones and groups.

    The draft stays as it is. None when it would change nothing, or when the flow was never published.
    """
    with writing():
        flow = _taken(company, slug)
        newest = published(company, slug)
        if newest is None or _compile(company, flow, newest.document, newest.version) == newest.snapshot:
            return None
        return _publish(company, flow, newest.document, user, note)


def restore(company: Company, slug: str, number: int, user: User | None = None) -> Flow:
    """Put an old version's document in the draft; nothing is published by that."""
    with writing():
        flow = _taken(company, slug)
        document = version(company, slug, number).document
        return save_draft(company, slug, document, flow.draft_revision, user)


def delete(company: Company, slug: str) -> None:
    """Conflict while numbers lead to it."""
    with writing():
        find(company, slug).delete_instance()


def versions(company: Company, slug: str, limit: int = LIMIT) -> list[FlowVersion]:
    """The published versions, newest first."""
    return list(_versions(company, slug).limit(limit))


def history(company: Company, slug: str, below: int = 0, limit: int = LIMIT) -> list[FlowVersion]:
    """The versions with who published them, newest first and without their snapshots; those before `below` when given."""
    wanted = [field for field in FlowVersion._meta.sorted_fields if field is not FlowVersion.snapshot]
    query = FlowVersion.select(*wanted, User).join(User, JOIN.LEFT_OUTER).switch(FlowVersion).join(Flow)
    query = query.where(Flow.company == company, Flow.slug == slug)
    if below:
        query = query.where(FlowVersion.version < below)
    return list(query.order_by(FlowVersion.version.desc()).limit(limit))


def version(company: Company, slug: str, number: int) -> FlowVersion:
    """One published version; NotFound when there is none such."""
    found = first(_versions(company, slug).where(FlowVersion.version == number))
    if found is None:
        raise NotFound(f"no version {number} of flow {slug}")
    return found


def published(company: Company, slug: str) -> FlowVersion | None:
    """The version that calls run on, None before the first publishing."""
    return first(_versions(company, slug))


def entering(company: Company, slug: str, known: Assets | None = None) -> list[Flow]:
    """The published flows that enter this one, directly or through others; `known` is what assets.of gives."""
    above = flows_above(slug, known or assets.of(company))
    return [flow for flow in every(company) if flow.slug in above]


def _versions(company: Company, slug: str) -> ModelSelect[FlowVersion]:
    return (
        FlowVersion.select(FlowVersion, Flow)
        .join(Flow)
        .where(Flow.company == company, Flow.slug == slug)
        .order_by(FlowVersion.version.desc())
    )


def _publish(company: Company, flow: Flow, document: Any, user: User | None, note: str) -> FlowVersion:
    newest = published(company, flow.slug)
    number = newest.version + 1 if newest else 1
    made = FlowVersion.create(
        flow=flow,
        version=number,
        document=document,
        snapshot=_compile(company, flow, document, number),
        note=note[:200],
        published_by=user,
    )
    newer = Number.update(revision=Number.revision + 1)
    newer.where(Number.company == company, Number.flow == flow).execute()
    return made


def _compile(company: Company, flow: Flow, document: Any, number: int) -> str:
    """The snapshot of one version, for no number yet."""
    snapshot = compiler.compile_snapshot(
        document,
        assets.of(company),
        did="",
        version=number,
        company_id=company.id,
        flow_id=flow.slug,
        timezone=company.timezone,
    )
    return compiler.dump(snapshot)


def _taken(company: Company, slug: str) -> Flow:
    """The flow, kept from other writers until the transaction ends."""
    flow = first(locked(Flow.select().where(Flow.company == company, Flow.slug == slug)))
    if flow is None:
        raise NotFound(f"no flow {slug}")
    return flow


def _check_size(document: dict[str, Any]) -> None:
    if len(json.dumps(document, ensure_ascii=False).encode()) > MAX_DOCUMENT_BYTES:
        raise StoreError(f"a flow document has at most {MAX_DOCUMENT_BYTES // 1024} KB")
