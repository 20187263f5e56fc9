"""Bound phones 绑定号码 of a company."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from peewee import JOIN, fn

from app.flow.outcomes import DialResult
from app.store import hours as opening_hours
from app.store.db import Conflict, NotFound, writing
from app.store.models import Call, CallLeg, Company, GroupMember, Hours, HuntGroup, Number, Phone
from app.store.references import refuse_when_used

LIMIT = 1000
LATEST = 2000  # of the company's calls, among which a phone's last ones are looked for


def every(company: Company, limit: int = LIMIT) -> list[Phone]:
    """All of them, with their hours."""
    query = (
        Phone.select(Phone, Hours.id, Hours.slug, Hours.name)
        .join(Hours, JOIN.LEFT_OUTER)
        .where(Phone.company == company)
    )
    return list(query.order_by(Phone.slug).limit(limit))


def find(company: Company, slug: str) -> Phone:
    """The phone with this slug; NotFound when the company has none."""
    phone = Phone.get_or_none(Phone.company == company, Phone.slug == slug)
    if phone is None:
        raise NotFound(f"no phone {slug}")
    return phone


def create(
    company: Company, slug: str, number: str, name: str, extension: str = "", hours: str = ""
) -> Phone:
    """A phone, rung in those opening hours, "" for always. Conflict when the slug, the number or the extension is taken."""
    with writing():
        own = opening_hours.find(company, hours) if hours else None
        row = {"slug": slug, "number": number, "name": name, "extension": extension, "hours": own}
        return Phone.create(company=company, **row)


def change(
    company: Company, slug: str, *, number: str, name: str, extension: str = "", hours: str = ""
) -> Phone:
    """Give the phone a new number, name, extension and hours; calls notice at the next publishing."""
    with writing():
        phone = find(company, slug)
        phone.number, phone.name, phone.extension = number, name, extension
        phone.hours = opening_hours.find(company, hours) if hours else None
        phone.save(only=[Phone.number, Phone.name, Phone.extension, Phone.hours])
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


def groups_of_all(company: Company) -> dict[int, list[HuntGroup]]:
    """The groups that ring each phone, by the phone's id."""
    query = GroupMember.select(GroupMember, HuntGroup).join(HuntGroup, on=GroupMember.group)
    query = query.where(GroupMember.company == company, GroupMember.phone.is_null(False))
    found: dict[int, list[HuntGroup]] = {}
    for row in query.order_by(HuntGroup.slug).limit(LIMIT * 10):
        if row.phone_id is not None:
            found.setdefault(row.phone_id, []).append(row.group)
    return found


def last_legs(company: Company, phone: Phone, limit: int = 10) -> list[CallLeg]:
    """How it went when the phone was rung last, with the calls, newest first; among the company's latest calls."""
    query = CallLeg.select(CallLeg, Call).join(Call).where(Call.id.in_(_latest(company)))
    query = query.where(CallLeg.phone.in_([phone.slug, phone.number]))
    return list(query.order_by(Call.began_at.desc(), CallLeg.position.desc()).limit(limit))


def last_missed(company: Company) -> dict[str, datetime]:
    """When each phone last rang out unanswered, by its id, as far as the company's latest calls tell."""
    query = CallLeg.select(CallLeg.phone, fn.MAX(Call.began_at)).join(Call)
    query = query.where(Call.id.in_(_latest(company)), CallLeg.result == DialResult.NO_ANSWER.value)
    rows: Any = query.group_by(CallLeg.phone).tuples()
    return {phone: Call.began_at.python_value(at) for phone, at in rows}


def _latest(company: Company) -> Any:
    """The ids of the company's latest calls: what bounds a question about legs, of which there are millions."""
    latest = Call.select(Call.id).where(Call.company == company)
    latest = latest.order_by(Call.began_at.desc()).limit(LATEST).alias("latest")
    return latest.select_from(latest.c.id)
