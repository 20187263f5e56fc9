"""What a company has that its flows may refer to, as flows see it."""

from __future__ import annotations

from typing import Any

from peewee import fn

from app.flow import document as documents
from app.flow.document import Document
from app.flow.snapshot import Assets, Group, Phone, Prompt, Queue
from app.routing import lists as caller_lists
from app.routing import opening_hours
from app.routing.lists import CallerList
from app.routing.opening_hours import OpeningHours
from app.store import closures, dialling, groups, hours, lists, phones, prompts, proofs, queues
from app.store.lists import Entry
from app.store.members import Member
from app.store.models import CallerList as ListRow
from app.store.models import Company, Flow, FlowVersion, HuntGroup, PromptVersion
from app.store.models import Prompt as PromptRow

FIELDS = {"numbers": "number", "prefixes": "prefix", "area_codes": "area_code", "provinces": "province"}


def of(company: Company) -> Assets:
    """Everything of the company's that a flow may name, by slug."""
    return Assets(
        phones=_phones(company),
        groups=_groups(company),
        hours=_hours(company),
        prompts=_prompts(company),
        lists=_lists(company),
        flows=_flows(company),
        queues=_queues(company),
        closures=frozenset(closure.day for closure in closures.every(company)),
        dialling=dialling.rules_of(company),
        unproven=proofs.unproven(company),
    )


def _phones(company: Company) -> dict[str, Phone]:
    return {
        row.slug: Phone(row.slug, row.number, row.name, row.extension, row.hours.slug if row.hours else "")
        for row in phones.every(company)
    }


def _groups(company: Company) -> dict[str, Group]:
    members = groups.members_of_all(company)
    names = {row.id: row.slug for row in hours.every(company)}
    return {
        row.slug: _group(row, members.get(row.id, []), names.get(row.hours_id or 0, ""))
        for row in groups.every(company)
    }


def _group(row: HuntGroup, members: list[Member], own_hours: str) -> Group:
    """Weights and ring times only where they are not the usual ones."""
    return Group(
        row.slug,
        row.name,
        tuple(member.id for member in members),
        weights={member.id: member.weight for member in members if member.weight != 1},
        rings_s={member.id: member.ring_s for member in members if member.ring_s},
        hours=own_hours,
    )


def _hours(company: Company) -> dict[str, OpeningHours]:
    return {row.slug: opening_hours.read(row.slug, row.name, row.document) for row in hours.every(company)}


def _prompts(company: Company) -> dict[str, Prompt]:
    spoken = prompts.spoken(company)
    return {row.slug: _prompt(row, spoken.get(row.slug, {})) for row in prompts.every(company)}


def _prompt(row: PromptRow, spoken: dict[str, PromptVersion]) -> Prompt:
    others = {
        language: Prompt(row.slug, row.name, version.file, version.text, version.duration_ms)
        for language, version in spoken.items()
        if language != row.language
    }
    return Prompt(row.slug, row.name, row.file, row.text, row.duration_ms, others)


def _lists(company: Company) -> dict[str, CallerList]:
    entries = lists.entries_of_all(company)
    return {row.slug: _list(row, entries.get(row.id, [])) for row in lists.every(company)}


def _list(row: ListRow, entries: list[Entry]) -> CallerList:
    document: dict[str, Any] = {
        field: [entry.value for entry in entries if entry.kind == wanted] for field, wanted in FIELDS.items()
    }
    document["until"] = {
        field: {e.value: e.until.isoformat() for e in entries if e.kind == wanted and e.until}
        for field, wanted in FIELDS.items()
    }
    return caller_lists.read(row.slug, row.name, row.kind, document)


def _queues(company: Company) -> dict[str, Queue]:
    members = queues.members_of_all(company)
    return {
        row.slug: Queue(
            row.slug,
            row.name,
            tuple(member.id for member in members.get(row.id, ())),
            weights={member.id: member.weight for member in members.get(row.id, ()) if member.weight != 1},
            max_misses=row.max_misses,
            rest_s=row.rest_s,
            strategy=row.strategy,
            ring_timeout_s=row.ring_timeout_s,
            wrap_up_s=row.wrap_up_s,
            max_size=row.max_size,
            music=row.music.slug if row.music else "",
        )
        for row in queues.every(company)
    }


def _flows(company: Company) -> dict[str, Document]:
    """Flows as they were published last: others may lead into those."""
    read = {slug: documents.read(document)[0] for slug, document in _published(company)}
    return {slug: document for slug, document in read.items() if document}


def _published(company: Company) -> Any:
    """(slug, document) of every flow's newest version."""
    newest = FlowVersion.select(FlowVersion.flow, fn.MAX(FlowVersion.version).alias("version"))
    newest = newest.join(Flow).where(Flow.company == company).group_by(FlowVersion.flow).alias("newest")
    same = (FlowVersion.flow == newest.c.flow_id) & (FlowVersion.version == newest.c.version)
    query = FlowVersion.select(Flow.slug, FlowVersion.document).join(Flow).switch(FlowVersion)
    return query.join(newest, on=same).order_by(Flow.slug).tuples()
