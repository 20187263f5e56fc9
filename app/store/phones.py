"""Bound phones 绑定号码 of a company."""

from __future__ import annotations

from collections.abc import Mapping

from app.store.db import Conflict, NotFound, writing
from app.store.models import Company, GroupMember, HuntGroup, Number, Phone
from app.store.references import refuse_when_used

LIMIT = 1000


def every(company: Company, limit: int = LIMIT) -> list[Phone]:
    return list(Phone.select().where(Phone.company == company).order_by(Phone.slug).limit(limit))


def find(company: Company, slug: str) -> Phone:
    """The phone with this slug; NotFound when the company has none."""
    phone = Phone.get_or_none(Phone.company == company, Phone.slug == slug)
    if phone is None:
        raise NotFound(f"no phone {slug}")
    return phone


def create(company: Company, slug: str, number: str, name: str, extension: str = "") -> Phone:
    """Conflict when the slug, the number or the extension is taken."""
    with writing():
        return Phone.create(company=company, slug=slug, number=number, name=name, extension=extension)


def change(company: Company, slug: str, *, number: str, name: str, extension: str = "") -> Phone:
    """Give the phone a new number, name and extension; calls notice at the next publishing."""
    with writing():
        phone = find(company, slug)
        phone.number, phone.name, phone.extension = number, name, extension
        phone.save(only=[Phone.number, Phone.name, Phone.extension])
        return phone


def set_extensions(company: Company, extensions: Mapping[str, str]) -> None:
    """Give phones other extensions, by slug, "" for none; they may be exchanged. Conflict when one is given twice."""
    with writing():
        changed = [find(company, slug) for slug in extensions]
        slugs = [phone.slug for phone in changed]
        if slugs:
            Phone.update(extension="").where(Phone.company == company, Phone.slug.in_(slugs)).execute()
        for phone in changed:
            phone.extension = extensions[phone.slug]
            phone.save(only=[Phone.extension])


def delete(company: Company, slug: str) -> None:
    """Conflict when flows, groups or queues ring it, or numbers fall back on it."""
    with writing():
        refuse_when_used(company, "phone", slug)
        phone = find(company, slug)
        if groups_with(company, phone) or numbers_with(company, phone):
            raise Conflict(f"phone {slug} is in use")
        phone.delete_instance()


def groups_with(company: Company, phone: Phone, limit: int = LIMIT) -> list[HuntGroup]:
    """The groups that ring this phone."""
    groups = HuntGroup.select().join(GroupMember, on=GroupMember.group == HuntGroup.id)
    query = groups.where(HuntGroup.company == company, GroupMember.phone == phone)
    return list(query.order_by(HuntGroup.slug).limit(limit))


def numbers_with(company: Company, phone: Phone, limit: int = LIMIT) -> list[Number]:
    """The 400 numbers that fall back on this phone."""
    query = Number.select().where(Number.company == company, Number.fallback == phone)
    return list(query.order_by(Number.did).limit(limit))
