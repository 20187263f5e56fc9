"""Opening hours 营业时间 of a company."""

from __future__ import annotations

from typing import Any

from app.errors import StoreError
from app.routing import opening_hours
from app.store.db import NotFound, writing
from app.store.models import Company, Hours
from app.store.references import refuse_when_used

LIMIT = 200


def every(company: Company, limit: int = LIMIT) -> list[Hours]:
    return list(Hours.select().where(Hours.company == company).order_by(Hours.slug).limit(limit))


def find(company: Company, slug: str) -> Hours:
    """The opening hours with this slug; NotFound when the company has none."""
    hours = Hours.get_or_none(Hours.company == company, Hours.slug == slug)
    if hours is None:
        raise NotFound(f"no opening hours {slug}")
    return hours


def create(company: Company, slug: str, name: str, document: dict[str, Any]) -> Hours:
    """Conflict when the slug is taken, StoreError when the document cannot be read."""
    _check(slug, name, document)
    with writing():
        return Hours.create(company=company, slug=slug, name=name, document=document)


def change(company: Company, slug: str, *, name: str, document: dict[str, Any]) -> Hours:
    """Calls notice at the next publishing."""
    _check(slug, name, document)
    with writing():
        hours = find(company, slug)
        hours.name, hours.document = name, document
        hours.save(only=[Hours.name, Hours.document])
        return hours


def delete(company: Company, slug: str) -> None:
    """Conflict while a flow refers to it."""
    with writing():
        refuse_when_used(company, "hours", slug)
        find(company, slug).delete_instance()


def _check(slug: str, name: str, document: dict[str, Any]) -> None:
    """Refuse what no snapshot could be compiled from."""
    try:
        opening_hours.read(slug, name, document)
    except ValueError as wrong:
        raise StoreError(f"opening hours {slug}: {wrong}") from wrong
