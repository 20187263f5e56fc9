"""What a company has that its flows may refer to, as flows see it."""

from __future__ import annotations

from app.flow.snapshot import Assets, Group, Phone, Prompt
from app.routing import opening_hours
from app.routing.opening_hours import OpeningHours
from app.store import groups, hours, phones, prompts
from app.store.models import Company


def of(company: Company) -> Assets:
    """Everything of the company's that a flow may name, by slug."""
    return Assets(
        phones=_phones(company), groups=_groups(company), hours=_hours(company), prompts=_prompts(company)
    )


def _phones(company: Company) -> dict[str, Phone]:
    return {row.slug: Phone(row.slug, row.number, row.name, row.extension) for row in phones.every(company)}


def _groups(company: Company) -> dict[str, Group]:
    members = groups.members_of_all(company)
    return {
        row.slug: Group(row.slug, row.name, tuple(phone.slug for phone in members.get(row.id, ())))
        for row in groups.every(company)
    }


def _hours(company: Company) -> dict[str, OpeningHours]:
    return {row.slug: opening_hours.read(row.slug, row.name, row.document) for row in hours.every(company)}


def _prompts(company: Company) -> dict[str, Prompt]:
    return {
        row.slug: Prompt(row.slug, row.name, row.file, row.text, row.duration_ms)
        for row in prompts.every(company)
    }
